"""Decision logs: whole lines, one for each decision, in a private file that begins anew with each run (S2.26)."""

import os
import stat
from pathlib import Path

import pytest

from copydesk.adapters.telemetry.decision_log import LINES_A_RELEASE, JsonLinesLog, NullLog
from copydesk.domain.errors import BadInput


def test_each_line_written_is_one_line_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    with JsonLinesLog(path) as log:
        log.write([b'{"n":1}', b'{"n":2}'])
        log.write([])
        log.write(iter([b'{"n":3}']))
    assert path.read_bytes() == b'{"n":1}\n{"n":2}\n{"n":3}\n'


def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    path.touch(mode=0o644)
    JsonLinesLog(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_run_begins_the_file_anew(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    for line in (b"first", b"second"):
        with JsonLinesLog(path) as log:
            log.write([line])
    assert path.read_bytes() == b"second\n"


def test_closing_twice_changes_nothing(tmp_path: Path) -> None:
    log = JsonLinesLog(tmp_path / "decisions.jsonl")
    log.write([b"line"])
    log.close()
    log.close()
    assert (tmp_path / "decisions.jsonl").read_bytes() == b"line\n"


def test_a_file_that_cannot_be_written_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="name another with --decisions"):
        JsonLinesLog(tmp_path / "no such folder" / "decisions.jsonl")


def test_the_null_log_takes_lines_and_keeps_none(tmp_path: Path) -> None:
    with NullLog() as log:
        log.write([b"line"])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "posix_fadvise"), reason="this system takes no advice on its memory")
def test_a_long_log_gives_the_memory_of_its_pages_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing reads it while it grows; without this a million decisions held a gigabyte of the machine's memory."""
    told: list[int] = []
    monkeypatch.setattr(os, "posix_fadvise", lambda *said: told.append(said[-1]))
    with JsonLinesLog(tmp_path / "log") as log:
        for _ in range(2 * LINES_A_RELEASE):
            log.write([b"{}"])
    assert told == [os.POSIX_FADV_DONTNEED] * 2
    assert (tmp_path / "log").read_bytes() == b"{}\n" * (2 * LINES_A_RELEASE)
