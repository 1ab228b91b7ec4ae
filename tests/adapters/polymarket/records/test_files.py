"""Record files: plain or gzipped, whole or damaged, and what cannot be opened at all."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.adapters.polymarket.records import files
from copydesk.adapters.polymarket.records.files import RecordFile, stem_of, suffix_of
from copydesk.domain.errors import Unreadable

LINES = b"".join(b"%d,%s\n" % (number, b"x" * (number % 90)) for number in range(4_000))


def a_file(folder: Path, content: bytes, name: str = "a.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def read(path: Path) -> tuple[bytes, RecordFile]:
    with RecordFile(path) as file:
        return b"".join(file.line_blocks()), file


def why_unreadable(path: Path) -> str:
    with pytest.raises(Unreadable) as error, RecordFile(path) as file:
        list(file.line_blocks())
    assert "\n" not in str(error.value)
    assert str(path) in str(error.value)
    return error.value.why


def test_a_plain_file_is_read_whole(tmp_path: Path) -> None:
    content, file = read(a_file(tmp_path, LINES))
    assert (content, file.damage) == (LINES, "")
    assert file.bytes_read == file.bytes_total == len(LINES)


def test_a_gzip_is_read_whole(tmp_path: Path) -> None:
    packed = gzip.compress(LINES)
    content, file = read(a_file(tmp_path, packed, "a.csv.gz"))
    assert (content, file.damage) == (LINES, "")
    assert file.bytes_read == file.bytes_total == len(packed)


def test_a_gzip_of_several_parts_and_padding_is_read_whole(tmp_path: Path) -> None:
    """As log rotation and parallel packers write it."""
    packed = gzip.compress(LINES[:1000]) + gzip.compress(b"") + gzip.compress(LINES[1000:]) + b"\0" * 512
    content, file = read(a_file(tmp_path, packed, "a.csv.gz"))
    assert (content, file.damage) == (LINES, "")


def test_a_gzip_without_the_name_of_one_is_read(tmp_path: Path) -> None:
    assert read(a_file(tmp_path, gzip.compress(LINES), "a.csv"))[0] == LINES


@pytest.mark.parametrize("size", [files._UNPACKED - 1, files._UNPACKED, files._UNPACKED + 1, 5 * files._UNPACKED])
def test_a_gzip_that_unpacks_to_many_times_its_size_is_read_whole(tmp_path: Path, size: int) -> None:
    """No block is larger than its bound, and none is lost at the end."""
    packed = gzip.compress(b"\n" * size)
    with RecordFile(a_file(tmp_path, packed, "a.csv.gz")) as file:
        blocks = list(file.line_blocks())
    assert (sum(map(len, blocks)), file.damage) == (size, "")
    assert max(map(len, blocks)) <= files._UNPACKED


def test_every_block_ends_with_a_line(tmp_path: Path) -> None:
    with RecordFile(a_file(tmp_path, gzip.compress(LINES + b"last"), "a.csv.gz")) as file:
        blocks = list(file.line_blocks())
    assert len(blocks) > 1
    assert all(block.endswith(b"\n") for block in blocks[:-1])
    assert blocks[-1] == b"last"


@settings(max_examples=40)
@given(cut=st.integers(min_value=3, max_value=len(gzip.compress(LINES)) - 1))
def test_of_a_truncated_gzip_every_whole_line_is_read(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    """What was cut off can be part of a line, never the wrong line: half a number is another number."""
    path = a_file(tmp_path_factory.mktemp("cut"), gzip.compress(LINES)[:cut], "a.csv.gz")
    content, file = read(path)
    assert LINES.startswith(content)
    assert content == b"" or content.endswith(b"\n")
    assert file.damage == "the gzip ends before its end mark"
    assert LINES.startswith(content + file.remainder)


def test_of_a_corrupt_gzip_what_comes_before_is_read(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(LINES))
    packed[-6] ^= 0xFF
    content, file = read(a_file(tmp_path, bytes(packed), "a.csv.gz"))
    assert content == LINES
    assert file.damage.startswith("the gzip is corrupt")


def test_what_cannot_be_opened_says_why_in_one_line(tmp_path: Path) -> None:
    assert why_unreadable(tmp_path / "none.csv") == "no such file or directory"
    assert why_unreadable(tmp_path) == "it is a folder"
    assert why_unreadable(a_file(tmp_path, b"")) == "it is empty"
    assert why_unreadable(a_file(tmp_path, b"a,b\n", "a.csv.gz")) == "its name says gzip, its content does not"
    assert why_unreadable(a_file(tmp_path, b"PK\x03\x04\0\0")) == "it is binary, not text"


def test_a_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    path = a_file(tmp_path, b"a,b\n")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")
    assert why_unreadable(path) == "permission denied"


def test_a_line_without_end_is_not_taken_into_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LINE_MAX", 1000)
    assert "a line of more than 1000 bytes" in why_unreadable(a_file(tmp_path, b"x" * 5000))


@pytest.mark.parametrize(
    ("name", "suffix", "stem"),
    [
        ("a.csv", ".csv", "a"),
        ("target_trades.csv.gz", ".csv", "target_trades"),
        ("A.JSON", ".json", "A"),
        ("b.c.jsonl.gz", ".jsonl", "b.c"),
    ],
)
def test_the_name_says_the_kind(name: str, suffix: str, stem: str) -> None:
    assert (suffix_of(Path("x") / name), stem_of(Path("x") / name)) == (suffix, stem)


def test_another_kind_of_name_is_unreadable() -> None:
    for name in ("a.parquet", "a.gz", "csv", "a.csv.zip"):
        with pytest.raises(Unreadable, match="does not end in one of"):
            suffix_of(Path(name))
