"""Amounts by the leader's track record: dynamic, conviction, fractional Kelly (S0.24, S2.7, S3.25, C22)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.domain.decision import Approved, Skipped
from copydesk.domain.leader import LeaderKnowledge
from copydesk.domain.limits import AmountMode, BelowMinimum
from copydesk.domain.refusal import Reason
from copydesk.flow.decide.amount import first_amount
from copydesk.flow.decide.decision import decide
from copydesk.flow.decide.gates import ALL_GATES, ask, leader_edge
from tests.builders import a_book, a_record, a_relation, a_signal, a_snapshot, micros, some_limits, usdc

KELLY, DYNAMIC, CONVICTION = AmountMode.KELLY, AmountMode.DYNAMIC, AmountMode.CONVICTION
NEWCOMER = a_record(trades=0, closed=0, edge_bps=0, sizes=0, size_usual=usdc(0), size_high=usdc(0), score_bps=5_000)


def stake(mode: AmountMode, leader: LeaderKnowledge | None, **said: Any) -> int:
    snapshot = {name: said.pop(name) for name in ("book", "scores_followed", "bankroll") if name in said}
    signal = {name: said.pop(name) for name in ("price", "size") if name in said}
    seen = a_snapshot(leader=leader, **snapshot)
    return first_amount(a_signal(**signal), seen, some_limits(mode=mode, **said))[-1].amount


# --- Kelly -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edge_bps", "damping_bps", "at", "dollars"),
    [
        (300, 2_500, "0.40", "12.5"),
        (300, 5_000, "0.40", "25"),
        (300, 10_000, "0.40", "50"),
        (1_000, 2_500, "0.40", "41.666666"),
        (9_000, 2_500, "0.40", "41.666666"),
        (600, 2_500, "0.70", "50"),
        (600, 2_500, "0.98", "125"),
        (0, 2_500, "0.40", "0"),
        (-500, 2_500, "0.40", "0"),
    ],
)
def test_kelly_stakes_the_edge_over_what_is_risked(edge_bps: int, damping_bps: int, at: str, dollars: str) -> None:
    """S2.7, S3.25: 1,000 * 0.03 / 0.60 * 0.25 = 12.50; the edge is capped at 0.10, and nothing is worth above 0.99."""
    book = a_book(bid="0.10", ask=at)
    found = stake(KELLY, a_record(edge_bps=edge_bps), kelly_damping_bps=damping_bps, price=at, book=book)
    assert found == micros(dollars)


def test_what_the_market_took_of_the_edge_is_gone() -> None:
    """S2.7: the leader bought at 0.40 with an edge of 0.04; at 0.42 half of it is left."""
    book = a_book(bid="0.41", ask="0.42")
    assert stake(KELLY, a_record(edge_bps=400), book=book) == 1_000_000_000 * 20_000 * 2_500 // (580_000 * 10_000)


def test_a_cheaper_book_does_not_make_kelly_bolder() -> None:
    assert stake(KELLY, a_record(edge_bps=300), book=a_book(bid="0.20", ask="0.25")) == micros("12.5")
    assert stake(KELLY, a_record(edge_bps=300), book=None) == micros("12.5")


EDGES = st.integers(-10_000, 10_000)
PRICES = st.integers(1, 999_999)


def damped(edge_bps: int, at: int, damping_bps: int = 2_500) -> int:
    signal = a_signal(notional=usdc(at), shares=1_000_000 * 1_000_000)
    seen = a_snapshot(leader=a_record(edge_bps=edge_bps), book=None)
    assert int(signal.price) == at
    return first_amount(signal, seen, some_limits(mode=KELLY, kelly_damping_bps=damping_bps))[-1].amount


@given(EDGES, PRICES, st.integers(0, 10_000))
def test_kelly_never_exceeds_its_cap(edge_bps: int, at: int, damping_bps: int) -> None:
    """S2.7: neither what the capped edge gives, nor the damped part of the bankroll; and it is never negative."""
    found = damped(edge_bps, at, damping_bps)
    assert 0 <= found <= damped(1_000, at, damping_bps)
    assert found <= 1_000_000_000 * damping_bps // 10_000


@given(EDGES, EDGES, PRICES)
def test_kelly_grows_with_the_edge(one: int, other: int, at: int) -> None:
    """S2.7: monotone."""
    assert damped(min(one, other), at) <= damped(max(one, other), at)


@given(st.integers(0, 29), EDGES, st.integers(10, 100_000), st.sampled_from(["0.05", "0.40", "0.95"]))
def test_an_unknown_leader_gets_neither_nothing_nor_all(closed: int, edge_bps: int, bankroll: int, at: str) -> None:
    """C22: the size of probation, whatever a few results say: 1 % of the bankroll, at least the smallest stake."""
    found = stake(KELLY, a_record(closed=closed, edge_bps=edge_bps), bankroll=usdc(bankroll), price=at)
    assert 0 < found <= max(micros(bankroll) // 100, micros(1))


@pytest.mark.parametrize(
    ("leader", "seen", "passed"),
    [
        (a_record(edge_bps=1), 100, True),
        (a_record(edge_bps=0), 0, False),
        (a_record(edge_bps=-20), -2_000, False),
        (NEWCOMER, None, True),
        (None, None, False),
    ],
)
def test_without_an_edge_kelly_bets_nothing(leader: LeaderKnowledge | None, seen: int | None, *, passed: bool) -> None:
    """S2.7, K20: no edge refuses, and so does nothing looked up; a newcomer is on probation."""
    check = leader_edge.gate(a_signal(), a_snapshot(leader=leader), some_limits(mode=KELLY))
    assert check is not None
    assert (check.reason, check.seen, check.limit, check.passed) == (Reason.LEADER_EDGE, seen, 0, passed)


def test_only_kelly_asks_for_an_edge() -> None:
    assert leader_edge.gate(a_signal(), a_snapshot(leader=a_record(edge_bps=-1)), some_limits()) is None
    assert ask(ALL_GATES, a_signal(), a_snapshot(leader=a_record()), some_limits(mode=KELLY))[-1].passed


def test_no_edge_is_no_copy_even_where_small_amounts_are_raised() -> None:
    """S2.7, E14: nothing is not a small amount."""
    relation = a_relation(mode=KELLY, below_minimum=BelowMinimum.RAISE)
    decision = decide(a_signal(), a_snapshot(leader=a_record(edge_bps=0)), relation)
    assert isinstance(decision, Skipped)
    assert decision.reason is Reason.LEADER_EDGE


# --- dynamic ---------------------------------------------------------------------------------------------------------


def test_dynamic_divides_what_is_allowed_by_score() -> None:
    """S0.24: 1,000 allowed, scores of 0.70 and 1.40 together: half for this leader, a tenth of it a stake."""
    assert stake(DYNAMIC, a_record(score_bps=7_000), scores_followed=14_000) == micros(50)


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=20))
def test_the_shares_of_all_leaders_are_never_more_than_the_whole(scores: list[int]) -> None:
    """S0.24."""
    whole = max(sum(scores), 1)
    shares = [stake(DYNAMIC, a_record(score_bps=each), scores_followed=whole, parts=1) for each in scores]
    assert sum(shares) <= micros(1_000)
    assert all(one <= other for one, other in zip(sorted(shares), sorted(shares)[1:], strict=False))


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_better_score_is_never_worth_less(one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert stake(DYNAMIC, a_record(score_bps=low), scores_followed=30_000) <= stake(
        DYNAMIC, a_record(score_bps=high), scores_followed=30_000
    )


# --- conviction ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "dollars"), [(125, "25"), (250, "50"), (100, "20"), (10, "6.25"), (100_000, "75")])
def test_conviction_follows_how_large_a_trade_is_for_its_leader(size: int, dollars: str) -> None:
    """C20: 25 dollars for the leader's usual 50; from a quarter of it to three times as much."""
    assert stake(CONVICTION, a_record(), size=size) == micros(dollars)


