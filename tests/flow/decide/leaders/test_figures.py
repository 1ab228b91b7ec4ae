"""The figures of a track record by example, and what holds of them whatever the record (S3.12, C22)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.domain.leader import SCORE_NEUTRAL
from copydesk.flow.decide.leaders.figures import (
    NOTHING,
    RATIO_MAX_BPS,
    RETURN_MAX_BPS,
    Closed,
    Sums,
    closed_trade,
    figures_of,
)
from copydesk.flow.decide.leaders.sizes import SIZES_MAX, Sizes
from tests.builders import micros

TRADES = st.builds(
    closed_trade,
    at=st.just(0),
    cost=st.integers(1, 10**12),
    got=st.integers(0, 10**12),
    shares=st.integers(1, 10**12),
)


def sums_of(trades: list[Closed]) -> Sums:
    sums = NOTHING
    for trade in trades:
        sums = sums.with_(trade, 1)
    return sums


@pytest.mark.parametrize(
    ("cost", "got", "shares", "gained", "edge", "won"),
    [
        (40, 100, 100, 15_000, 6_000, True),
        (40, 0, 100, -10_000, -4_000, False),
        (40, 40, 100, 0, 0, False),
        (1, 100, 100, RETURN_MAX_BPS, 9_900, True),
        (3, 2, 7, -3_334, -1_429, False),
    ],
)
def test_a_trade_earns_on_its_cost_and_on_each_share(  # one row: bought 100 at 0.40, paid 1 each
    cost: int, got: int, shares: int, gained: int, edge: int, *, won: bool
) -> None:
    """S3.15: returns are bounded above, and quotients are never rounded in the leader's favour."""
    assert closed_trade(0, micros(cost), micros(got), micros(shares)) == Closed(0, gained, edge, won)


def test_of_nobody_everything_is_neutral() -> None:
    """C22: the neutral score is one of no knowledge, not one of skill."""
    assert figures_of(NOTHING) == (5_000, 0, 0, 0, SCORE_NEUTRAL)


def test_thirty_good_trades_give_these_figures() -> None:
    """S3.12, S3.15: 20 of 30 bought at 0.50 are won; half of what that says is believed.

    Worked by hand: win (20 + 15) / 60; return 100,000 / 60; edge 50,000 / 60; spread sqrt(10^8 - 1,666^2) = 9,860;
    ratio 1,666 / 9,860 * sqrt(30 * 365 / 90) = 1.86; score 0.5 + 0.5 * (0.4 * 0.93 + 0.3 * 1 + 0.3 * 0.83).
    """
    won, lost = closed_trade(0, micros(50), micros(100), micros(100)), closed_trade(0, micros(50), 0, micros(100))
    assert figures_of(sums_of([won] * 20 + [lost] * 10)) == (5_833, 1_666, 833, 18_636, 9_613)


@pytest.mark.parametrize(
    ("sums", "figures"),
    [
        (Sums(70, 35, 50_000, 0, 50_000), (5_000, 500, 500, 15_438, 8_043)),
        (Sums(70, 35, -50_000, 0, -50_000), (5_000, -500, -500, -15_439, 1_956)),
        (Sums(256, 256, 256 * 30_000, 256 * 30_000**2, 256 * 9_900), (9_475, 26_853, 8_861, 100_000, 10_000)),
        (Sums(256, 0, -2_560_000, 256 * 10_000**2, -2_560_000), (524, -8_952, -8_952, -100_000, 0)),
    ],
)
def test_figures_of_long_records_by_hand(sums: Sums, figures: tuple[int, ...]) -> None:
    """S3.15: every constant of docs/scoring.md is in one of these."""
    assert figures_of(sums) == figures


def test_what_cost_nothing_has_no_return_and_a_micro_is_a_gain() -> None:
    assert closed_trade(0, 0, 5, 1).return_bps == 0
    assert closed_trade(0, 5, 6, 1).won
    assert NOTHING == (0, 0, 0, 0, 0)


@given(st.lists(TRADES, max_size=60))
def test_figures_stay_within_their_bounds(trades: list[Closed]) -> None:
    win, mean, edge, ratio, score = figures_of(sums_of(trades))
    assert 0 <= win <= 10_000
    assert -10_000 <= mean <= RETURN_MAX_BPS
    assert abs(ratio) <= RATIO_MAX_BPS
    assert 0 <= score <= 10_000
    assert (ratio > 0) <= (mean > 0)
    assert isinstance(edge, int)


@given(st.lists(TRADES, max_size=30), TRADES)
def test_another_trade_never_worsens_a_record_when_it_is_better_than_all(trades: list[Closed], more: Closed) -> None:
    """C22: winning raises the rate, losing lowers it."""
    before, after = figures_of(sums_of(trades)), figures_of(sums_of([*trades, more]))
    assert after.win_bps >= before.win_bps if more.won else after.win_bps <= before.win_bps


@given(st.lists(TRADES, min_size=1, max_size=30))
def test_what_is_taken_out_again_leaves_nothing(trades: list[Closed]) -> None:
    """The sums are exact: a window that slides never drifts."""
    sums = sums_of(trades)
    for trade in trades:
        sums = sums.with_(trade, -1)
    assert sums == NOTHING


@pytest.mark.parametrize(
    ("count", "median", "high"), [(1, 1, 1), (10, 5, 9), (79, 40, 72), (100, 50, 90), (150, 100, 140)]
)
def test_median_and_ninetieth_are_of_the_nearest_rank(count: int, median: int, high: int) -> None:
    sizes = Sizes()
    for amount in range(1, count + 1):
        sizes.add(amount)
    assert (sizes.percentile(50), sizes.percentile(90)) == (median, high)


@given(st.lists(st.integers(0, 1_000), max_size=3 * SIZES_MAX))
def test_sizes_are_those_of_the_last_hundred(amounts: list[int]) -> None:
    """S3.14: median and 90th percentile are exact, and the memory is bounded."""
    sizes = Sizes()
    for amount in amounts:
        sizes.add(amount)
    last = sorted(amounts[-SIZES_MAX:])
    assert len(sizes) == len(last)
    assert sizes.percentile(50) == (last[(len(last) + 1) // 2 - 1] if last else 0)
    assert sizes.percentile(90) == (last[-(-len(last) * 9 // 10) - 1] if last else 0)
