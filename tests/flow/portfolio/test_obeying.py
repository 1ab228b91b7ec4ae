"""What a command makes of an account's controls: each person lifts their own halt, a machine's halt needs a person."""

from __future__ import annotations

from typing import Any

import pytest

from copydesk.domain.control import (
    Command,
    CommandTaken,
    Halted,
    HaltSource,
    LeaderCutOff,
    RelationPaused,
    RelationResumed,
    Resumed,
    Verb,
)
from copydesk.domain.ids import AccountId, EventId, TimeMs
from copydesk.flow.portfolio.controls import Controls
from copydesk.flow.portfolio.obeying import obeyed
from tests.builders import LEADER, NOON

LATER = TimeMs(NOON + 60_000)
DESK = AccountId("desk")


def a_command(verb: Verb, **said: Any) -> Command:
    parts: dict[str, Any] = {"id": EventId("c" * 64), "verb": verb, "given_at": NOON, "words": "why"}
    return Command(**(parts | said))


def a_halt(source: HaltSource, **said: Any) -> Halted:
    parts: dict[str, Any] = {"source": source, "since": NOON, "words": "first"}
    return Halted(**(parts | said))


def under(*facts: Halted | LeaderCutOff | RelationPaused) -> Controls:
    controls = Controls()
    for fact in facts:
        controls.apply(fact)
    return controls


def after(controls: Controls, command: Command) -> str:
    """Let the account obey; the answer is what was left to say."""
    taken, *changes = obeyed(command, controls, LATER)
    for change in changes:
        controls.apply(change)
    assert isinstance(taken, CommandTaken)
    return taken.left


@pytest.mark.parametrize(("account", "source"), [(None, HaltSource.OPERATOR), (DESK, HaltSource.CLIENT)])
def test_a_halt_is_the_operators_or_that_of_one_client(account: AccountId | None, source: HaltSource) -> None:
    """S3.43: a kill switch for operators and one for each client."""
    controls = under()
    assert after(controls, a_command(Verb.HALT, account=account)) == ""
    assert controls.halts == {source: Halted(source=source, since=LATER, words="why", command="c" * 64)}


@pytest.mark.parametrize(
    ("source", "account", "is_lifted"),
    [
        (HaltSource.OPERATOR, None, True),
        (HaltSource.OPERATOR, DESK, False),
        (HaltSource.CLIENT, None, False),
        (HaltSource.CLIENT, DESK, True),
        (HaltSource.FILE, None, False),
        (HaltSource.FILE, DESK, False),
        (HaltSource.ERRORS, None, True),
        (HaltSource.LOSS, None, True),
        (HaltSource.DRIFT, DESK, True),
    ],
)
def test_resume_lifts_ones_own_halt_and_those_that_need_a_person(
    source: HaltSource,
    account: AccountId | None,
    is_lifted: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """C28, S4.18: nobody lifts another person's halt, or the file's."""
    controls = under(a_halt(source))
    left = after(controls, a_command(Verb.RESUME, account=account))
    assert (controls.halt is None) == is_lifted
    assert left == ("" if is_lifted else f"still halted by {source} (first)")


def test_resuming_what_is_not_halted_says_so_and_changes_nothing() -> None:
    assert after(controls := under(), a_command(Verb.RESUME)) == "was not halted"
    assert controls == under()


def test_a_second_halt_keeps_the_time_of_the_first_and_never_loosens_it() -> None:
    """C28: exits that are frozen stay so until somebody resumes."""
    controls = under(a_halt(HaltSource.OPERATOR, freezes_exits=True))
    after(controls, a_command(Verb.HALT, words="second"))
    assert controls.halt == a_halt(HaltSource.OPERATOR, words="second", freezes_exits=True, command="c" * 64)


def test_a_leader_is_cut_off_and_restored() -> None:
    """S2.35."""
    controls = under()
    after(controls, a_command(Verb.CUT_OFF, leader=LEADER))
    assert controls.cut_off[LEADER].source is HaltSource.OPERATOR
    assert after(controls, a_command(Verb.RESTORE, leader=LEADER)) == ""
    assert controls.cut_off == {}
    assert after(controls, a_command(Verb.RESTORE, leader=LEADER)) == "was not cut off"
    assert after(controls, a_command(Verb.CUT_OFF)) == "it names no leader"


def test_a_leader_taken_up_again_may_still_stand_under_the_pause_of_all() -> None:
    everyone, one = RelationPaused(leader=None, since=NOON, words="all"), a_command(Verb.PAUSE, leader=LEADER)
    controls = under(everyone)
    after(controls, one)
    left = after(controls, a_command(Verb.UNPAUSE, leader=LEADER))
    assert (left, controls.paused) == ("the pause of all leaders still stands", {None: everyone})
    assert after(controls, a_command(Verb.UNPAUSE)) == ""
    assert after(controls, a_command(Verb.UNPAUSE)) == "was not paused"


def test_every_fact_names_the_command_it_came_from() -> None:
    """I19: only an authorised act resumes, and it is on record which."""
    _, resumed = obeyed(a_command(Verb.RESUME), under(a_halt(HaltSource.ERRORS)), LATER)
    _, taken_up = obeyed(a_command(Verb.UNPAUSE), under(RelationPaused(leader=None, since=NOON, words="")), LATER)
    assert isinstance(resumed, Resumed)
    assert isinstance(taken_up, RelationResumed)
    assert resumed.command == taken_up.command == "c" * 64
