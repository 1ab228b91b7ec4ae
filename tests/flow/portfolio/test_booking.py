"""Booking at average cost: no micro is made or lost, and profit is never shown before it is made (S3.34, I13)."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.domain.errors import Broken
from copydesk.domain.money import MICROS, Price, Shares, Usdc, cost, proceeds
from copydesk.domain.position import Position
from copydesk.domain.trade import Side
from copydesk.flow.portfolio.booking import basis_change, booking_of, settlement_of
from tests.builders import LEADER, MARKET, YES, price, shares, usdc
from tests.histories import Account, a_fill, a_sell, an_order

KEY = (LEADER, YES.id)


def held(size: int, basis: int) -> Position:
    return Position(
        leader=LEADER,
        token=YES.id,
        market=MARKET,
        category="weather",
        outcome="Yes",
        title="Will it rain?",
        shares=Shares(size),
        basis=Usdc(basis),
        realised=usdc(0),
        fees=usdc(0),
        fills=1,
    )


def bought_and_sold(size: str, sold_for: str) -> Account:
    """An account that bought 40 for 16 dollars and sold `size` of them."""
    account = Account()
    account.deposit(1_000)
    buy, sell = an_order(), a_sell(2)
    account.trade(buy, a_fill(buy, size="40", amount="16"))
    account.trade(sell, a_fill(sell, size=size, amount=sold_for))
    return account


def test_a_buy_costs_what_it_cost() -> None:
    buy = an_order()
    booked = booking_of(buy, buy.reserve, a_fill(buy, size="40", amount="16", fee="0.02"), None)
    assert (booked.shares, booked.basis, booked.realised) == (shares(40), usdc(16), usdc(0))


def test_a_buy_takes_what_it_spent_out_of_the_reserve_and_no_more_than_is_left() -> None:
    buy = an_order()
    fill = a_fill(buy, size="40", amount="16", fee="0.02")
    assert booking_of(buy, usdc(20), fill, None).released == usdc("16.02")
    assert booking_of(buy, usdc(5), fill, None).released == usdc(5)


def test_a_sell_takes_nothing_out_of_a_reserve() -> None:
    sell = a_sell()
    assert booking_of(sell, usdc(0), a_fill(sell), held(10, 10)).released == usdc(0)


def test_selling_half_takes_half_of_the_cost() -> None:
    position = bought_and_sold("20", "10").portfolio.positions[KEY]
    assert (position.shares, position.basis, position.realised) == (shares(20), usdc(8), usdc(2))


def test_selling_all_leaves_no_cost() -> None:
    position = bought_and_sold("40", "10").portfolio.positions[KEY]
    assert (position.shares, position.basis, position.realised) == (shares(0), usdc(0), usdc(-6))


def test_selling_more_than_is_held_closes_and_opens_a_short() -> None:
    """60 sold for 30, of which 40 close the position for 20 and 20 open a short for 10."""
    account = bought_and_sold("60", "30")
    position = account.portfolio.positions[KEY]
    assert (position.shares, position.basis, position.realised) == (shares(-20), usdc(-10), usdc(4))


def test_buying_a_short_back_mirrors_selling() -> None:
    account = bought_and_sold("60", "30")
    buy = an_order(3)
    account.trade(buy, a_fill(buy, size="5", amount="2"))
    position = account.portfolio.positions[KEY]
    assert (position.shares, position.basis, position.realised) == (shares(-15), usdc("-7.5"), usdc("4.5"))


def test_a_fill_of_another_order_is_broken() -> None:
    with pytest.raises(Broken, match="not"):
        booking_of(an_order(1), usdc(20), a_fill(an_order(2)), None)


def test_a_fill_without_shares_is_broken() -> None:
    buy = an_order()
    with pytest.raises(Broken, match="moves no shares"):
        booking_of(buy, usdc(20), a_fill(buy, size="0"), None)


def test_a_settlement_pays_for_each_share() -> None:
    settled = settlement_of(held(40_000_001, 16_000_000), price("0.5"))
    assert (settled.payout, settled.basis, settled.realised) == (usdc("20"), usdc(-16), usdc(4))


def test_a_short_owes_at_settlement_rounded_up() -> None:
    settled = settlement_of(held(-40_000_001, -16_000_000), price("0.5"))
    assert (settled.payout, settled.basis) == (usdc("-20.000001"), usdc(16))
    assert settled.realised == usdc("-4.000001")


def test_a_position_sold_before_settles_for_nothing_and_counts_its_fills() -> None:
    settled = settlement_of(held(0, 0), price(1))
    assert (settled.payout, settled.basis, settled.realised, settled.fills) == (usdc(0), usdc(0), usdc(0), 1)


sizes = st.integers(1, 10**12)
bases = st.integers(0, 10**12)


@given(sizes, bases, st.lists(st.integers(1, 10**12), max_size=8))
def test_partial_sells_never_lose_a_micro_of_cost(size: int, basis: int, sells: list[int]) -> None:
    """However a position is sold, exactly its cost is taken out of it, and a closed one has none left."""
    left, cost_left = size, basis
    for sell in [*sells, size]:
        sold = min(sell, left)
        if sold:
            change = basis_change(held(left, cost_left), -sold, 0)
            left, cost_left = left - sold, cost_left + change
            assert 0 <= cost_left <= basis
    assert (left, cost_left) == (0, 0)


@given(sizes, bases, st.data())
def test_profit_is_never_shown_before_it_is_made(size: int, basis: int, data: st.DataObject) -> None:
    """The cost of what is sold is its exact share, rounded up by less than a micro; likewise for a short."""
    sold = data.draw(st.integers(1, size))
    exact = Fraction(basis * sold, size)
    assert 0 <= -basis_change(held(size, basis), -sold, 0) - exact < 1
    opened = basis_change(held(-size, -basis), sold, 0)
    assert -1 < opened - exact <= 0


@given(sizes, bases, sizes, bases)
def test_crossing_zero_is_closing_and_opening(size: int, basis: int, more: int, amount: int) -> None:
    """One fill beyond zero comes to what two would: one that closes and one that opens, for the same total."""
    sold = size + more
    closing = amount * size // sold
    whole = basis_change(held(size, basis), -sold, amount)
    parts = basis_change(held(size, basis), -size, closing) + basis_change(None, -more, amount - closing)
    assert whole == parts


@given(st.integers(1, 10**10), st.integers(1, MICROS), st.integers(1, 4))
def test_a_round_trip_at_one_price_never_earns(size: int, at: int, parts: int) -> None:
    """Bought rounding up and sold rounding down, whole or in parts."""
    account = Account()
    buy = an_order(1)
    account.trade(buy, a_fill(buy, size=text(size), amount=text(int(cost(Shares(size), Price(at))))))
    for part in range(parts):
        sold = size // parts + (size % parts if part == 0 else 0)
        if sold:
            sell = a_sell(2 + part)
            account.trade(sell, a_fill(sell, size=text(sold), amount=text(int(proceeds(Shares(sold), Price(at))))))
    assert account.portfolio.realised <= usdc(0)
    assert account.portfolio.deployed == usdc(0)


@given(st.sampled_from(Side), st.integers(-(10**9), 10**9), st.integers(1, 10**9), bases)
def test_realised_is_what_came_in_and_what_the_cost_changed_by(side: Side, size: int, moved: int, amount: int) -> None:
    position = held(size, size // 2) if size else None
    order = an_order(1, side=side)
    booked = booking_of(order, usdc(0), a_fill(order, size=text(moved), amount=text(amount)), position)
    cash = amount if side is Side.SELL else -amount
    assert int(booked.realised) == cash + int(booked.basis)


def text(micros: int) -> str:
    return f"{micros // MICROS}.{micros % MICROS:06d}"
