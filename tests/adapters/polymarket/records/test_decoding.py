"""Rows of JSON and CSV files: numbered, whole, and what is broken refused without losing the rest."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from copydesk.adapters.polymarket.parse.refusals import Refused, RefusedRow
from copydesk.adapters.polymarket.records import decoding
from copydesk.adapters.polymarket.records.decoding import csv_rows, decoded, json_document, json_lines
from copydesk.adapters.polymarket.records.files import RecordFile
from copydesk.domain.errors import Unreadable


def a_file(folder: Path, content: bytes, name: str) -> RecordFile:
    path = folder / name
    path.write_bytes(content)
    return RecordFile(path)


def plain(row: object) -> object:
    """A row, or the reason why there is none."""
    return row.reason if isinstance(row, Refused) else row


def lines(folder: Path, content: bytes, name: str = "a.jsonl") -> list[tuple[int, object]]:
    with a_file(folder, content, name) as file:
        return [(line, plain(row)) for line, row in json_lines(file)]


def document(folder: Path, content: bytes, name: str = "a.json") -> list[tuple[int, object]]:
    with a_file(folder, content, name) as file:
        return [(line, plain(row)) for line, row in json_document(file)]


def table(folder: Path, content: bytes, name: str = "a.csv") -> tuple[list[str], list[tuple[int, object]]]:
    with a_file(folder, content, name) as file:
        header, rows = csv_rows(file)
        return header, [(line, plain(row)) for line, row in rows]


def test_a_fraction_stays_text() -> None:
    """I7: no digit is lost to a float."""
    assert decoded(b'{"size": 11.988287999999999, "n": 3}') == {"size": "11.988287999999999", "n": 3}
    assert decoded(b"[1e999, -0.0]") == ["1e999", "-0.0"]


def test_nan_comes_out_as_text() -> None:
    """F34: it is the row's field that is wrong, not the file."""
    assert decoded(b'{"price": NaN, "size": -Infinity, "usd": 1.50}') == {
        "price": "NaN", "size": "-Infinity", "usd": "1.50",
    }  # fmt: skip


@pytest.mark.parametrize(
    "line", [b"{", b"PONG", b'{"a": 1}}', b"\xff", b'"\xff"', b"[" * 100_000, b'{"a": ' + b"9" * 5000]
)
def test_what_is_no_json_is_refused(line: bytes) -> None:
    """F34."""
    no = decoded(line)
    assert isinstance(no, Refused)
    assert no.reason is RefusedRow.BAD_JSON
    assert len(no.found) <= 80


def test_json_lines_are_numbered_from_one_and_blank_ones_skipped(tmp_path: Path) -> None:
    content = b'\xef\xbb\xbf{"a":1}\n\n{"a":\n[{"a":3},{"a":4}]\r\n{"data":[{"a":5}]}'
    assert lines(tmp_path, content) == [
        (1, {"a": 1}), (3, RefusedRow.BAD_JSON), (4, {"a": 3}), (4, {"a": 4}), (5, {"a": 5}),
    ]  # fmt: skip


def test_json_lines_of_a_cut_gzip_end_with_one_refusal(tmp_path: Path) -> None:
    whole = b'{"a":1}\n' * 40_000
    rows = lines(tmp_path, gzip.compress(whole)[:-100], "a.jsonl.gz")
    assert {row for _, row in rows if not isinstance(row, dict)} == {RefusedRow.TRUNCATED_FILE}
    assert rows[-1] == (len(rows), RefusedRow.TRUNCATED_FILE)
    assert len(rows) > 100


def test_a_list_is_its_elements(tmp_path: Path) -> None:
    assert document(tmp_path, b' [{"a": 1.5}, {"a": 2}]\n') == [(1, {"a": "1.5"}), (2, {"a": 2})]
    assert document(tmp_path, b"[]") == []


def test_an_object_is_one_row_or_an_envelope(tmp_path: Path) -> None:
    assert document(tmp_path, b'{"a": 1}') == [(1, {"a": 1})]
    assert document(tmp_path, b'{"data": [{"a": 1}, {"a": 2}], "pagination": {}}') == [(1, {"a": 1}), (2, {"a": 2})]
    assert document(tmp_path, b'{"data": {"orderFilledEvents": [{"a": 1}]}}') == [(1, {"a": 1})]
    assert document(tmp_path, b'{"v1_rows": [{"a": 1}], "condition_id": "0x1"}') == [
        (1, {"condition_id": "0x1", "a": 1})
    ]


def test_receipts_give_their_logs_with_the_time_of_the_block(tmp_path: Path) -> None:
    content = b'[{"receipt": {"blockTimestamp": 7, "logs": [{"x": 1}, {"x": 2, "blockTimestamp": "0x8"}]}}]'
    assert document(tmp_path, content) == [(1, {"x": 1, "blockTimestamp": 7}), (2, {"x": 2, "blockTimestamp": "0x8"})]


