"""The track records: anchors by day and week, and how deep an account fell, folded from its ledger alone."""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.domain.events import Corrected, Deposited, Fact
from copydesk.domain.ids import TimeMs
from copydesk.domain.money import BPS, Usdc
from copydesk.domain.record import DAY_MS, AccountRecord, Period, day_of, share_lost, week_of
from copydesk.flow.ledger.seal import Sealer
from copydesk.flow.portfolio.fold import Portfolio, fold
from tests.builders import NOON, usdc
from tests.histories import ACCOUNT, histories

MONDAY = TimeMs(1_789_948_800_000)
"""Monday, 2026-09-21, 00:00 UTC."""


def test_a_day_begins_at_midnight_and_a_week_on_monday_utc() -> None:
    """S2.20: UTC, whatever the place of the desk."""
    assert (day_of(TimeMs(0)), day_of(TimeMs(DAY_MS - 1)), day_of(TimeMs(DAY_MS))) == (0, 0, 1)
    assert week_of(TimeMs(MONDAY - 1)) + 1 == week_of(MONDAY) == week_of(TimeMs(MONDAY + 7 * DAY_MS - 1))
    assert week_of(TimeMs(MONDAY + 7 * DAY_MS)) == week_of(MONDAY) + 1


@pytest.mark.parametrize(
    ("loss", "equity", "share"),
    [(50, 1_000, 500), (51, 100_000, 6), (0, 0, 0), (-5, 0, 0), (1, 0, None)],
)
def test_a_share_that_was_lost_is_rounded_up(loss: int, equity: int, share: int | None) -> None:
    """A loss is never understated, and one out of nothing cannot be told."""
    assert share_lost(loss, equity) == share


class Book:
    """An account that earns and loses by corrections, at times that are said."""

    def __init__(self) -> None:
        self.portfolio = Portfolio()
        self.deposit(1_000, MONDAY)

    def deposit(self, dollars: int, at: int) -> None:
        self.portfolio.apply(Deposited(amount=usdc(dollars), note=""), TimeMs(at))

    def earn(self, dollars: int, at: int) -> None:
        amount = int(usdc(dollars))
        lines = (("free", "USDC", amount), ("realised", "USDC", -amount))
        self.portfolio.apply(Corrected(entry=1, why="", postings=lines), TimeMs(at))

    @property
    def record(self) -> AccountRecord:
        record = self.portfolio.account_record
        assert record is not None
        return record


def test_the_anchor_is_the_equity_at_the_first_entry_of_a_day_and_of_a_week() -> None:
    """S2.20, C23."""
    book = Book()
    book.earn(-100, MONDAY + 1)
    book.earn(20, MONDAY + DAY_MS)
    assert book.record.day == Period(number=day_of(MONDAY) + 1, anchor=usdc(900), profit=usdc(-100))
    assert (book.record.week.anchor, book.record.week.lost) == (usdc(0), 1_000)
    book.earn(-1, MONDAY + 7 * DAY_MS)
    assert (book.record.week.anchor, book.record.week.number) == (usdc(920), week_of(MONDAY) + 1)


def test_what_was_lost_stays_lost_until_the_period_ends() -> None:
    """S2.10: winning it back, or paying money in, lifts no stop."""
    book = Book()
    book.earn(-60, MONDAY + 1)
    book.earn(80, MONDAY + 2)
    book.deposit(9_000, MONDAY + 3)
    assert (book.record.day.lost, book.record.week.lost) == (600, 600)
    assert book.record.day.lost_in(day_of(MONDAY)) == 600
    assert book.record.day.lost_in(day_of(MONDAY) + 1) == 0


def test_a_deposit_is_no_profit_and_a_withdrawal_no_loss() -> None:
    """C23: only what was earned and lost counts; money paid in is there to lose."""
    book = Book()
    book.deposit(-500, MONDAY + DAY_MS)
    assert (book.record.day.lost, book.record.fallen) == (0, 0)
    book.earn(-50, MONDAY + DAY_MS)
    assert (book.record.day.lost, book.record.fallen) == (1_000, 1_000)


def test_the_drawdown_is_the_deepest_fall_from_the_highest_equity() -> None:
    """E46."""
    book = Book()
    book.earn(600, MONDAY)
    book.earn(-400, MONDAY + DAY_MS)
    book.earn(390, MONDAY + 9 * DAY_MS)
    assert (book.record.peak, book.record.fallen) == (usdc(600), 2_500)


def test_time_that_goes_back_opens_no_new_day() -> None:
    book = Book()
    book.earn(-60, MONDAY + DAY_MS)
    book.earn(1, MONDAY)
    assert (book.record.day.number, book.record.day.lost) == (day_of(MONDAY) + 1, 600)
    assert book.record.day.lost_in(day_of(MONDAY)) == 600


def test_an_entry_without_a_time_makes_the_record_unknown() -> None:
    """What cannot be put into a day is not guessed."""
    portfolio = Portfolio()
    portfolio.apply(Deposited(amount=usdc(1_000), note=""))
    portfolio.apply(Deposited(amount=usdc(1_000), note=""), NOON)
    assert portfolio.account_record is None


GAPS = st.lists(st.sampled_from([0, 1, 3_600_000, DAY_MS // 2, DAY_MS, 8 * DAY_MS]), min_size=41, max_size=41)


def moments(gaps: list[int]) -> list[TimeMs]:
    return [TimeMs(NOON + offset) for offset in accumulate(gaps)]


@settings(max_examples=40)
@given(histories(), GAPS)
def test_anchors_rebuilt_from_the_ledger_are_the_live_ones(facts: list[Fact], gaps: list[int]) -> None:
    """I12, S2.20: after a restart every stop stands where it stood."""
    live, sealer = Portfolio(), Sealer(ACCOUNT)
    times = moments(gaps)
    entries = [sealer.seal(fact, at, None) for fact, at in zip(facts, times, strict=False)]
    for fact, at in zip(facts, times, strict=False):
        live.apply(fact, at)
    assert live.account_record is not None
    assert fold(entries).account_record == live.account_record
    assert fold(entries).dump() == live.dump()


@settings(max_examples=40)
@given(histories(), GAPS)
def test_the_record_is_what_the_whole_history_adds_up_to(facts: list[Fact], gaps: list[int]) -> None:
    """S2.20: the running record against one counted from all there ever was."""
    live = Portfolio()
    history: list[tuple[TimeMs, Usdc, int, int]] = []
    for fact, at in zip(facts, moments(gaps), strict=False):
        before, profit_before = live.bankroll, int(live.realised - live.fees)
        live.apply(fact, at)
        history.append((at, before, profit_before, int(live.realised - live.fees)))
        assert_day_and_week(live, history, int(live.deposited))


def assert_day_and_week(live: Portfolio, history: list[tuple[TimeMs, Usdc, int, int]], deposited: int) -> None:
    record = live.account_record
    assert record is not None
    for period, number_of in ((record.day, day_of), (record.week, week_of)):
        within = [row for row in history if number_of(row[0]) == number_of(history[-1][0])]
        _, anchor, profit, _ = within[0]
        assert (period.number, period.anchor, int(period.profit)) == (number_of(within[0][0]), anchor, profit)
        loss = profit - history[-1][3]
        if loss > 0 and deposited + profit > 0:
            assert period.lost is None or period.lost >= Fraction(loss * BPS, deposited + profit)
    assert int(record.peak) == max(0, *(row[3] for row in history))
