"""No tracked file hides anything: no control or bidirectional characters, no line that runs off the screen."""

import unicodedata
from pathlib import PurePosixPath

from tests.architecture.tree import short, tracked_files

LINE_MAX = 120
BINARY = {".gz", ".png", ".zst"}
RECORDED = {".csv", ".json", ".jsonl"}
INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}


def hidden(path: str, content: bytes) -> list[str]:
    """Name what a reviewer would not see in one file; recorded data under ``tests`` may have lines of any length."""
    if PurePosixPath(path).suffix in BINARY:
        return []
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        return [f"{path}: not UTF-8 text at byte {error.start}"]
    is_recorded = path.startswith("tests/") and PurePosixPath(path).suffix in RECORDED
    found = []
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > LINE_MAX and not is_recorded:
            found.append(f"{path}:{number}: {len(line)} characters, at most {LINE_MAX}")
        found += [f"{path}:{number}: hidden character U+{ord(sign):04X}" for sign in invisible(line)]
    return found


def invisible(line: str) -> list[str]:
    if line.isascii() and line.isprintable():
        return []
    return [sign for sign in line if sign != "\t" and unicodedata.category(sign) in INVISIBLE]


def test_each_hidden_character_is_found() -> None:
    for sign in ("\u202e", "\u2066", "\u200b", "\u200f", "\ufeff", "\u00ad", "\x1b", "\x00", "\r", "\u2028"):
        assert hidden("a.md", f"one{sign}two".encode()) == [f"a.md:1: hidden character U+{ord(sign):04X}"]


def test_a_line_that_runs_off_the_screen_is_found() -> None:
    assert hidden("a.py", b"x" * 120) == []
    assert hidden("a.py", b"\n" + b"x" * 121) == ["a.py:2: 121 characters, at most 120"]
    assert hidden("src/a.json", b"x" * 121)
    assert not hidden("tests/golden/a.json", b"x" * 121)


def test_a_file_that_is_not_text_is_found() -> None:
    assert hidden("a.txt", b"\xff\xfe") == ["a.txt: not UTF-8 text at byte 0"]


def test_ordinary_text_passes() -> None:
    assert hidden("a.md", "Naïve café → 5 × 3 — done\n\ttab\n".encode()) == []


def test_we_hide_nothing() -> None:
    found = [line for path in tracked_files() for line in hidden(short(path), path.read_bytes())]
    assert not found, "\n".join(found)
