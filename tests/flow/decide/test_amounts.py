"""The first amount of a copy: every mode that goes by the leader's size, its ends, and what is missing (C20, K23)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.domain.decision import SizingLine
from copydesk.domain.limits import AmountMode, AmountRange, BelowMinimum, Tier
from copydesk.domain.money import Usdc
from copydesk.domain.refusal import Reason
from copydesk.flow.decide.amount import first_amount
from copydesk.flow.decide.entries import Sizing, size_entry
from tests.builders import a_signal, a_snapshot, micros, shares, some_limits, usdc

SPAN = AmountRange(least=usdc(10), most=usdc(50), leader_least=usdc(100), leader_most=usdc(1_100))
TIERS = (
    Tier(below=usdc(100), factor_bps=10_000),
    Tier(below=usdc(1_000), factor_bps=2_500),
    Tier(below=None, factor_bps=500),
)


def lines(signal: dict[str, Any], snapshot: dict[str, Any] | None = None, **limits: Any) -> tuple[SizingLine, ...]:
    return first_amount(a_signal(**signal), a_snapshot(**(snapshot or {})), some_limits(**limits))


def sized(signal: dict[str, Any], snapshot: dict[str, Any] | None = None, **limits: Any) -> Sizing:
    return size_entry(a_signal(**signal), a_snapshot(**(snapshot or {})), some_limits(**limits))


def stake(*said: Any, **limits: Any) -> int:
    return lines(*said, **limits)[-1].amount


@pytest.mark.parametrize(
    ("notional", "ours"),
    [("1", "10"), ("99.99", "10"), ("100", "10"), ("350", "20"), ("600", "30"), ("1100", "50"), ("50000", "50")],
)
def test_a_range_puts_the_leaders_notional_at_the_same_place_between_ours(notional: str, ours: str) -> None:
    """K23: the ends hold beyond the ends, and between them it is in proportion."""
    assert stake({"notional": usdc(notional)}, mode=AmountMode.RANGE, range=SPAN) == micros(ours)


def test_a_range_says_how_far_along_the_leader_is() -> None:
    last = lines({"notional": usdc(1_100)}, mode=AmountMode.RANGE, range=SPAN)[-1]
    assert last.note == "1000000 millionths of the way"


@given(st.integers(0, 2_000_000_000), st.integers(0, 2_000_000_000))
def test_a_range_never_leaves_its_ends_and_rises_with_the_leader(one: int, other: int) -> None:
    less, more = (stake({"notional": Usdc(each)}, mode=AmountMode.RANGE, range=SPAN) for each in sorted((one, other)))
    assert micros(10) <= less <= more <= micros(50)


@pytest.mark.parametrize(
    ("notional", "ours", "note"),
    [
        ("40", "40", "tier 1: 10000 bps"),
        ("99.999999", "99.999999", "tier 1: 10000 bps"),
        ("100", "25", "tier 2: 2500 bps"),
        ("999.999996", "249.999999", "tier 2: 2500 bps"),
        ("1000", "50", "tier 3: 500 bps"),
        ("1000000", "50000", "tier 3: 500 bps"),
    ],
)
def test_a_tier_goes_by_the_band_of_the_leaders_notional(notional: str, ours: str, note: str) -> None:
    """K23: a band ends below its bound, and the last has no end."""
    last = lines({"notional": usdc(notional)}, mode=AmountMode.TIERED, tiers=TIERS)[-1]
    assert (last.amount, last.note) == (micros(ours), note)


def test_a_notional_in_no_tier_is_not_copied() -> None:
    """K20: what no band covers refuses; the settings do not allow such tiers in the first place."""
    sizing = sized({"notional": usdc(100)}, mode=AmountMode.TIERED, tiers=TIERS[:1])
    line = sizing.lines[1]
    assert (sizing.refused, line.amount, line.note) == (Reason.BELOW_MINIMUM, 0, "in no tier")


def weighed(held: str | None, at_stake: str = "0", **said: Any) -> tuple[SizingLine, ...]:
    """100 more at 0.40 on top of `held`, of a leader with 10,000; we have 1,000."""
    leader_held = None if held is None else shares(held)
    return lines(
        {"leader_held": leader_held, **said},
        {"position_exposure": usdc(at_stake)},
        mode=AmountMode.PORTFOLIO_WEIGHT,
        leader_bankroll=usdc(10_000),
    )


def test_a_weight_is_that_of_the_leaders_whole_position() -> None:
    """S1.2: 400 shares at 0.40 are 1.6 % of 10,000; 1.6 % of our 1,000 is 16."""
    assert [line.amount for line in weighed("300")] == [micros(160), micros(16), micros(16)]
    assert weighed("24900")[0].note == "1000000 millionths of the leader's bankroll"


def test_a_weight_is_made_up_for_and_never_exceeded() -> None:
    """S1.2: what is at stake already, orders on their way included, is not bought again."""
    assert weighed("300", "5.5")[-1].amount == micros("10.5")
    assert weighed("300", "16")[-1].amount == 0
    assert weighed("300", "40")[-1].amount == 0


def test_a_holding_of_the_leader_we_never_saw_makes_the_copy_smaller_and_is_said() -> None:
    first = weighed(None)
    assert (first[-1].amount, first[0].note) == (micros(4), "4000 millionths of the leader's bankroll, as far as seen")


def test_an_existing_position_is_weighed_once() -> None:
    """C26: what the leader held when we began to follow is the whole position, not more on top of it."""
    assert weighed("100", is_existing=True)[-1].amount == micros(4)


@pytest.mark.parametrize("mode", [AmountMode.PRO_RATA, AmountMode.PORTFOLIO_WEIGHT])
@pytest.mark.parametrize("bankroll", [None, "0"])
def test_what_goes_by_the_leaders_bankroll_says_where_it_is_not_known(mode: AmountMode, bankroll: str | None) -> None:
    """C21: the ratio instead, in words; a bankroll of nothing is not known either."""
    theirs = None if bankroll is None else usdc(bankroll)
    last = lines({}, mode=mode, leader_bankroll=theirs)[-1]
    assert (last.amount, last.note) == (micros(4), "leader bankroll unknown: ratio used")


@pytest.mark.parametrize(("size", "before", "ours"), [(25, "0.1", "10"), (6_000, "24", "24"), (125_000, "500", "200")])
def test_pro_rata_is_clipped_between_ten_and_two_hundred_dollars(size: int, before: str, ours: str) -> None:
    """S3.17, S3.24: of 100,000 the leader stakes 10, 2,400 and 50,000; below ten it is raised, above 200 cut.

    A stake is spent to the last whole lot of a hundredth of a share: within half a cent.
    """
    sizing = sized(
        {"size": size},
        mode=AmountMode.PRO_RATA,
        leader_bankroll=usdc(100_000),
        trade_min=usdc(10),
        trade_max=usdc(200),
        below_minimum=BelowMinimum.RAISE,
    )
    assert (sizing.lines[1].amount, sizing.refused) == (micros(before), None)
    assert abs(int(sizing.reserve) - micros(ours)) < micros("0.005")
