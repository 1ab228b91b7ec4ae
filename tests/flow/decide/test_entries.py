"""Sizing an entry: strategies, the cap chain, the venue's grid, the minimum; no cap is ever exceeded."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.domain.limits import AmountMode, BelowMinimum, CorrelatedGroup
from copydesk.domain.money import MICROS, Price, Usdc, cost, taker_fee
from copydesk.domain.refusal import Reason
from copydesk.flow.decide.caps import Cap, chain, rooms
from copydesk.flow.decide.entries import Sizing, size_entry
from copydesk.flow.decide.rounding import buy_limit, shares_within, smallest_order
from tests.builders import a_market, a_signal, a_snapshot, micros, price, shares, some_limits, usdc


def sized(signal: dict[str, Any] | None = None, snapshot: dict[str, Any] | None = None, **limits: Any) -> Sizing:
    """One sizing under the builders' defaults."""
    return size_entry(a_signal(**(signal or {})), a_snapshot(**(snapshot or {})), some_limits(**limits))


def amounts(sizing: Sizing) -> dict[str, int]:
    """What was left after each rule."""
    return {line.rule: line.amount for line in sizing.lines}


def test_a_fixed_stake_is_spent_at_the_limit() -> None:
    """S0.25: 25 dollars at a limit of 41.6 cents, on the tick 41, buy 60.97 shares in whole lots of 0.01."""
    sizing = sized()
    assert (sizing.limit, sizing.shares, sizing.refused) == (price("0.41"), shares("60.97"), None)
    assert sizing.reserve == usdc("24.9977")


def test_an_equal_share_is_divided_by_the_leaders_followed() -> None:
    """S0.23: 60 % of 1,000 over 3 leaders is 200 each, in 10 parts 20 a copy."""
    sizing = sized(snapshot={"leaders_followed": 3}, mode=AmountMode.EQUAL, total_bps=6_000)
    assert amounts(sizing)["one leader's equal share"] == micros(200)
    assert amounts(sizing)["one stake of it"] == micros(20)


def test_a_copy_factor_scales_the_leaders_notional() -> None:
    """S4.8: a quarter of 40 dollars."""
    sizing = sized(mode=AmountMode.COPY_FACTOR, factor_bps=2_500)
    assert amounts(sizing)["copy factor"] == micros(10)


def test_pro_rata_stakes_the_leaders_share_of_bankroll() -> None:
    """S3.24: 2.4 % of theirs is 2.4 % of ours."""
    sizing = sized({"size": 600}, mode=AmountMode.PRO_RATA, leader_bankroll=usdc(10_000))
    assert amounts(sizing)["same share of the bankroll"] == micros(24)


def test_pro_rata_without_the_leaders_bankroll_uses_the_ratio_and_says_so() -> None:
    """C21: unknown is said in the decision, not guessed."""
    sizing = sized(mode=AmountMode.PRO_RATA)
    line = next(line for line in sizing.lines if line.rule == "copy factor")
    assert (line.amount, line.note) == (micros(4), "leader bankroll unknown: ratio used")


RAIN = CorrelatedGroup(name="rain", words=(" rain ",), most=None, bps=1_500)
CUT: list[tuple[Reason, dict[str, Any], dict[str, Any], int]] = [
    (Reason.CAP_TRADE, {}, {"trade_max": usdc(10)}, micros(10)),
    (Reason.CAP_TRADE, {}, {"trade_bps": 150}, micros(15)),
    (Reason.CAP_MARKET, {"market_exposure": usdc(70)}, {"market_bps": 800}, micros(10)),
    (Reason.CAP_MARKET, {"market_exposure": usdc(70)}, {"market_max": usdc(75)}, micros(5)),
    (Reason.CAP_LEADER, {"leader_exposure": usdc(190)}, {"leader_bps": 2_000}, micros(10)),
    (Reason.CAP_TOTAL, {"total_exposure": usdc(590)}, {"total_bps": 6_000}, micros(10)),
    (Reason.CAP_TOTAL, {"total_exposure": usdc(590)}, {"total_max": usdc(600)}, micros(10)),
    (Reason.CAP_RESERVE, {"free": usdc(110)}, {"reserve_bps": 1_000}, micros(10)),
    (Reason.CAP_EVENT, {"event_exposure": usdc(140)}, {"event_bps": 1_500}, micros(10)),
    (Reason.CAP_EVENT, {"event_exposure": usdc(140)}, {"event_max": usdc(145), "event_bps": 1_500}, micros(5)),
    (Reason.CAP_CATEGORY, {"category_exposure": usdc(240)}, {"category_bps": 2_500}, micros(10)),
    (Reason.CAP_DAY, {"spent_today": usdc(290)}, {"day_bps": 3_000}, micros(10)),
    (Reason.CAP_DAY, {"spent_today": usdc(90)}, {"day_max": usdc(100), "day_bps": 3_000}, micros(10)),
    (Reason.CAP_GROUP, {"group_exposures": (("rain", usdc(140)),)}, {"groups": (RAIN,)}, micros(10)),
]


