"""Probation: a leader of whom little is known, and a trade of an unusual size, get little, by name (C22, S3.14)."""

from __future__ import annotations

from typing import Any

import pytest

from copydesk.domain.decision import Approved, Skipped
from copydesk.domain.leader import LeaderKnowledge, ThinSample, TrackRecordRules
from copydesk.domain.refusal import Reason
from copydesk.flow.decide.decision import decide
from tests.builders import a_record, a_relation, a_signal, a_snapshot, usdc

ON_PROBATION = ThinSample.PROBATION
NEWCOMER = a_record(trades=0, closed=0, sizes=0, size_usual=usdc(0), size_high=usdc(0), score_bps=5_000, ratio_bps=0)


def decided(leader: LeaderKnowledge | None, size: int = 100, **rules: Any) -> Approved | Skipped:
    relation = a_relation(track_record=TrackRecordRules(**rules))
    decision = decide(a_signal(size=size), a_snapshot(leader=leader), relation)
    assert isinstance(decision, Approved | Skipped)
    return decision


def bound_by(decision: Approved | Skipped) -> str:
    assert isinstance(decision, Approved)
    return decision.binding_cap


@pytest.mark.parametrize("least", [{"score_min_bps": 7_100}, {"ratio_min_bps": 20_000}, {"trades_min": 41}])
def test_a_leader_with_a_thin_sample_gets_probation_instead_of_a_refusal(least: dict[str, Any]) -> None:
    """C22: 1 % of 1,000 dollars instead of the stake of 25, and the cap is named."""
    decision = decided(a_record(closed=29), thin_sample=ON_PROBATION, **least)
    assert bound_by(decision) == Reason.CAP_PROBATION
    assert isinstance(decision, Approved)
    assert usdc("9.5") < decision.reserve <= usdc(10)


def test_probation_is_never_less_than_the_smallest_stake() -> None:
    """C22: little, and never nothing: a newcomer could otherwise never become known."""
    rules = TrackRecordRules(trades_min=30, thin_sample=ON_PROBATION)
    relation = a_relation(track_record=rules, trade_min=usdc(10))
    decision = decide(a_signal(), a_snapshot(leader=NEWCOMER, bankroll=usdc(900)), relation)
    assert isinstance(decision, Approved)
    assert decision.binding_cap == Reason.CAP_PROBATION


@pytest.mark.parametrize("least", [{"score_min_bps": 7_100}, {"ratio_min_bps": 20_000}, {"trades_min": 41}])
def test_a_leader_nobody_saw_trade_gets_probation_too(least: dict[str, Any]) -> None:
    assert bound_by(decided(NEWCOMER, thin_sample=ON_PROBATION, **least)) == Reason.CAP_PROBATION


@pytest.mark.parametrize(
    ("leader", "reason"),
    [
        (a_record(score_bps=7_099), Reason.LEADER_SCORE),
        (None, Reason.LEADER_SCORE),
    ],
)
def test_probation_excuses_neither_a_bad_leader_nor_missing_knowledge(
    leader: LeaderKnowledge | None, reason: Reason
) -> None:
    """C22, K20: enough is known of the one, and nothing at all was looked up of the other."""
    decision = decided(leader, thin_sample=ON_PROBATION, score_min_bps=7_100)
    assert isinstance(decision, Skipped)
    assert decision.reason is reason


def test_a_leader_with_enough_results_gets_the_whole_stake() -> None:
    """S3.13: thirty are enough, or a hundred where the user asks for them."""
    assert bound_by(decided(a_record(closed=30), thin_sample=ON_PROBATION, trades_min=30)) == ""
    assert bound_by(decided(a_record(closed=99), thin_sample=ON_PROBATION, trades_min=100)) == Reason.CAP_PROBATION


def test_a_trade_far_above_the_usual_size_is_bounded_by_name() -> None:
    """S3.14: 14,000 dollars of somebody who usually trades 50 to 300."""
    usual, huge = 3_750, 35_000
    assert bound_by(decided(a_record(), usual, size_max_bps=50_000)) == ""
    decision = decided(a_record(), huge, size_max_bps=50_000)
    assert bound_by(decision) == Reason.CAP_UNUSUAL_SIZE
    assert isinstance(decision, Approved)
    assert decision.reserve <= usdc(10)


def test_where_nothing_says_what_is_usual_everything_is_unusual() -> None:
    """S3.14, K20: nine trades are too few to tell."""
    assert bound_by(decided(a_record(sizes=9), size_max_bps=50_000)) == Reason.CAP_UNUSUAL_SIZE


def test_nothing_is_bounded_where_nothing_is_asked() -> None:
    assert bound_by(decided(NEWCOMER)) == ""
    assert bound_by(decided(NEWCOMER, age_max_ms=900_000)) == ""
