"""`copydesk up` and `copydesk demo`: they end by themselves, in order, and leave nothing behind them (S2.30)."""

from __future__ import annotations

import csv
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from copydesk.serve.cli import demo
from tests.serve.cli.conftest import Typed, home

REPO = Path(__file__).resolve().parents[3]
OURS = "--until-eof"
"""How a local market of ours is known among the processes of the machine."""


@contextmanager
def started(folder: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """A command as a process of its own, in a home of its own."""
    environment = home(folder) | {"PATH": os.defpath, "PYTHONPATH": str(REPO / "src"), "HOME": str(folder)}
    command = [sys.executable, "-W", "error", "-m", "copydesk", *words]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd=folder
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def markets_of(process: subprocess.Popen[str]) -> list[int]:
    """The local markets that a command started."""
    numbers = [int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdecimal()]
    return [pid for pid in numbers if parent_of(pid) == process.pid and OURS in words_of(pid)]


def parent_of(pid: int) -> int:
    try:
        return int((Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def words_of(pid: int) -> list[str]:
    try:
        return (Path("/proc") / str(pid) / "cmdline").read_text().split("\0")
    except OSError:
        return []


def is_running(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def until_first_line(process: subprocess.Popen[str]) -> str:
    """Wait until the desk says how it stands for the first time."""
    assert process.stderr is not None
    return next(line for line in process.stderr if "PAPER up" in line)


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a table beside a ledger."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
def test_a_demo_ends_by_itself_with_the_document_of_a_replay(tmp_path: Path, told: dict[str, Any]) -> None:
    """Every event ends as a decision or a claim (I20), and no market is left running."""
    with started(tmp_path, "demo", "--seconds", "8", "--json", "--ledger", "demo.db") as process:
        until_first_line(process)
        (market,) = markets_of(process)
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 0
    document = json.loads(out)
    assert document.keys() == told.keys()
    assert document["mode"] == "paper"
    assert document["rows_read"] == document["events"] + document["duplicates"] + sum(document["rows_refused"].values())
    assert document["decisions"] == document["copied"] + sum(document["skipped"].values()) + document["expired"]
    assert document["ledger_entries"] > 0
    assert not is_running(market)
    assert (tmp_path / "demo.db.decisions.jsonl").read_text().count("\n") == document["decisions"]
    assert len(table(tmp_path / "demo.db.leader_trades.csv")) == document["signals"]
    held = [row for row in table(tmp_path / "demo.db.positions.csv") if row["state"] == "held"]
    assert len(held) == document["positions_open"]


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_word_to_stop_ends_it_in_order_within_ten_seconds(tmp_path: Path, number: signal.Signals) -> None:
    """S4.20's other half: what a container runtime sends is obeyed, with a report and exit 0."""
    with started(tmp_path, "demo", "--seconds", "600") as process:
        until_first_line(process)
        (market,) = markets_of(process)
        process.send_signal(number)
        out, told = process.communicate(timeout=10)
        assert process.returncode == 0, told
    assert out.startswith("PAPER · live")
    assert "Ledger not kept" in out
    assert not is_running(market)


@pytest.mark.slow
def test_a_demo_that_is_killed_outright_takes_its_market_with_it(tmp_path: Path) -> None:
    with started(tmp_path, "demo", "--seconds", "600") as process:
        until_first_line(process)
        (market,) = markets_of(process)
        process.kill()
        process.wait()
        assert is_gone_within(market, tenths=100)


def is_gone_within(pid: int, tenths: int) -> bool:
    """Whether a process ends before so many tenths of a second are over."""
    idle, other = socket.socketpair()
    with idle, other:
        return any(not is_running(pid) or select.select([idle], [], [], 0.1)[0] for _ in range(tenths))


def test_a_demo_without_its_libraries_says_how_to_get_them(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "NEEDED", ("json", "no_such_library"))
    result = typed("demo")
    assert result.exit_code == 2
    assert "no no_such_library" in result.stderr
    assert "pip install 'copydesk[fakemarket]'" in result.stderr


def test_a_desk_with_nobody_to_copy_does_not_start(typed: Typed) -> None:
    result = typed("up")
    assert result.exit_code == 2
    assert "leaders: found none" in result.stderr


@pytest.mark.slow
def test_a_desk_that_does_not_reach_the_venue_says_so_and_who_can_help(typed: Typed) -> None:
    """S4.4: boot fails non-zero on an unreachable venue."""
    result = typed("up", "--leader", "0x" + "1e" * 20, *nowhere())
    assert result.exit_code == 7
    assert "cannot read the venue" in result.stderr
    assert "copydesk doctor" in result.stderr


def nowhere() -> list[str]:
    """Settings with a venue on this machine that is not there."""
    faces = {"gamma": "http", "data": "http", "clob": "http", "geoblock": "http", "rtds": "ws", "ws_market": "ws"}
    return [word for face, scheme in (faces | {"ws_user": "ws"}).items()
            for word in ("--set", f"venue.{face}={scheme}://127.0.0.1:1")]  # fmt: skip