@pytest.mark.parametrize("mode", [CONVICTION, DYNAMIC, KELLY])
def test_every_amount_by_record_is_bound_by_probation_while_little_is_known(mode: AmountMode) -> None:
    """C22: a newcomer is copied, and small."""
    seen = a_snapshot(leader=NEWCOMER, scores_followed=5_000)
    decision = decide(a_signal(size=20_000), seen, a_relation(mode=mode))
    assert isinstance(decision, Approved)
    assert usdc(9) < decision.reserve <= usdc(10)


def test_conviction_is_on_probation_until_ten_sizes_are_known() -> None:
    """C22: and on probation for sizes only, however few results there are."""
    huge, relation = a_signal(size=20_000), a_relation(mode=CONVICTION)
    nine, ten = a_record(sizes=9, closed=0), a_record(sizes=10, closed=0)
    nobody, few, enough = (decide(huge, a_snapshot(leader=each), relation) for each in (None, nine, ten))
    assert [each.binding_cap for each in (nobody, few, enough) if isinstance(each, Approved)] == [
        *(Reason.CAP_PROBATION, Reason.CAP_PROBATION, ""),
    ]
    assert (stake(CONVICTION, nine, size=250), stake(CONVICTION, ten, size=250)) == (micros(25), micros(50))


def test_the_last_micro_of_an_edge_is_one() -> None:
    """S2.7: worth 0.4001 against an ask of 0.400099."""
    seen = a_snapshot(leader=a_record(edge_bps=1), book=a_book(ask="0.400099"))
    check = leader_edge.gate(a_signal(), seen, some_limits(mode=KELLY))
    assert check is not None
    assert (check.seen, check.passed) == (1, True)
