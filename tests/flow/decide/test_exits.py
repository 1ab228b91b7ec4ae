"""Sizing an exit: the leader's share of our holding, never more than we hold, and never a remainder we cannot sell."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.domain.book import Book
from copydesk.domain.decision import Approved, Skipped
from copydesk.domain.exits import IS_MIRRORED, Exit, ExitCause, Exits, MirrorStyle
from copydesk.domain.money import MICROS, Shares, Usdc
from copydesk.domain.refusal import Reason
from copydesk.domain.trade import Side
from copydesk.flow.decide.decision import decide
from copydesk.flow.decide.entries import Sizing
from copydesk.flow.decide.exits import size_exit
from tests.builders import a_book, a_relation, a_signal, a_snapshot, price, shares, some_limits, usdc


def sold(held: str, **signal: Any) -> Sizing:
    """The exit of a holding of ours when the leader sells."""
    signal = {"side": Side.SELL, "leader_held": shares(400)} | signal
    return size_exit(a_signal(**signal), a_snapshot(held=shares(held)), some_limits())


def test_a_leader_selling_a_quarter_sells_a_quarter_of_ours() -> None:
    """E5: 100 of 400 is a quarter of our 60."""
    assert sold("60").shares == shares("15")


def test_the_arithmetic_says_what_the_leader_sold_of_what() -> None:
    """N28: in shares, as a person reads them."""
    assert sold("60").lines[1].note == "leader sold 100 of 400 shares"


def test_a_leader_selling_all_sells_all_of_ours() -> None:
    """E5, K6."""
    assert sold("60", size=400).shares == shares("60")


def test_a_leader_selling_more_than_we_knew_of_sells_all_of_ours() -> None:
    """K6: we missed a buy; staying in would be worse than leaving."""
    assert sold("60", size=500).shares == shares("60")


def test_a_leader_of_unknown_holding_sells_all_of_ours() -> None:
    """K6: not knowing the share, we leave."""
    assert sold("60", leader_held=None).shares == shares("60")


def test_a_sale_below_the_minimum_becomes_a_sale_of_all() -> None:
    """K9: a quarter of 12 is 3, below the market's 5: all 12 go."""
    assert sold("12").shares == shares("12")


def test_a_remainder_below_the_minimum_is_sold_along() -> None:
    """E28: 15 of 18 would leave 3 that nobody takes."""
    assert sold("18", size=335).shares == shares("18")


def test_a_holding_below_the_minimum_waits_for_the_result() -> None:
    """E28: 4 shares cannot be sold at all."""
    assert sold("4").refused is Reason.BELOW_MINIMUM


def test_an_exit_takes_a_worse_price_than_an_entry_would() -> None:
    """K6: ten per cent below the leader's 40 cents, rounded up to the tick."""
    assert sold("60").limit == price("0.36")


def test_an_exit_limit_stays_on_the_grid_at_the_bottom() -> None:
    """I7."""
    assert sold("600", price="0.001").limit == price("0.01")