@pytest.mark.parametrize(("reason", "snapshot", "limits", "left"), CUT)
def test_a_cap_cuts_the_stake_and_is_named(
    reason: Reason, snapshot: dict[str, Any], limits: dict[str, Any], left: int
) -> None:
    """C24: all caps hold at once, the one that bound is named."""
    sizing = sized(snapshot=snapshot, **limits)
    assert sizing.binding is reason
    assert amounts(sizing)[reason] == left
    assert int(sizing.reserve) <= left


@pytest.mark.parametrize(
    ("snapshot", "limits"),
    [
        ({"market_exposure": usdc(80)}, {"market_bps": 800}),
        ({"leader_exposure": usdc(200)}, {"leader_bps": 2_000}),
        ({"total_exposure": usdc(600)}, {"total_bps": 6_000}),
        ({"free": usdc(100)}, {"reserve_bps": 1_000}),
        ({"event_exposure": usdc(150)}, {"event_bps": 1_500}),
        ({"category_exposure": usdc(250)}, {"category_bps": 2_500}),
        ({"spent_today": usdc(300)}, {"day_bps": 3_000}),
        ({"group_exposures": (("rain", usdc(150)),)}, {"groups": (RAIN,)}),
    ],
)
def test_a_full_cap_refuses_by_its_own_name(snapshot: dict[str, Any], limits: dict[str, Any]) -> None:
    """K20: where a cap leaves nothing, the reason is the cap, not the minimum."""
    sizing = sized(snapshot=snapshot, **limits)
    assert sizing.refused is not None
    assert sizing.refused.startswith("cap_")


@pytest.mark.parametrize(
    ("reason", "snapshot", "limits"),
    [
        (Reason.CAP_EVENT, {"event_exposure": None}, {"event_bps": 10_000}),
        (Reason.CAP_EVENT, {"event_exposure": None}, {"event_max": usdc(1_000)}),
        (Reason.CAP_CATEGORY, {"category_exposure": None}, {"category_bps": 10_000}),
    ],
)
def test_a_cap_whose_event_or_category_nobody_told_refuses(
    reason: Reason, snapshot: dict[str, Any], limits: dict[str, Any]
) -> None:
    """K20: what shares the cap is not known, so there is no room under it, and the line says why."""
    sizing = sized(snapshot=snapshot, **limits)
    line = next(line for line in sizing.lines if line.rule == reason)
    assert (sizing.refused, line.note) == (reason, "not known which")


def test_a_stake_of_exactly_the_room_is_not_cut() -> None:
    """C24: the very limit of each cap passes."""
    sizing = sized(
        snapshot={"event_exposure": usdc(125), "category_exposure": usdc(225), "spent_today": usdc(275),
                  "group_exposures": (("rain", usdc(125)),)},
        event_bps=1_500, category_bps=2_500, day_bps=3_000, groups=(RAIN,),
    )  # fmt: skip
    assert (sizing.binding, sizing.refused, amounts(sizing)[Reason.CAP_RESERVE]) == (None, None, micros(25))


def test_the_tightest_of_all_caps_is_the_one_named() -> None:
    """C24, S4.9: 8 under the event, 7 under the day, 9 under the group: the day decides."""
    sizing = sized(
        snapshot={"event_exposure": usdc(142), "spent_today": usdc(293), "group_exposures": (("rain", usdc(141)),)},
        event_bps=1_500, day_bps=3_000, groups=(RAIN,),
    )  # fmt: skip
    assert (sizing.binding, amounts(sizing)[Reason.CAP_RESERVE]) == (Reason.CAP_DAY, micros(7))


def test_a_shortage_of_funds_is_skipped_not_shrunk() -> None:
    """C17, S3.49: with 20 dollars free a stake of 25 is not placed smaller."""
    sizing = sized(snapshot={"free": usdc(20)})
    assert (sizing.refused, sizing.shares) == (Reason.BALANCE, shares(0))


def test_below_the_minimum_is_skipped_by_default() -> None:
    """E14, K9: one dollar at 41 cents is 2.43 shares; the market asks for 5."""
    assert sized(fixed=usdc(1)).refused is Reason.BELOW_MINIMUM


def test_below_the_minimum_can_be_raised_within_the_caps() -> None:
    """E14: raised to the fewest shares that meet both minimums."""
    sizing = sized(fixed=usdc(1), below_minimum=BelowMinimum.RAISE)
    assert (sizing.refused, sizing.shares) == (None, shares(5))


