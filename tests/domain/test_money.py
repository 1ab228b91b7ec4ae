"""Money: rounding goes against us, units do not mix, and a round trip never earns."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from copydesk.domain.money import (
    BPS,
    MICROS,
    Price,
    Shares,
    Usdc,
    amount_traded,
    average_price,
    cost,
    decimal_text,
    lot_below,
    proceeds,
    share_of,
    shares_bought,
    taker_fee,
    tick_above,
    tick_below,
)

shares = st.integers(1, 10**15).map(Shares)
prices = st.integers(1, MICROS - 1).map(Price)
ticks = st.sampled_from([100_000, 10_000, 5_000, 2_500, 1_000, 100]).map(Price)
rates = st.integers(0, 1_000)


@given(shares, prices)
def test_a_round_trip_never_earns(held: Shares, price: Price) -> None:
    """I7: what shares bring at a price is never more than what they cost at it."""
    assert proceeds(held, price) <= cost(held, price)


@given(shares, prices, rates)
def test_a_round_trip_with_fees_never_earns(held: Shares, price: Price, rate: int) -> None:
    """I7: fees only make it worse."""
    fee = int(taker_fee(held, price, rate))
    assert int(proceeds(held, price)) - fee <= int(cost(held, price)) + fee


@given(shares, prices)
def test_cost_and_proceeds_are_the_exact_amount_rounded_each_its_way(held: Shares, price: Price) -> None:
    """I7: checked against exact rationals; never a whole micro away."""
    exact = Fraction(int(held) * int(price), MICROS)
    assert 0 <= int(cost(held, price)) - exact < 1
    assert 0 <= exact - int(proceeds(held, price)) < 1
    assert abs(int(amount_traded(held, price)) - exact) <= Fraction(1, 2)


@given(shares, prices)
def test_a_recorded_price_comes_back_from_its_amounts(held: Shares, price: Price) -> None:
    """The ratio of what moved is the price again, to within what rounding one micro of amount can change."""
    back = int(average_price(amount_traded(held, price), held))
    assert abs(back - int(price)) <= 1 + MICROS // int(held)


@given(st.integers(0, 10**15), prices)
def test_what_an_amount_buys_never_costs_more(micros: int, price: Price) -> None:
    """I7: shares are rounded down, so their cost stays within the amount."""
    assert cost(shares_bought(Usdc(micros), price), price) <= Usdc(micros)


@given(prices, ticks)
def test_ticks_below_and_above_enclose_a_price(price: Price, tick: Price) -> None:
    """I7: both are on the grid and less than a tick away."""
    below, above = int(tick_below(price, tick)), int(tick_above(price, tick))
    assert below <= int(price) <= above
    assert below % int(tick) == above % int(tick) == 0
    assert above - below in (0, int(tick))


@given(shares, st.sampled_from([10_000, 1, 1_000_000]).map(Shares))
def test_a_lot_below_is_whole_lots_and_less_than_one_away(held: Shares, lot: Shares) -> None:
    """I7: rounding to lots goes down."""
    rounded = int(lot_below(held, lot))
    assert rounded % int(lot) == 0
    assert 0 <= int(held) - rounded < int(lot)


@given(shares, prices, st.integers(1, 1_000))
def test_the_fee_is_never_below_the_venues(held: Shares, price: Price, rate: int) -> None:
    """The venue rounds shares x rate x p x (1-p) to five decimals; ours is that or up to 0.00001 more."""
    p = Fraction(int(price), MICROS)
    exact = int(held) * Fraction(rate, BPS) * p * (1 - p)
    fee = int(taker_fee(held, price, rate))
    assert fee % 10 == 0
    assert exact <= fee < exact + 10


def test_the_venues_own_fee_example_holds() -> None:
    """100 shares of a crypto market at 0.50 cost 1.75 in fees (docs/venue.md, Fees)."""
    assert taker_fee(Shares(100 * MICROS), Price(500_000), 700) == Usdc(1_750_000)


def test_no_rate_is_no_fee() -> None:
    """Makers and fee-free markets pay nothing."""
    assert taker_fee(Shares(MICROS), Price(500_000), 0) == Usdc(0)


@given(st.integers(-(10**15), 10**15))
def test_decimal_text_is_the_amount(micros: int) -> None:
    """Text read back is the same micros, and carries no needless zero."""
    text = decimal_text(Usdc(micros))
    assert int(Decimal(text) * MICROS) == micros
    assert text == "0" or (not text.endswith(".") and ("." not in text or not text.endswith("0")))


@given(st.integers(0, 10**15), st.integers(0, BPS))
def test_a_share_of_an_amount_is_never_more_than_it(micros: int, part: int) -> None:
    """I17: a relative cap rounds down."""
    part_of = int(share_of(Usdc(micros), part))
    assert 0 <= part_of <= micros
    assert part_of * BPS <= micros * part