@given(st.integers(0, 10**12), st.integers(1, 10**12), st.one_of(st.none(), st.integers(0, 10**12)))
def test_an_exit_never_sells_more_than_is_held(held: int, size: int, leader_held: int | None) -> None:
    """I8: for any holding and any leader's sale; what is sold is whole lots."""
    signal = a_signal(side=Side.SELL, leader_held=None if leader_held is None else Shares(leader_held))
    signal = type(signal)(**{name: getattr(signal, name) for name in signal.__struct_fields__} | {
        "shares": Shares(size), "notional": Shares(max(size * 2 // 5, 1)),
    })  # fmt: skip
    sizing = size_exit(signal, a_snapshot(held=Shares(held)), some_limits())
    assert 0 <= int(sizing.shares) <= held
    assert int(sizing.shares) % (MICROS // 100) == 0
    assert int(sizing.reserve) == 0


def test_the_same_shares_are_capped_at_what_is_held() -> None:
    """E5: the leader sells 100; of 160 we sell 100, of 60 we sell 60."""
    assert styled(MirrorStyle.SAME_SHARES, held="160").shares == shares("100")
    assert styled(MirrorStyle.SAME_SHARES, held="60").shares == shares("60")


def test_all_out_sells_everything_at_the_first_sale() -> None:
    """E5."""
    assert styled(MirrorStyle.ALL_OUT, held="60").shares == shares("60")


def test_a_fixed_exit_sells_the_same_dollars_each_time() -> None:
    """E5: 10 dollars at the leader's 40 cents are 25 shares."""
    assert styled(MirrorStyle.FIXED, held="160").shares == shares("25")
    assert styled(MirrorStyle.FIXED, held="20").shares == shares("20")


def test_what_is_being_sold_is_not_sold_again() -> None:
    """I8: of 160 held 120 are in an open sell; all out sells the other 40."""
    sizing = styled(MirrorStyle.ALL_OUT, held="160", selling="120")
    assert sizing.shares == shares("40")
    assert sizing.lines[1].rule == "not being sold, shares"


@given(st.sampled_from(sorted(IS_MIRRORED)), st.integers(0, 10**12), st.integers(0, 10**12), st.integers(1, 10**12))
def test_no_style_sells_more_than_may_be_sold(style: MirrorStyle, held: int, selling: int, size: int) -> None:
    """I8: for any holding, any part of it in open sells and any leader's sale."""
    selling = min(held, selling)
    signal = a_signal(side=Side.SELL, shares=Shares(size), notional=Usdc(max(size * 2 // 5, 1)))
    snapshot = a_snapshot(held=Shares(held), selling=Shares(selling))
    sizing = size_exit(signal, snapshot, some_limits(exits=Exits(mirror=style, fixed=usdc(10))))
    assert 0 <= int(sizing.shares) <= held - selling


@pytest.mark.parametrize("style", sorted(set(MirrorStyle) - IS_MIRRORED))
def test_a_style_that_mirrors_nothing_skips_the_leaders_exit(style: MirrorStyle) -> None:
    """E5: own exits only, or a person's."""
    snapshot = a_snapshot(held=shares(60), is_new_position=False)
    decision = decide(a_signal(side=Side.SELL), snapshot, a_relation(exits=Exits(mirror=style)))
    assert isinstance(decision, Skipped)
    assert decision.reason is Reason.EXIT_NOT_MIRRORED


def test_an_exit_of_what_is_all_being_sold_is_skipped() -> None:
    """C27, I8: the position is closed once."""
    snapshot = a_snapshot(held=shares(60), selling=shares(60), is_new_position=False)
    decision = decide(a_signal(side=Side.SELL), snapshot, a_relation())
    assert isinstance(decision, Skipped)
    assert decision.reason is Reason.EXIT_UNDER_WAY


def test_an_exit_of_what_is_partly_being_sold_goes_through() -> None:
    """I8: the gate's very limit is the smallest share that is left."""
    snapshot = a_snapshot(held=shares(60), selling=shares(50), is_new_position=False)
    decision = decide(a_signal(side=Side.SELL), snapshot, a_relation())
    assert isinstance(decision, Approved)
    assert decision.shares == shares(10)


def test_an_exit_goes_through_while_the_desk_is_halted() -> None:
    """I18."""
    snapshot = a_snapshot(held=shares(60), is_halted=True, is_new_position=False)
    assert isinstance(decide(a_signal(side=Side.SELL), snapshot, a_relation()), Approved)


def styled(style: MirrorStyle, *, held: str, selling: str = "0") -> Sizing:
    """The exit of a holding when the leader sells 100 of 400, under a style; FIXED sells ten dollars."""
    signal = a_signal(side=Side.SELL, leader_held=shares(400))
    snapshot = a_snapshot(held=shares(held), selling=shares(selling))
    return size_exit(signal, snapshot, some_limits(exits=Exits(mirror=style, fixed=usdc(10))))


MERGED = Exit(cause=ExitCause.LEADER_MERGED)
LEFT = Exit(cause=ExitCause.LEADER_LEFT)


def test_an_exit_without_a_trade_goes_by_the_best_bid() -> None:
    """K6: nobody traded, so the limit is ten per cent below the best bid of 39 cents."""
    snapshot = a_snapshot(held=shares(60), is_new_position=False)
    signal = a_signal(side=Side.SELL, notional=usdc(0), leader_held=shares(400), exit=MERGED)
    decision = decide(signal, snapshot, a_relation())
    assert isinstance(decision, Approved)
    assert (decision.shares, decision.limit) == (shares(15), price("0.36"))


@pytest.mark.parametrize("book", [None, a_book(bid=None)])
def test_an_exit_without_a_trade_needs_a_bid(book: Book | None) -> None:
    """A missing input refuses: there is nobody to sell to."""
    snapshot = a_snapshot(held=shares(60), book=book, is_new_position=False)
    decision = decide(a_signal(side=Side.SELL, notional=usdc(0), exit=MERGED), snapshot, a_relation())
    assert isinstance(decision, Skipped)
    assert decision.reason is Reason.NO_BID


@pytest.mark.parametrize("style", sorted(IS_MIRRORED))
def test_a_leader_who_is_gone_is_followed_out_of_everything(style: MirrorStyle) -> None:
    """C26: no further exit of that leader will come."""
    signal = a_signal(side=Side.SELL, size=100, leader_held=shares(100), notional=usdc(0), exit=LEFT)
    relation = a_relation(exits=Exits(mirror=style, fixed=usdc(5)))
    decision = decide(signal, a_snapshot(held=shares(160), is_new_position=False), relation)
    assert isinstance(decision, Approved)
    assert decision.shares == shares(160)