def test_raising_never_breaks_a_cap() -> None:
    """K9: five shares cost more than the trade cap of 2 dollars, so there is no order."""
    sizing = sized(fixed=usdc(1), trade_max=usdc(2), below_minimum=BelowMinimum.RAISE)
    assert sizing.refused is not None


def test_the_minimum_meets_shares_and_notional_both() -> None:
    """polymarket minimum: at 5 cents one dollar needs 20 shares, more than the 5 of the market."""
    assert smallest_order(price("0.05"), a_market()) == shares(20)
    assert smallest_order(price("0.50"), a_market()) == shares(5)


def test_a_limit_is_on_the_tick_and_within_the_slip() -> None:
    """I7: 40 cents and 4 % is 41.6, on the tick 41; near the top it stays inside the grid."""
    assert buy_limit(price("0.40"), 400, a_market()) == price("0.41")
    assert buy_limit(price("0.985"), 400, a_market()) == price("0.99")


stakes = st.integers(0, 10**12)
rooms_of_caps = st.lists(st.integers(0, 10**12), min_size=5, max_size=5)


@given(stakes, rooms_of_caps)
def test_the_chain_only_reduces_and_its_order_does_not_matter(stake: int, caps: list[int]) -> None:
    """C24: for every order of the caps the same amount is left, and it is within each."""
    named = [Cap(reason, Usdc(left)) for reason, left in zip(_REASONS, caps, strict=True)]
    left = {int(chain(Usdc(stake), order).stake) for order in permutations(named)}
    assert left == {min(stake, *caps)}


@given(
    st.integers(1, 10**10),
    st.integers(1, 99),
    st.integers(0, 1_000),
    st.sampled_from(["0.1", "0.01", "0.005", "0.0025", "0.001", "0.0001"]),
)
def test_an_order_never_costs_more_than_its_stake(stake: int, cents: int, fee_bps: int, tick: str) -> None:
    """I7: cost and fee at the limit stay within, for every tick; one lot more would not."""
    market = a_market(tick=price(tick), taker_fee_bps=fee_bps)
    limit = buy_limit(Price(cents * 10_000), 400, market)
    if not int(limit):
        return
    fitted = shares_within(Usdc(stake), limit, market)
    assert int(fitted.reserve) <= stake
    assert int(fitted.reserve) == int(cost(fitted.shares, limit)) + int(taker_fee(fitted.shares, limit, fee_bps))
    more = fitted.shares + market.lot
    assert int(cost(more, limit)) + int(taker_fee(more, limit, fee_bps)) > stake


@given(
    stake=st.integers(0, 500),
    used=st.tuples(*[st.integers(0, 700)] * 7),
    free=st.integers(0, 1_000),
    bps=st.tuples(*[st.integers(0, 10_000)] * 9),
    cents=st.integers(3, 97),
    fee_bps=st.integers(0, 700),
    below=st.sampled_from(list(BelowMinimum)),
)
def test_no_cap_is_exceeded_after_rounding(  # noqa: PLR0917
    stake: int, used: tuple[int, ...], free: int, bps: tuple[int, ...], cents: int, fee_bps: int, below: BelowMinimum
) -> None:
    """I7, I17, K9: whatever the caps, the strategy's wish and the policy, the reserve fits under every cap."""
    snapshot = a_snapshot(
        market=a_market(taker_fee_bps=fee_bps),
        free=usdc(free),
        market_exposure=usdc(used[0]),
        leader_exposure=usdc(used[1]),
        total_exposure=usdc(used[2]),
        event_exposure=usdc(used[3]),
        category_exposure=usdc(used[4]),
        spent_today=usdc(used[5]),
        group_exposures=(("rain", usdc(used[6])),),
    )
    limits = some_limits(
        fixed=usdc(stake), trade_bps=bps[0], market_bps=bps[1], leader_bps=bps[2], total_bps=bps[3],
        reserve_bps=bps[4], event_bps=bps[5], category_bps=bps[6], day_bps=bps[7], below_minimum=below,
        groups=(msgspec.structs.replace(RAIN, bps=bps[8]),),
    )  # fmt: skip
    sizing = size_entry(a_signal(price=f"0.{cents:02d}"), snapshot, limits)
    if sizing.refused is None:
        held = rooms(snapshot, limits.caps)
        assert len(held) == 9
        assert all(sizing.reserve <= cap.room for cap in held)
        assert sizing.shares >= smallest_order(sizing.limit, snapshot.market)
        assert int(sizing.limit) % int(snapshot.market.tick) == 0
        assert int(sizing.limit) <= cents * 10_000 * 10_400 // 10_000
        assert 0 < int(sizing.limit) < MICROS
    else:
        assert int(sizing.shares) == 0


_REASONS = (Reason.CAP_TRADE, Reason.CAP_MARKET, Reason.CAP_LEADER, Reason.CAP_TOTAL, Reason.CAP_RESERVE)