def test_steps_give_the_frames_of_their_first_node(tmp_path: Path) -> None:
    content = b"""{"steps": [{"nodes": {"A": {"deliver": [{"frame": {"x": 1}}]}, "B": {"deliver": [{"frame": 2}]}}},
                             {"nodes": {"A": {"deliver": [{"frame": {"x": 3}}]}}}]}"""
    assert document(tmp_path, content) == [(1, {"x": 1}), (2, {"x": 3})]


def test_of_a_list_with_a_broken_element_the_others_are_read(tmp_path: Path) -> None:
    """F34: the rest goes on."""
    content = b'[{"a": 1}, {"a": {"x": "}"}, "b": oops}, {"a": 3}, {"a": NaN}, nonsense {"a": 5}, {"a": 6}]'
    assert document(tmp_path, content) == [
        (1, {"a": 1}),
        (2, RefusedRow.BAD_JSON),
        (3, {"a": 3}),
        (4, {"a": "NaN"}),
        (5, RefusedRow.BAD_JSON),
        (6, {"a": 6}),
    ]


@pytest.mark.parametrize("content", [b'[{"a": 1}, {"a": 2', b'[{"a": 1}', b'[{"a": 1},', b'[{"a": 1}, {"a": "2'])
def test_a_list_that_never_ends_is_refused_once(tmp_path: Path, content: bytes) -> None:
    assert document(tmp_path, content) == [(1, {"a": 1}), (2, RefusedRow.TRUNCATED_FILE)]


def test_a_list_of_a_cut_gzip_gives_its_whole_elements(tmp_path: Path) -> None:
    content = gzip.compress(b"[" + b",".join(b'{"a": %d}' % number for number in range(30_000)) + b"]")
    rows = document(tmp_path, content[:-3000], "a.json.gz")
    assert rows[0] == (1, {"a": 0})
    assert [row for _, row in rows if not isinstance(row, dict)] == [RefusedRow.TRUNCATED_FILE]
    assert rows[-1] == (len(rows), RefusedRow.TRUNCATED_FILE)
    assert [row for _, row in rows[:-1]] == [{"a": number} for number in range(len(rows) - 1)]


def test_values_laid_end_to_end_are_read_one_after_another(tmp_path: Path) -> None:
    assert document(tmp_path, b'{"a": 1}\n{"a": 2}\n') == [(1, {"a": 1}), (2, {"a": 2})]
    assert document(tmp_path, b'[{"a": 1}]\n[{"a": 2}]\n') == [(1, {"a": 1}), (2, {"a": 2})]


def test_a_list_too_large_to_hold_is_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "LINE_MAX", 10)
    with pytest.raises(Unreadable, match="more than 10 bytes in one JSON value"):
        document(tmp_path, b'[{"a": 1},\n{"a": 2}]')


def test_csv_rows_are_numbered_by_line(tmp_path: Path) -> None:
    content = b'\xef\xbb\xbf a ,b\r\n1,"x, y"\r\n\r\n2,"two\nlines"\n3\n4,5,6\n7,\xff\n'
    assert table(tmp_path, content) == (
        ["a", "b"],
        [
            (2, ["1", "x, y"]),
            (5, ["2", "two\nlines"]),
            (6, RefusedRow.WRONG_COLUMNS),
            (7, RefusedRow.WRONG_COLUMNS),
            (8, ["7", "\ufffd"]),
        ],
    )


def test_a_field_beyond_every_bound_is_refused_and_the_rest_goes_on(tmp_path: Path) -> None:
    content = b'a,b\n1,"' + b"x" * 200_000 + b'"\n2,y\n'
    header, rows = table(tmp_path, content)
    assert header == ["a", "b"]
    assert RefusedRow.WRONG_COLUMNS in [row for _, row in rows]
    assert rows[-1] == (3, ["2", "y"])


def test_a_cut_csv_ends_with_one_refusal(tmp_path: Path) -> None:
    content = gzip.compress(b"a,b\n" + b"".join(b"%d,0.999\n" % number for number in range(30_000)))
    _, rows = table(tmp_path, content[:-2000], "a.csv.gz")
    assert [row for _, row in rows[:-1]] == [[str(number), "0.999"] for number in range(len(rows) - 1)]
    assert rows[-1] == (len(rows) + 1, RefusedRow.TRUNCATED_FILE)


def test_a_csv_without_a_readable_header_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="ends before its end mark"):
        table(tmp_path, gzip.compress(b"a,b\n1,2\n")[:12], "a.csv.gz")
    with pytest.raises(Unreadable, match="no CSV"):
        table(tmp_path, b'a,"' + b"x" * 200_000 + b'"\n')
    with pytest.raises(Unreadable, match="no header"):
        table(tmp_path, b"\n1,2\n")
