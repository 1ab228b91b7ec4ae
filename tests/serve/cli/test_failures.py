"""How commands fail: the exit code says which kind, stderr says it in one line, and no secret gets out (T21)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from copydesk.domain.errors import Broken
from copydesk.serve.cli.guard import GuardedGroup
from tests.serve.cli.conftest import Typed, home

SOURCES = Path(__file__).parents[3] / "src"
CANARY = "5eed" * 16

USAGE = [
    ("replay",),
    ("no-such-command",),
    ("replay", "--source", "sample:x"),
    ("replay", "--source", "sample:1", "--source", "other.csv"),
    ("replay", "--source", "sample:1", "--set", "no.such=1"),
    ("replay", "--source", "sample:1", "--set", "nothing"),
    ("replay", "--source", "sample:1", "--set", "gates.resolution_floor_s=60"),
    ("replay", "--source", "sample:1", "--preset", "reckless"),
    ("replay", "--source", "sample:1", "--leader", "bob"),
    ("replay", "--source", "sample:1", "--since", "yesterday"),
    ("replay", "--source", "sample:1", "--since", "1770000000000"),
    ("replay", "--source", "sample:1", "--since", "2026-02-02", "--until", "2026-02-01"),
    ("replay", "--source", "sample:1", "--decisions", "no/such/folder.jsonl"),
    ("report",),
    ("positions",),
    ("decisions", "tail"),
    ("decisions", "show", "ab"),
    ("ledger", "verify"),
    ("config", "validate", "--set", "caps.trade_bps=-1"),
]


@pytest.mark.parametrize("words", USAGE, ids=" ".join)
def test_wrong_words_or_settings_exit_2_and_leave_stdout_empty(typed: Typed, words: tuple[str, ...]) -> None:
    result = typed(*words)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert result.stderr


def test_wrong_input_is_one_line_with_found_allowed_and_a_remedy(typed: Typed) -> None:
    result = typed("config", "validate", "--set", "gates.price_max=1.5")
    (line,) = result.stderr.splitlines()
    assert line.startswith("copydesk: setting gates.price_max (from flag): found ")
    assert "1.5" in line
    assert "allowed" in line


UNREADABLE = [
    ("replay", "--source", "missing.csv"),
    ("replay", "--source", "notes.csv"),
    ("replay", "--source", "sample:1", "--ledger", "notes.csv"),
    ("report", "--ledger", "missing.db"),
    ("status", "--ledger", "notes.csv"),
    ("ledger", "verify", "--ledger", "notes.csv"),
    ("config", "show"),
]


@pytest.mark.parametrize("words", UNREADABLE, ids=" ".join)
def test_what_cannot_be_read_exits_7_with_one_line(typed: Typed, tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "notes.csv").write_text("this is no table of trades\nat all\n")
    if words[0] == "config":
        (tmp_path / "copydesk.yaml").write_text("gates: [unclosed")
    result = typed(*words)
    assert result.exit_code == 7, result.output
    assert result.stdout == ""
    assert len([line for line in result.stderr.splitlines() if line.startswith("copydesk: cannot read")]) == 1


def test_what_is_not_there_exits_3(typed: Typed, kept: Path) -> None:
    for words in (
        ("decisions", "show", "f" * 64),
        ("ledger", "show", "999999"),
        ("ledger", "show", "0"),
        ("ledger", "show", "--account", "nobody"),
    ):
        result = typed(*words, "--ledger", kept)
        assert result.exit_code == 3, result.output
        assert result.stdout == ""
        assert result.stderr.startswith("copydesk: no ")


# --- what nobody expected --------------------------------------------------------------------------------------------


def an_app(error: BaseException) -> typer.Typer:
    """A command line with one command, which fails."""
    app = typer.Typer(cls=GuardedGroup, pretty_exceptions_enable=False)

    @app.callback()
    def root() -> None:
        """Stand above the command, as the real root does."""

    @app.command()
    def fail() -> None:
        secret_of_a_local_variable = CANARY
        if secret_of_a_local_variable:
            raise error

    return app


def failed(tmp_path: Path, error: BaseException) -> tuple[int, str, str]:
    """The exit code, stderr, and the log of a command that raised `error`."""
    result = CliRunner(env=home(tmp_path)).invoke(an_app(error), ["fail"])
    log = tmp_path / "state" / "copydesk" / "log" / "copydesk.log"
    return result.exit_code, result.stderr, log.read_text() if log.exists() else ""


def test_an_unexpected_failure_is_one_line_that_names_the_log(tmp_path: Path) -> None:
    code, said, log = failed(tmp_path, ZeroDivisionError("division by zero"))
    assert code == 1
    (line,) = said.splitlines()
    assert "ZeroDivisionError: division by zero" in line
    assert f"details in {tmp_path}" in line
    assert "Traceback" in json.loads(log)["exception"]


def test_an_unexpected_failure_shows_no_secret_anywhere(tmp_path: Path) -> None:
    """T21, I29: neither the local variable nor the key that the error names."""
    _, said, log = failed(tmp_path, ValueError(f"not a private key: {CANARY}"))
    assert "not a private key" in said
    assert CANARY not in said + log


def test_a_failure_cannot_command_the_terminal(tmp_path: Path) -> None:
    _, said, _ = failed(tmp_path, ValueError("\x1b[2Jgone"))
    assert "\x1b" not in said


def test_a_broken_invariant_says_so_and_exits_1(tmp_path: Path) -> None:
    code, said, _ = failed(tmp_path, Broken("I13 does not hold"))
    assert code == 1
    assert "an invariant failed, nothing may go on: I13 does not hold" in said


def test_an_interrupt_exits_130(tmp_path: Path) -> None:
    code, said, _ = failed(tmp_path, KeyboardInterrupt())
    assert (code, said) == (130, "copydesk: interrupted\n")


def test_a_log_that_cannot_be_written_does_not_hide_the_failure(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where a folder should be")
    code, said, _ = failed(tmp_path, ZeroDivisionError("division by zero"))
    assert code == 1
    assert "division by zero" in said
    assert "--debug" in said


# --- in a process of its own -----------------------------------------------------------------------------------------


def in_a_process(folder: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    asked = [sys.executable, "-m", "copydesk", *map(str, words)]
    variables = {**home(folder), "PYTHONPATH": str(SOURCES)}
    return subprocess.run(asked, capture_output=True, text=True, check=False, cwd=folder, env=variables)


def test_the_module_runs_as_a_program_and_says_its_version(tmp_path: Path) -> None:
    done = in_a_process(tmp_path, "--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("copydesk ")


def test_a_pipe_that_was_closed_before_is_no_failure(tmp_path: Path) -> None:
    """Little output stays in the buffer until the end: it must not fail there either."""
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "wb") as gone:
        asked, variables = [sys.executable, "-m", "copydesk", "status"], {**home(tmp_path), "PYTHONPATH": str(SOURCES)}
        done = subprocess.run(asked, stdout=gone, stderr=subprocess.PIPE, text=True, check=False, env=variables)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.slow
def test_a_closed_pipe_ends_a_command_quietly(tmp_path: Path, kept: Path) -> None:
    script = f"{sys.executable} -m copydesk ledger export --ledger {kept} | head -n 1; echo ${{PIPESTATUS[0]}} >&2"
    variables = {**home(tmp_path), "PYTHONPATH": str(SOURCES), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True, env=variables)
    assert done.stdout.count("\n") == 1
    assert done.stderr == "0\n"


@pytest.mark.slow
def test_a_closed_pipe_ends_a_drawing_quietly(tmp_path: Path, kept: Path) -> None:
    script = (
        f"{sys.executable} -m copydesk decisions tail -n 900 --ledger {kept} | head -n 1; echo ${{PIPESTATUS[0]}} >&2"
    )
    variables = {**home(tmp_path), "PYTHONPATH": str(SOURCES), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True, env=variables)
    assert done.stderr == "0\n"
