"""A stop that fired holds until its reset, whatever an account lives through; what leaves goes on (S2.10, S2.11)."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.domain.decision import Approved, Decision, Skipped
from copydesk.domain.events import DecisionMade, Fact
from copydesk.domain.ids import TimeMs
from copydesk.domain.record import DAY_MS, day_of, week_of
from copydesk.domain.refusal import Reason
from copydesk.domain.trade import Side
from copydesk.flow.decide.decision import decide
from copydesk.flow.decide.snapshot import Around, snapshot_of
from copydesk.flow.portfolio.fold import Portfolio
from tests.builders import NOON, a_book, a_market, a_relation, a_signal
from tests.histories import histories

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
    return made


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
def test_no_entry_is_approved_between_a_weekly_halt_and_the_next_utc_week(facts: list[Fact], gaps: list[int]) -> None:
    """S2.11."""
    assert_holds(watched(facts, gaps, weekly_loss_max_bps=10), Reason.WEEKLY_LOSS, week_of)


@settings(max_examples=40)
@given(histories(), GAPS)
def test_no_entry_is_approved_after_the_greatest_drawdown(facts: list[Fact], gaps: list[int]) -> None:
    """E46."""
    assert_holds(watched(facts, gaps, drawdown_max_bps=10), Reason.DRAWDOWN, bool)
