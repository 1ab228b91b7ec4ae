"""A stop that fired holds until its reset, whatever an account lives through; what leaves goes on (S2.10, S2.11)."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.domain.control import ControlFact
from copydesk.domain.decision import Approved, Decision, Skipped
from copydesk.domain.events import DecisionMade, Fact
from copydesk.domain.ids import TimeMs
from copydesk.domain.record import DAY_MS, day_of
from copydesk.domain.refusal import Reason
from copydesk.domain.stops import CoolDown
from copydesk.domain.trade import Side
from copydesk.flow.decide.decision import decide
from copydesk.flow.decide.snapshot import Around, snapshot_of
from copydesk.flow.decide.stopping import stopped_by
from copydesk.flow.portfolio.fold import Portfolio
from tests.builders import LEADER, NOON, YES, a_book, a_market, a_relation, a_signal, price, usdc
from tests.histories import Account, a_fill, an_order, histories

GAPS = st.lists(st.sampled_from([0, 1, 3_600_000, DAY_MS // 2, DAY_MS]), min_size=41, max_size=41)


def decided(portfolio: Portfolio, at: TimeMs, side: Side = Side.BUY, **limits: Any) -> Decision:
    """What becomes of a good signal at `at`."""
    signal = a_signal(side=side, happened_at=at, seen_at=at)
    market = msgspec.structs.replace(a_market(), ends_at=TimeMs(at + DAY_MS))
    around = Around(
        now=at,
        market=market,
        book=msgspec.structs.replace(a_book(), at=at),
        is_halted=False,
        is_resolved=False,
        is_decided=False,
        leaders_followed=1,
    )
    return decide(signal, snapshot_of(signal, portfolio, around), a_relation(**limits))


def watched(facts: list[Fact], gaps: list[int], **limits: Any) -> list[tuple[TimeMs, Decision]]:
    """A good signal after every fact of a life, each decision on record like any other."""
    portfolio = Portfolio()
    made = []
    for fact, offset in zip(facts, accumulate(gaps), strict=False):
        at = TimeMs(NOON + offset)
        portfolio.apply(fact, at)
        made.append((at, decided(portfolio, at, **limits)))
        portfolio.apply(DecisionMade(decision=made[-1][1]), at)
        if (stopped := stopped_by(made[-1][1])) is not None:
            portfolio.apply(stopped, at)
    return made


def no_controls(facts: list[Fact]) -> list[Fact]:
    """The same life without anybody who halts, resumes or restores."""
    return [fact for fact in facts if not isinstance(fact, ControlFact)]


def assert_holds(made: list[tuple[TimeMs, Decision]], reason: Reason, until: Any) -> int:
    """After a refusal for `reason` no entry is approved while `until` says the same; how often that was so."""
    held = 0
    for place, (at, decision) in enumerate(made):
        if isinstance(decision, Skipped) and decision.reason == reason:
            after = [later for moment, later in made[place:] if until(moment) == until(at)]
            assert not [later for later in after if isinstance(later, Approved)]
            held += len(after)
    return held


@settings(max_examples=40)
@given(histories(), GAPS)
def test_no_entry_is_approved_between_a_daily_stop_and_the_next_utc_day(facts: list[Fact], gaps: list[int]) -> None:
    """S2.10, S3.19."""
    assert_holds(watched(facts, gaps, daily_loss_max_bps=5), Reason.DAILY_LOSS, day_of)


@settings(max_examples=40)
@given(histories(), GAPS)
def test_no_entry_is_approved_after_a_weekly_halt_until_somebody_resumes(facts: list[Fact], gaps: list[int]) -> None:
    """S2.11, C28: not even when the week is over."""
    assert_holds(watched(no_controls(facts), gaps, weekly_loss_max_bps=10), Reason.WEEKLY_LOSS, bool)


@settings(max_examples=40)
@given(histories(), GAPS)
def test_no_entry_is_approved_after_the_greatest_drawdown(facts: list[Fact], gaps: list[int]) -> None:
    """E46."""
    assert_holds(watched(no_controls(facts), gaps, drawdown_max_bps=10), Reason.DRAWDOWN, bool)


@pytest.mark.parametrize(
    ("reason", "limits"),
    [
        (Reason.LEADER_DRAWDOWN, {"leader_drawdown_max_bps": 10}),
        (Reason.LEADER_LOSSES, {"leader_losses_max": 1}),
        (Reason.RELATION_LOSS, {"relation_loss_max": usdc(1)}),
        (Reason.RELATION_PROFIT, {"relation_profit_max": usdc(1)}),
    ],
)
@settings(max_examples=25)
@given(facts=histories(), gaps=GAPS)
def test_no_entry_follows_a_leader_that_was_cut_off_until_somebody_restores_it(
    reason: Reason, limits: dict[str, Any], facts: list[Fact], gaps: list[int]
) -> None:
    """S2.12, E3."""
    assert_holds(watched(no_controls(facts), gaps, **limits), reason, bool)


@pytest.mark.parametrize(
    ("reason", "limits"),
    [
        (Reason.LOSS_GUARD, {"guard_losses_max": 2, "guard_within_ms": DAY_MS, "guard_pause_ms": DAY_MS}),
        (Reason.COOL_DOWN, {"cool_down_ms": DAY_MS}),
        (Reason.COOL_DOWN, {"cool_down_ms": DAY_MS, "cool_down_of": CoolDown.ACCOUNT}),
        (Reason.LEADER_LOCK, {"leader_profit_min": usdc(1), "leader_profit_trades": 1, "leader_lock_ms": DAY_MS}),
    ],
)
@settings(max_examples=25)
@given(facts=histories(), gaps=GAPS)
def test_no_entry_is_approved_before_a_pause_is_over(
    reason: Reason, limits: dict[str, Any], facts: list[Fact], gaps: list[int]
) -> None:
    """E46."""
    made = watched(no_controls(facts), gaps, **limits)
    for place, (at, decision) in enumerate(made):
        last = decision.checks[-1]
        if last.reason == reason and isinstance(last.seen, int):
            meanwhile = [later for moment, later in made[place:] if moment < at + last.seen]
            assert not [later for later in meanwhile if isinstance(later, Approved)]


STOPPED = [
    (Reason.LEADER_LOSSES, {"leader_losses_max": 5}),
    (Reason.LEADER_DRAWDOWN, {"leader_drawdown_max_bps": 1_000}),
    (Reason.WEEKLY_LOSS, {"weekly_loss_max_bps": 1_000}),
    (Reason.DAILY_LOSS, {"daily_loss_max_bps": 1_000}),
    (Reason.DRAWDOWN, {"drawdown_max_bps": 1_000}),
    (Reason.RELATION_LOSS, {"relation_loss_max": usdc(100)}),
    (Reason.LOSS_GUARD, {"guard_losses_max": 5}),
    (Reason.COOL_DOWN, {"cool_down_ms": 1}),
    (Reason.LEADER_LOCK, {"leader_profit_min": usdc(0), "leader_profit_trades": 5}),
]


@pytest.mark.parametrize(("reason", "limits"), STOPPED)
def test_after_five_results_of_nothing_each_stop_fires_and_holds(reason: Reason, limits: dict[str, Any]) -> None:
    """K20: a property of what never happens proves nothing."""
    account = Account()
    account.deposit(1_000)
    for number in range(5):
        buy = an_order(number)
        account.trade(buy, a_fill(buy))
        account.settle((LEADER, YES.id), price(0))
    account.deposit(1_000)
    account.deposit(1_000)
    assert assert_holds(watched(account.facts, [0] * len(account.facts), **limits), reason, bool) >= 1
