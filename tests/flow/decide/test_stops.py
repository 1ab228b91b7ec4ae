"""Each stop by example: what it lets through, what it refuses, and that no exit is ever held up by one (K20, I18)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.domain.decision import Approved
from copydesk.domain.ids import TimeMs
from copydesk.domain.record import DAY_MS, NO_PERIOD, AccountRecord, Period, day_of, week_of
from copydesk.domain.refusal import Reason
from copydesk.domain.trade import Side
from copydesk.flow.decide.decision import decide
from copydesk.flow.decide.gates import AUDIT_GATES, EXIT_GATES, STOP_GATES, ask
from tests.builders import NOON, a_relation, a_signal, a_snapshot, shares, some_limits


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
]

PASSES: list[tuple[Reason, dict[str, Any], dict[str, Any]]] = [
    (Reason.DAILY_LOSS, DAILY, account(day=today(500))),
    (Reason.DAILY_LOSS, DAILY, account(day=yesterday(9_999))),
    (Reason.DAILY_LOSS, DAILY, account(day=yesterday(None))),
    (Reason.WEEKLY_LOSS, WEEKLY, account(week=this_week(3_000))),
    (Reason.WEEKLY_LOSS, WEEKLY, account(week=last_week(9_999))),
    (Reason.DRAWDOWN, DRAWDOWN, account(fallen=2_500)),
]

ALL_ON: dict[str, Any] = DAILY | WEEKLY | DRAWDOWN


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
    assert ask(STOP_GATES, a_signal(), a_snapshot(account_record=None), some_limits()) == ()


def test_no_exit_asks_a_stop() -> None:
    """S2.10, I18: what stops entering never stops leaving."""
    assert not set(STOP_GATES) & {*EXIT_GATES, *AUDIT_GATES}


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
