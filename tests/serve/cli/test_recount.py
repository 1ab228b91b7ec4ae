"""What a ledger says of the runs that wrote it."""

from __future__ import annotations

from copydesk.domain.events import Fact, RunFinished, RunStarted
from copydesk.run.recall import LIVE
from copydesk.serve.cli.recount import Recount
from tests.histories import sealed


def counted(*facts: Fact) -> tuple[int, int, int]:
    """Runs, replays that were cut off, live runs that were killed."""
    recount = Recount()
    for entry in sealed(facts):
        recount.take(entry)
    return recount.runs, recount.unfinished, recount.killed


def began(kind: str) -> RunStarted:
    return RunStarted(kind=kind, preset="balanced", settings_version="v1")


def test_a_killed_live_run_is_gone_on_with_and_never_run_again() -> None:
    """F1: only a replay can be finished by running it again."""
    assert counted(began(LIVE), began(LIVE), RunFinished(kind=LIVE)) == (2, 0, 1)
    assert counted(began(LIVE)) == (1, 0, 0)


def test_a_replay_that_was_cut_off_is_unfinished() -> None:
    assert counted(began("replay"), RunFinished(kind="replay"), began("replay")) == (2, 1, 0)
