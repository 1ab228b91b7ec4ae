"""Each stop by example: what it lets through, what it refuses, and that no exit is ever held up by one (K20, I18)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.domain.control import Halted, HaltSource, LeaderCutOff
from copydesk.domain.decision import Approved
from copydesk.domain.ids import TimeMs
from copydesk.domain.leader_record import LeaderRecord, Result
from copydesk.domain.record import DAY_MS, NO_PERIOD, AccountRecord, Period, day_of, week_of
from copydesk.domain.refusal import Reason
from copydesk.domain.stops import CoolDown
from copydesk.domain.trade import Side
from copydesk.flow.decide.decision import decide
from copydesk.flow.decide.gates import AUDIT_GATES, EXIT_GATES, STOP_GATES, ask
from copydesk.flow.decide.stopping import CUT_OFFS, HALTS, stopped_by
from tests.builders import LEADER, NOON, a_relation, a_signal, a_snapshot, micros, shares, some_limits, usdc


def today(lost: int | None) -> Period:
    return msgspec.structs.replace(NO_PERIOD, number=day_of(NOON), lost=lost)


def this_week(lost: int | None) -> Period:
    return msgspec.structs.replace(NO_PERIOD, number=week_of(NOON), lost=lost)


def yesterday(lost: int | None) -> Period:
    return msgspec.structs.replace(NO_PERIOD, number=day_of(NOON) - 1, lost=lost)


def last_week(lost: int | None) -> Period:
    return msgspec.structs.replace(NO_PERIOD, number=week_of(NOON) - 1, lost=lost)


def account(**said: Any) -> dict[str, Any]:
    return {"account_record": AccountRecord(**said)}


DAILY, WEEKLY, DRAWDOWN = {"daily_loss_max_bps": 500}, {"weekly_loss_max_bps": 3_000}, {"drawdown_max_bps": 2_500}


def leader(**said: Any) -> dict[str, Any]:
    return {"leader_record": LeaderRecord(**said)}


def halted_for(words: str) -> Halted:
    return Halted(source=HaltSource.LOSS, since=NOON, words=words)


def cut_off_for(words: str) -> LeaderCutOff:
    return LeaderCutOff(leader=LEADER, source=HaltSource.LOSS, since=NOON, words=words)


NO_LEADER: dict[str, Any] = {"leader_record": None}
LEADER_DRAWDOWN = {"leader_drawdown_max_bps": 2_000, "leader_bps": 2_000}
LEADER_LOSSES = {"leader_losses_max": 5}
LOSS, LOSS_BPS = {"relation_loss_max": usdc(40)}, {"relation_loss_max_bps": 1_000, "leader_bps": 2_000}
PROFIT, PROFIT_BPS = {"relation_profit_max": usdc(40)}, {"relation_profit_max_bps": 1_000, "leader_bps": 2_000}


def minutes_ago(*minutes: int) -> tuple[TimeMs, ...]:
    return tuple(TimeMs(NOON - 60_000 * each) for each in minutes)


def results(*totals: int, minutes: int) -> tuple[Result, ...]:
    """Totals in dollars, a minute apart, the last so many minutes ago."""
    first = NOON - 60_000 * (minutes + len(totals) - 1)
    return tuple(Result(TimeMs(first + 60_000 * place), usdc(total)) for place, total in enumerate(totals))


GUARD = {"guard_losses_max": 3, "guard_within_ms": 10 * 60_000, "guard_pause_ms": 20 * 60_000}
COOL_LEADER = {"cool_down_ms": 20 * 60_000}
COOL_ACCOUNT = COOL_LEADER | {"cool_down_of": CoolDown.ACCOUNT}
LOCK = {"leader_profit_min": usdc(5), "leader_profit_trades": 2, "leader_lock_ms": 20 * 60_000}
MINUTE = 60_000

FIRES: list[tuple[Reason, dict[str, Any], dict[str, Any], int | None, int]] = [
    # reason, the limits, the snapshot, seen, limit
    (Reason.DAILY_LOSS, DAILY, account(day=today(501)), 501, 500),
    (Reason.DAILY_LOSS, DAILY, account(day=today(None)), None, 500),
    (Reason.DAILY_LOSS, DAILY, {"account_record": None}, None, 500),
    (Reason.WEEKLY_LOSS, WEEKLY, account(week=this_week(3_001)), 3_001, 3_000),
    (Reason.WEEKLY_LOSS, WEEKLY, account(week=this_week(None)), None, 3_000),
    (Reason.WEEKLY_LOSS, WEEKLY, {"account_record": None}, None, 3_000),
    (Reason.DRAWDOWN, DRAWDOWN, account(fallen=2_501), 2_501, 2_500),
    (Reason.DRAWDOWN, DRAWDOWN, account(fallen=None), None, 2_500),
    (Reason.DRAWDOWN, DRAWDOWN, {"account_record": None}, None, 2_500),
    (Reason.LEADER_DRAWDOWN, LEADER_DRAWDOWN, leader(fallen=usdc("40.01")), 2_001, 2_000),
    (Reason.LEADER_DRAWDOWN, LEADER_DRAWDOWN, leader(fallen=usdc("60.03"), staked=usdc(300)), 2_001, 2_000),
    (Reason.LEADER_DRAWDOWN, LEADER_DRAWDOWN, leader(fallen=usdc(1)) | {"bankroll": usdc(0)}, None, 2_000),
    (Reason.LEADER_DRAWDOWN, LEADER_DRAWDOWN, NO_LEADER, None, 2_000),
    (Reason.LEADER_LOSSES, LEADER_LOSSES, leader(losses_most=5), 5, 5),
    (Reason.LEADER_LOSSES, LEADER_LOSSES, NO_LEADER, None, 5),
    (Reason.RELATION_LOSS, LOSS, leader(lowest=usdc("-40.01")), micros("40.01"), micros(40)),
    (Reason.RELATION_LOSS, LOSS_BPS, leader(lowest=usdc("-20.01")), micros("20.01"), micros(20)),
    (Reason.RELATION_LOSS, LOSS | LOSS_BPS, leader(lowest=usdc("-20.01")), micros("20.01"), micros(20)),
    (Reason.RELATION_LOSS, LOSS, NO_LEADER, None, micros(40)),
    (Reason.RELATION_PROFIT, PROFIT, leader(highest=usdc("40.01")), micros("40.01"), micros(40)),
    (Reason.RELATION_PROFIT, PROFIT_BPS, leader(highest=usdc("20.01")), micros("20.01"), micros(20)),
    (Reason.RELATION_PROFIT, PROFIT | PROFIT_BPS, leader(highest=usdc("20.01")), micros("20.01"), micros(20)),
    (Reason.RELATION_PROFIT, PROFIT, NO_LEADER, None, micros(40)),
    (Reason.LOSS_GUARD, GUARD, account(lost_at=minutes_ago(29, 25, 19)), MINUTE, 0),
    (Reason.LOSS_GUARD, GUARD, account(lost_at=minutes_ago(29, 25, 19, 2)), MINUTE, 0),
    (Reason.LOSS_GUARD, GUARD, {"account_record": None}, None, 0),
    (Reason.COOL_DOWN, COOL_LEADER, leader(lost_at=minutes_ago(19)[0]), MINUTE, 0),
    (Reason.COOL_DOWN, COOL_ACCOUNT, account(lost_at=minutes_ago(50, 19)), MINUTE, 0),
    (Reason.COOL_DOWN, COOL_LEADER, NO_LEADER, None, 0),
    (Reason.COOL_DOWN, COOL_ACCOUNT, {"account_record": None}, None, 0),
    (Reason.LEADER_LOCK, LOCK, leader(results=results(0, 9, 4, minutes=19)), MINUTE, 0),
    (Reason.LEADER_LOCK, LOCK, leader(results=results(0, 9, 4, 90, minutes=18)), MINUTE, 0),
    (Reason.LEADER_LOCK, LOCK, NO_LEADER, None, 0),
]

PASSES: list[tuple[Reason, dict[str, Any], dict[str, Any]]] = [
    (Reason.DAILY_LOSS, DAILY, account(day=today(500))),
    (Reason.DAILY_LOSS, DAILY, account(day=yesterday(9_999))),
    (Reason.DAILY_LOSS, DAILY, account(day=yesterday(None))),
    (Reason.WEEKLY_LOSS, WEEKLY, account(week=this_week(3_000))),
    (Reason.WEEKLY_LOSS, WEEKLY, account(week=last_week(9_999))),
    (Reason.DRAWDOWN, DRAWDOWN, account(fallen=2_500)),
    (Reason.LEADER_DRAWDOWN, LEADER_DRAWDOWN, leader(fallen=usdc(40))),
    (Reason.LEADER_DRAWDOWN, LEADER_DRAWDOWN, leader(fallen=usdc(60), staked=usdc(300))),
    (Reason.LEADER_LOSSES, LEADER_LOSSES, leader(losses_most=4, losses=4)),
    (Reason.RELATION_LOSS, LOSS, leader(lowest=usdc(-40))),
    (Reason.RELATION_LOSS, LOSS_BPS, leader(lowest=usdc(-20))),
    (Reason.RELATION_PROFIT, PROFIT, leader(highest=usdc(40))),
    (Reason.RELATION_PROFIT, PROFIT_BPS, leader(highest=usdc(20))),
    (Reason.LOSS_GUARD, GUARD, account(lost_at=minutes_ago(29, 25, 20))),
    (Reason.LOSS_GUARD, GUARD, account(lost_at=minutes_ago(30, 25, 19))),
    (Reason.LOSS_GUARD, GUARD, account(lost_at=minutes_ago(2, 1))),
    (Reason.COOL_DOWN, COOL_LEADER, leader(lost_at=minutes_ago(20)[0]) | account(lost_at=minutes_ago(1))),
    (Reason.COOL_DOWN, COOL_ACCOUNT, account(lost_at=minutes_ago(20)) | leader(lost_at=minutes_ago(1)[0])),
    (Reason.LEADER_LOCK, LOCK, leader(results=results(0, 9, 4, minutes=20))),
    (Reason.LEADER_LOCK, LOCK, leader(results=results(0, 9, 5, minutes=1))),
    (Reason.LEADER_LOCK, LOCK, leader(results=results(0, -9, minutes=1))),
]

ALL_ON: dict[str, Any] = (
    DAILY | WEEKLY | DRAWDOWN | LEADER_DRAWDOWN | LEADER_LOSSES | LOSS | PROFIT | GUARD | COOL_LEADER | LOCK
)


@pytest.mark.parametrize(("reason", "limits", "snapshot", "seen", "limit"), FIRES)
def test_a_stop_refuses_entries_and_says_the_numbers(
    reason: Reason, limits: dict[str, Any], snapshot: dict[str, Any], seen: int | None, limit: int
) -> None:
    """S2.10-S2.12, S3.19, E46, K20: each stop can fire, and one that cannot see refuses."""
    (check,) = ask(STOP_GATES, a_signal(), a_snapshot(**snapshot), some_limits(**limits))
    assert (check.reason, check.seen, check.limit, check.passed) == (reason, seen, limit, False)
    decision = decide(a_signal(), a_snapshot(**snapshot), a_relation(**limits))
    assert getattr(decision, "reason", None) == reason


@pytest.mark.parametrize(("reason", "limits", "snapshot"), PASSES)
def test_a_stop_lets_its_very_limit_through(reason: Reason, limits: dict[str, Any], snapshot: dict[str, Any]) -> None:
    (check,) = ask(STOP_GATES, a_signal(), a_snapshot(**snapshot), some_limits(**limits))
    assert (check.reason, check.passed) == (reason, True)


def test_every_stop_has_an_example_in_which_it_fires_and_one_in_which_it_does_not() -> None:
    """K20: a stop nobody has seen fire is no stop."""
    checks = ask(STOP_GATES, a_signal(), a_snapshot(), some_limits(**ALL_ON))
    assert len(checks) == len(STOP_GATES)
    assert all(check.passed for check in checks)
    assert {check.reason for check in checks} == {row[0] for row in FIRES} == {row[0] for row in PASSES}


def test_a_stop_that_is_off_leaves_no_check() -> None:
    """Nor does it miss what it would look at."""
    assert ask(STOP_GATES, a_signal(), a_snapshot(account_record=None, leader_record=None), some_limits()) == ()


def test_no_exit_asks_a_stop() -> None:
    """S2.10, I18: what stops entering never stops leaving."""
    assert not set(STOP_GATES) & {*EXIT_GATES, *AUDIT_GATES}


HELD_BY: list[tuple[Reason, dict[str, Any], dict[str, Any], Halted | LeaderCutOff]] = [
    (Reason.WEEKLY_LOSS, WEEKLY, account(week=this_week(3_001)), halted_for("lost 3001 bps of the week's equity")),
    (Reason.DRAWDOWN, DRAWDOWN, account(fallen=2_501), halted_for("fell 2501 bps from the highest equity")),
    (Reason.LEADER_LOSSES, LEADER_LOSSES, leader(losses_most=5), cut_off_for("5 losses in a row")),
    (
        Reason.LEADER_DRAWDOWN,
        LEADER_DRAWDOWN,
        leader(fallen=usdc(41)),
        cut_off_for("copies fell 2050 bps of the stake"),
    ),
]


@pytest.mark.parametrize(("reason", "limits", "snapshot", "fact"), HELD_BY)
def test_what_only_a_person_lifts_is_held_by_a_fact(
    reason: Reason, limits: dict[str, Any], snapshot: dict[str, Any], fact: Halted | LeaderCutOff
) -> None:
    """S2.11, S2.12, C28: a halt for a loss, or a cut-off, with the numbers in its words."""
    found = stopped_by(decide(a_signal(), a_snapshot(**snapshot), a_relation(**limits)))
    assert found is not None
    assert msgspec.structs.replace(found, words=found.words.rpartition(", limit")[0]) == fact
    assert reason in HALTS | CUT_OFFS


@pytest.mark.parametrize(("limits", "snapshot"), [(WEEKLY, {"account_record": None}), (LEADER_LOSSES, NO_LEADER),
                                                  (DAILY, account(day=today(501))), ({}, {})])  # fmt: skip
def test_what_lifts_itself_or_was_not_seen_leaves_no_fact(limits: dict[str, Any], snapshot: dict[str, Any]) -> None:
    """A daily stop ends with its day, and what nobody could see is no loss."""
    assert stopped_by(decide(a_signal(), a_snapshot(**snapshot), a_relation(**limits))) is None


SHARES = st.none() | st.integers(0, 10_001)
RECORDS = st.none() | st.builds(
    lambda *lost: AccountRecord(day=today(lost[0]), week=this_week(lost[1]), fallen=lost[2]), SHARES, SHARES, SHARES
)


@given(RECORDS, st.integers(0, 3 * DAY_MS))
def test_whatever_was_lost_an_exit_is_decided_as_if_nothing_was(record: AccountRecord | None, later: int) -> None:
    """S2.10, I18: to the byte."""
    said: dict[str, Any] = {"held": shares(50), "is_new_position": False, "now": TimeMs(NOON + later)}
    signal = a_signal(side=Side.SELL, leader_held=shares(100), happened_at=said["now"])
    stopped = decide(signal, a_snapshot(account_record=record, **said), a_relation(**ALL_ON))
    assert isinstance(stopped, Approved)
    assert msgspec.json.encode(stopped) == msgspec.json.encode(decide(signal, a_snapshot(**said), a_relation()))
