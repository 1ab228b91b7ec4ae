"""How far an order may reach: cents and percent, by price band and side, and from the live touch (E18, K25, I7)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.domain.limits import Limits, SlipBand
from copydesk.domain.money import BPS, MICROS, Price
from copydesk.flow.decide.entries import size_entry
from copydesk.flow.decide.exits import size_exit
from copydesk.flow.decide.rounding import buy_limit, sell_limit
from copydesk.flow.decide.slippage import entry_limit, exit_limit
from tests.builders import a_book, a_market, a_signal, a_snapshot, price, shares, some_limits

BANDS = (
    SlipBand(price_to=price("0.10"), slip_max_bps=5_000, slip_max=price("0.02"), exit_slip_max=price("0.03")),
    SlipBand(price_to=price("0.40"), slip_max=price("0.03"), exit_slip_max_bps=500),
)


@pytest.mark.parametrize(
    ("at", "said", "limit"),
    [
        ("0.40", {}, "0.41"),
        ("0.40", {"slip_max": price("0.01"), "slip_max_bps": 1_000}, "0.41"),
        ("0.40", {"slip_max": price("0.05"), "slip_max_bps": 1_000}, "0.44"),
        ("0.40", {"slip_max": price("0.019"), "slip_max_bps": 1_000}, "0.41"),
        ("0.08", {"slip_bands": BANDS}, "0.10"),
        ("0.10", {"slip_bands": BANDS}, "0.12"),
        ("0.11", {"slip_bands": BANDS, "slip_max_bps": 10_000}, "0.14"),
        ("0.40", {"slip_bands": BANDS, "slip_max_bps": 10_000}, "0.43"),
        ("0.41", {"slip_bands": BANDS, "slip_max_bps": 1_000}, "0.45"),
        ("0.99", {"slip_max": price("0.05"), "slip_max_bps": 1_000}, "0.99"),
    ],
)
def test_a_buy_is_bound_by_the_tighter_of_cents_and_percent_of_its_band(at: str, said: Any, limit: str) -> None:
    """E18: the first band that reaches the leader's price; what it leaves out is the general figure."""
    assert entry_limit(a_signal(price=at), a_snapshot(), some_limits(**said)) == price(limit)
    assert size_entry(a_signal(price=at), a_snapshot(), some_limits(**said)).limit == price(limit)


@pytest.mark.parametrize(
    ("at", "said", "limit"),
    [
        ("0.40", {}, "0.36"),
        ("0.40", {"exit_slip_max": price("0.01")}, "0.39"),
        ("0.40", {"exit_slip_max": price("0.05")}, "0.36"),
        ("0.08", {"slip_bands": BANDS, "exit_slip_max_bps": 10_000}, "0.05"),
        ("0.30", {"slip_bands": BANDS}, "0.29"),
        ("0.40", {"slip_bands": BANDS}, "0.38"),
        ("0.41", {"slip_bands": BANDS}, "0.37"),
        ("0.02", {"exit_slip_max": price("0.05"), "exit_slip_max_bps": 10_000}, "0.01"),
    ],
)
def test_a_sale_has_figures_of_its_own(at: str, said: Any, limit: str) -> None:
    """E18: separate for buys and sells; a sale is only bound by them, never refused."""
    held = a_snapshot(held=shares(100))
    assert exit_limit(price(at), some_limits(**said), a_market()) == price(limit)
    assert size_exit(a_signal(price=at), held, some_limits(**said)).limit == price(limit)


@pytest.mark.parametrize(
    ("ask", "bps", "limit"), [("0.30", 500, "0.31"), ("0.30", 0, "0.30"), ("0.40", 9_000, "0.41"), (None, 500, "0")]
)
def test_no_more_is_paid_than_the_live_touch_allows(ask: str | None, bps: int, limit: str) -> None:
    """K25: the price cap is relative to the leader's fill and to the touch; without a touch nothing is paid."""
    snapshot = a_snapshot(book=a_book(bid="0.20", ask=ask))
    assert entry_limit(a_signal(), snapshot, some_limits(touch_slip_max_bps=bps)) == price(limit)


def test_without_a_touch_that_is_needed_nothing_is_bought() -> None:
    sized = size_entry(a_signal(), a_snapshot(book=None), some_limits(touch_slip_max_bps=500))
    assert sized.refused is not None
    assert not sized.shares


PRICES = st.integers(1, MICROS - 1).map(Price)
MAYBE = st.none() | st.integers(0, 300_000).map(Price)


@st.composite
def slips(draw: st.DrawFn) -> Limits:
    ends = sorted(draw(st.sets(PRICES, max_size=3)))
    bps = st.none() | st.integers(0, BPS)
    bands = tuple(
        SlipBand(
            price_to=end,
            slip_max_bps=draw(bps),
            slip_max=draw(MAYBE),
            exit_slip_max_bps=draw(bps),
            exit_slip_max=draw(MAYBE),
        )
        for end in ends
    )
    return some_limits(slip_bands=bands, slip_max=draw(MAYBE), exit_slip_max=draw(MAYBE))


@given(PRICES, slips(), st.sampled_from(["0.01", "0.001", "0.005"]))
def test_cents_and_bands_keep_every_limit_on_the_grid_and_within_the_slip(at: Price, limits: Limits, tick: str) -> None:
    """I7: on the tick, inside the grid, and never further from the leader's price than anything allows."""
    market = a_market(tick=price(tick))
    signal = a_signal(price="0.40")
    buy = entry_limit(_at(signal, at), a_snapshot(market=market), limits)
    sell = exit_limit(at, limits, market)
    for limit in (buy, sell):
        assert int(limit) % int(price(tick)) == 0
        assert int(limit) <= MICROS - int(price(tick))
    assert sell >= price(tick)
    assert buy <= buy_limit(at, BPS, market)
    assert sell >= sell_limit(at, BPS, market)
    if not limits.slip_bands and limits.slip_max is not None:
        assert buy <= at + limits.slip_max
    if not limits.slip_bands and limits.exit_slip_max is not None and int(at) < MICROS - int(price(tick)):
        assert sell >= min(at - limits.exit_slip_max, at)


def _at(signal: Any, at: Price) -> Any:
    return type(signal)(
        **{name: getattr(signal, name) for name in signal.__struct_fields__ if name not in {"notional", "shares"}},
        shares=shares(1),
        notional=int(at),
    )
