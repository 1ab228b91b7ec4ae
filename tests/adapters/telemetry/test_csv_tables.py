"""CSV tables: private, whole rows, RFC 4180, and nothing in them that a spreadsheet would run (S4.27)."""

from __future__ import annotations

import csv
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.adapters.telemetry.csv_tables import CsvTable
from copydesk.domain.errors import BadInput

COLUMNS = ("entry", "title")


def a_table(folder: Path) -> tuple[CsvTable, Path]:
    path = folder / "table.csv"
    return CsvTable(path, COLUMNS), path


def read(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_a_table_has_a_header_and_a_line_for_each_row(tmp_path: Path) -> None:
    table, path = a_table(tmp_path)
    table.replace([("1", "Rain, or not?"), ("2", 'The "Long" Tide')])
    table.append([("3", "Zürich")])
    assert path.read_bytes() == (b'entry,title\r\n1,"Rain, or not?"\r\n2,"The ""Long"" Tide"\r\n3,Z\xc3\xbcrich\r\n')
    assert table.last() == ("3", "Zürich")


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("=1+1", "'=1+1"),
        ('=HYPERLINK("http://evil.example")', '\'=HYPERLINK("http://evil.example")'),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1+1", "'  =1+1"),
        ("\t=1+1", "' =1+1"),
        ("\r\n=1+1", "'  =1+1"),
        ("-0.5", "-0.5"),
        ("-35.52\n", "'-35.52 "),
        ("two\nlines", "two lines"),
        ("a=b", "a=b"),
    ],
)
def test_a_title_is_text_and_never_a_formula(tmp_path: Path, title: str, shown: str) -> None:
    """Whoever names a market must not run anything on the machine of whoever copies it."""
    table, path = a_table(tmp_path)
    table.replace([("1", title)])
    assert read(path)[1] == ["1", shown]


@given(st.lists(st.tuples(st.integers(0).map(str), st.text()), max_size=5))
def test_every_record_is_one_line_whatever_it_says(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    table, path = a_table(tmp_path_factory.mktemp("table"))
    table.replace(rows)
    assert len(path.read_bytes().split(b"\r\n")) == len(rows) + 2
    assert [row[0] for row in read(path)[1:]] == [row[0] for row in rows]
    assert (table.last() or ("",))[0] == (rows[-1][0] if rows else "")


def test_a_table_cut_off_anywhere_keeps_its_whole_rows(tmp_path: Path) -> None:
    """F4: power or a kill may end a write anywhere."""
    table, path = a_table(tmp_path)
    rows = [("1", "one"), ("2", "two, three"), ("3", "four")]
    table.replace(rows)
    whole = path.read_bytes()
    ends = [number for number in range(1, len(whole) + 1) if whole[:number].endswith(b"\r\n")]
    for size in range(len(whole) + 1):
        path.write_bytes(whole[:size])
        kept = sum(end <= size for end in ends) - 1
        assert table.last() == (rows[kept - 1] if kept > 0 else None)
        if kept >= 0:
            assert path.read_bytes() == whole[: ends[kept]]
            table.append(rows[kept:])
            assert path.read_bytes() == whole


def test_another_table_is_not_taken_for_this_one(tmp_path: Path) -> None:
    table, path = a_table(tmp_path)
    assert table.last() is None
    path.write_text("entry,headline\r\n1,one\r\n")
    assert table.last() is None
    assert path.read_text() == "entry,headline\n1,one\n"


def test_a_row_longer_than_the_tail_is_not_found_and_not_cut(tmp_path: Path) -> None:
    table, path = a_table(tmp_path)
    table.replace([("1", "x" * (1 << 20))])
    size = path.stat().st_size
    table.last()
    assert path.stat().st_size == size


def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    table, path = a_table(tmp_path)
    path.touch(mode=0o644)
    table.replace([])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    table.append([("1", "one")])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_cannot_be_written_is_bad_input(tmp_path: Path) -> None:
    table = CsvTable(tmp_path / "no such folder" / "table.csv", COLUMNS)
    with pytest.raises(BadInput, match="a file that can be written"):
        table.replace([])
