"""A terminal to type commands at, in a home of its own, and a ledger they can read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from copydesk.serve.cli.app import app

SAMPLE = "sample:7:2000"
SELDOM = ("--set", "gates.depth_min_usdc=20", "--set", "account.bankroll_usdc=100000")
"""Settings under which the sample has copies, part fills, skips by gates and skips by sizing."""

Typed = Callable[..., Result]


def home(folder: Path) -> dict[str, str]:
    """The environment of a user who has neither settings nor state."""
    return {
        "XDG_STATE_HOME": str(folder / "state"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "COLUMNS": "120",
        "NO_COLOR": "",
        "FORCE_COLOR": "",
    }


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Type a command in an empty folder; the answer has its exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    runner = CliRunner(env=home(tmp_path))
    return lambda *words: runner.invoke(app, [str(word) for word in words])


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ledger of one replay of the sample. Read it only."""
    folder = tmp_path_factory.mktemp("kept")
    ledger = folder / "desk.db"
    runner = CliRunner(env=home(folder))
    result = runner.invoke(app, ["replay", "--source", SAMPLE, "--ledger", str(ledger), "--json", *SELDOM])
    assert result.exit_code == 0, result.stderr
    (folder / "report.json").write_text(result.stdout)
    return ledger


@pytest.fixture(scope="session")
def told(kept: Path) -> dict[str, Any]:
    """The JSON report of the replay that made `kept`."""
    report: dict[str, Any] = json.loads(kept.with_name("report.json").read_text())
    return report
