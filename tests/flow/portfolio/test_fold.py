"""The portfolio: what one fact changes, what decide looks up, and what must not happen (I10, I12, I13, I17, I20)."""

from collections.abc import Callable

import pytest

from copydesk.domain.decision import Approved, Expired, Skipped
from copydesk.domain.errors import Broken
from copydesk.domain.events import Corrected, OrderEnded, Settled
from copydesk.domain.order import Ending, Order
from copydesk.domain.refusal import Reason
from copydesk.flow.portfolio.booking import settlement_of
from copydesk.flow.portfolio.fold import Portfolio, fold
from tests.builders import LEADER, MARKET, NO, YES, price, shares, usdc
from tests.histories import (
    ELSEWHERE,
    OTHER_LEADER,
    Account,
    a_decision,
    a_fill,
    a_sell,
    an_order,
    one_of_each,
    planned,
    sealed,
)

KEY = (LEADER, YES.id)


def an_account() -> Account:
    """A thousand dollars, 16 of them in 40 shares of Yes, bought with a fee of 2 cents."""
    account = Account()
    account.deposit(1_000)
    buy = an_order()
    account.trade(buy, a_fill(buy, size="40", amount="16", fee="0.02"))
    return account


def test_a_new_portfolio_is_empty_and_sound() -> None:
    portfolio = Portfolio()
    portfolio.check()
    assert (portfolio.bankroll, portfolio.exposure, portfolio.positions_open) == (usdc(0), usdc(0), 0)


def test_a_deposit_is_free() -> None:
    account = Account()
    account.deposit(1_000)
    account.deposit(-300)
    assert (account.portfolio.free, account.portfolio.deposited, account.portfolio.bankroll) == (usdc(700),) * 3


def test_a_planned_order_is_exposure_before_it_fills() -> None:
    """I17: reserved money counts against every cap."""
    account = Account()
    account.deposit(1_000)
    account.add(planned(an_order()))
    portfolio = account.portfolio
    assert (portfolio.free, portfolio.reserved, portfolio.exposure) == (usdc("979.5"), usdc("20.5"), usdc("20.5"))
    assert portfolio.exposure_by_market == {MARKET: usdc("20.5")}
    assert portfolio.exposure_by_leader == {LEADER: usdc("20.5")}
    assert portfolio.bankroll == usdc(1_000)


def test_a_fill_turns_reserve_into_a_position() -> None:
    portfolio = an_account().portfolio
    assert (portfolio.free, portfolio.reserved, portfolio.deployed) == (usdc("983.98"), usdc(0), usdc(16))
    assert (portfolio.fees, portfolio.realised, portfolio.bankroll) == (usdc("0.02"), usdc(0), usdc("999.98"))
    assert (portfolio.positions[KEY].shares, portfolio.positions[KEY].fills) == (shares(40), 1)
    assert portfolio.positions_open == 1


def test_the_exact_remainder_of_a_part_filled_order_is_released() -> None:
    """F61."""
    account = Account()
    account.deposit(1_000)
    buy = an_order()
    account.add(planned(buy))
    account.book(a_fill(buy, size="10", amount="4", fee="0.000001"))
    assert account.portfolio.open_orders[buy.id].reserved == usdc("16.499999")
    account.end(buy.id)
    assert (account.portfolio.reserved, account.portfolio.free) == (usdc(0), usdc("995.999999"))
    assert account.portfolio.results.ended == {Ending.FILLED: 1}


def test_positions_are_kept_by_leader_and_token() -> None:
    account = an_account()
    for number, (leader, token) in enumerate(((OTHER_LEADER, YES), (LEADER, NO), (LEADER, ELSEWHERE)), start=5):
        buy = an_order(number, leader=leader, token=token)
        account.trade(buy, a_fill(buy, size="10", amount="4"))
    portfolio = account.portfolio
    assert portfolio.positions_open == 4
    assert portfolio.exposure_by_leader == {LEADER: usdc(24), OTHER_LEADER: usdc(4)}
    assert portfolio.exposure_by_market == {MARKET: usdc(24), ELSEWHERE.market: usdc(4)}


def test_a_position_sold_out_is_not_open_and_exposes_nothing() -> None:
    account = an_account()
    sell = a_sell(2)
    account.trade(sell, a_fill(sell, size="40", amount="18"))
    portfolio = account.portfolio
    assert (portfolio.positions_open, portfolio.exposure) == (0, usdc(0))
    assert (portfolio.exposure_by_market, portfolio.exposure_by_leader) == ({}, {})
    assert portfolio.positions[KEY].realised == portfolio.realised == usdc(2)


def test_a_settled_position_is_kept_apart() -> None:
    account = an_account()
    account.settle(KEY, price(1))
    portfolio = account.portfolio
    assert (portfolio.positions, portfolio.positions_open) == ({}, 0)
    assert (portfolio.settled[KEY].realised, portfolio.settled[KEY].fees) == (usdc(24), usdc("0.02"))
    assert (portfolio.results.settlements, portfolio.results.settled_fills) == (1, 1)


def test_a_settlement_counts_every_fill_of_its_position() -> None:
    account = an_account()
    buy = an_order(2)
    account.trade(buy, a_fill(buy, 1, size="10", amount="4"), a_fill(buy, 2, size="5", amount="2"))
    account.settle(KEY, price(1))
    assert account.portfolio.results.settled_fills == 3


def test_a_position_sold_out_before_its_settlement_was_not_open() -> None:
    account = an_account()
    sell = a_sell(2)
    account.trade(sell, a_fill(sell, size="40", amount="18"))
    account.settle(KEY, price(1))
    assert (account.portfolio.positions_open, account.portfolio.results.settled_fills) == (0, 2)
    assert account.portfolio.realised == usdc(2)
    account.portfolio.check()


def test_a_token_traded_after_its_settlement_is_counted_once_more_only_for_what_is_new() -> None:
    account = an_account()
    account.settle(KEY, price(1))
    buy = an_order(2)
    account.trade(buy, a_fill(buy, size="10", amount="4"))
    account.settle(KEY, price(0))
    portfolio = account.portfolio
    assert (portfolio.results.settled_fills, portfolio.results.fills) == (2, 2)
    assert (portfolio.settled[KEY].realised, portfolio.settled[KEY].fills) == (usdc(20), 2)
    portfolio.check()


def test_profit_is_net_of_fees_by_leader_market_and_category() -> None:
    account = an_account()
    account.settle(KEY, price(1))
    results = account.portfolio.results
    assert results.pnl_by_leader == {LEADER: usdc("23.98")}
    assert results.pnl_by_market == {MARKET: usdc("23.98")}
    assert results.pnl_by_category == {"weather": usdc("23.98")}


def test_decisions_are_counted_by_outcome_and_reason() -> None:
    """I20."""
    portfolio = Portfolio()
    for fact in (a_decision(Approved), a_decision(Skipped), a_decision(Skipped), a_decision(Expired)):
        portfolio.apply(fact)
    results = portfolio.results
    assert (results.approved, results.skipped, results.expired) == (1, 2, 1)
    assert results.reasons == {Reason.AGE: 2, Reason.SIGNAL_EXPIRED: 1}


@pytest.mark.parametrize(("order", "amount", "bps"), [(an_order(), "16.16", 100), (a_sell(), "15.84", 100)])
def test_the_copy_gap_is_positive_when_we_did_worse(order: Order, amount: str, bps: int) -> None:
    """S3.50: a cent in a dollar worse than the leader's 0.40, whether we buy dearer or sell cheaper."""
    account = Account()
    assert account.portfolio.results.gap.bps is None
    account.trade(order, a_fill(order, size="40", amount=amount))
    assert account.portfolio.results.gap.bps == bps


def test_the_copy_gap_weighs_by_size() -> None:
    account = Account()
    small, large = an_order(1), an_order(2)
    account.trade(small, a_fill(small, size="10", amount="4.4"))
    account.trade(large, a_fill(large, size="90", amount="36"))
    assert account.portfolio.results.gap.bps == 100


def test_unrealised_profit_is_at_the_marks_and_counts_what_has_none() -> None:
    """C23: a position without a mark is left out and said to be."""
    account = an_account()
    buy = an_order(2, token=NO)
    account.trade(buy, a_fill(buy, size="10", amount="4"))
    unrealised = account.portfolio.unrealised({YES.id: price("0.50")})
    assert (unrealised.profit, unrealised.value) == (usdc(4), usdc(20))
    assert (unrealised.marked, unrealised.unmarked) == (1, 1)


def test_a_mark_is_rounded_down() -> None:
    account = Account()
    buy = an_order()
    account.trade(buy, a_fill(buy, size="0.000003", amount="0"))
    assert account.portfolio.unrealised({YES.id: price("0.5")}).value == usdc("0.000001")


def test_a_position_without_shares_needs_no_mark() -> None:
    account = an_account()
    sell = a_sell(2)
    account.trade(sell, a_fill(sell, size="40", amount="18"))
    assert account.portfolio.unrealised({}).unmarked == 0


def test_a_correction_moves_money_and_the_identities_still_hold() -> None:
    """S3.36: the entry that was wrong stays as it is."""
    account = an_account()
    lines = (("free", "USDC", 20_000), ("fees", "USDC", -20_000))
    account.add(Corrected(entry=3, why="the fee was waived", postings=lines))
    assert (account.portfolio.fees, account.portfolio.bankroll) == (usdc(0), usdc(1_000))
    account.portfolio.check()


def test_a_correction_of_an_unknown_book_is_broken() -> None:
    with pytest.raises(Broken, match="unknown book"):
        Portfolio().apply(Corrected(entry=1, why="", postings=(("pocket", "USDC", 1), ("free", "USDC", -1))))


def test_a_fill_is_booked_once() -> None:
    """I10."""
    account = Account()
    buy = an_order()
    account.add(planned(buy))
    booked = account.book(a_fill(buy, size="10", amount="4"))
    with pytest.raises(Broken, match="I10"):
        account.add(booked)


def test_a_fill_of_an_order_that_ended_is_broken() -> None:
    account = Account()
    buy = an_order()
    account.add(planned(buy))
    booked = account.book(a_fill(buy, size="10", amount="4"))
    account.end(buy.id)
    with pytest.raises(Broken, match="not open"):
        account.add(booked)


def test_an_order_ends_once_and_releases_all_that_is_left() -> None:
    account = Account()
    buy = an_order()
    account.add(planned(buy))
    with pytest.raises(Broken, match="does not release"):
        account.add(OrderEnded(order=buy.id, ending=Ending.UNFILLED, released=usdc(20)))


def test_an_order_that_was_never_planned_cannot_end() -> None:
    with pytest.raises(Broken, match="not open"):
        Portfolio().apply(OrderEnded(order=an_order().id, ending=Ending.UNFILLED, released=usdc(0)))


def test_an_order_is_planned_once() -> None:
    """I1."""
    account = Account()
    account.add(planned(an_order()))
    with pytest.raises(Broken, match="planned twice"):
        account.add(planned(an_order()))


def test_what_is_not_held_cannot_settle() -> None:
    account = an_account()
    settled = settlement_of(account.portfolio.positions[KEY], price(1))
    account.add(settled)
    with pytest.raises(Broken, match="not held"):
        account.add(settled)


def test_a_settlement_of_other_shares_than_are_held_is_broken() -> None:
    account = an_account()
    settled = settlement_of(account.portfolio.positions[KEY], price(1))
    parts = {name: getattr(settled, name) for name in Settled.__struct_fields__} | {"shares": shares(41)}
    with pytest.raises(Broken, match="settles as what is not held"):
        account.add(Settled(**parts))


@pytest.mark.parametrize("part", ["free", "reserved", "deployed", "fees", "realised", "deposited", "positions_open"])
def test_a_portfolio_that_lost_a_micro_does_not_pass(part: str) -> None:
    """I13: `check` is seen to fail on each part."""
    portfolio = an_account().portfolio
    setattr(portfolio, part, getattr(portfolio, part) + 1)
    with pytest.raises(Broken):
        portfolio.check()


@pytest.mark.parametrize(
    ("tamper", "what"),
    [
        (lambda portfolio: portfolio.exposure_by_leader.clear(), "by leader"),
        (lambda portfolio: portfolio.exposure_by_market.clear(), "by market"),
        (lambda portfolio: portfolio.open_orders.clear(), "open orders"),
        (lambda portfolio: portfolio.positions.clear(), "positions at cost"),
        (lambda portfolio: portfolio.results.pnl_by_leader.clear(), "pnl_by_leader"),
        (lambda portfolio: portfolio.results.pnl_by_market.clear(), "pnl_by_market"),
        (lambda portfolio: portfolio.results.pnl_by_category.clear(), "pnl_by_category"),
        (lambda portfolio: portfolio.settled.clear(), "all positions"),
    ],
)
def test_a_portfolio_that_lost_a_part_does_not_pass(tamper: Callable[[Portfolio], None], what: str) -> None:
    """`check` is seen to fail on each part by name."""
    account = an_account()
    account.settle(KEY, price(1))
    again = an_order(2)
    account.trade(again, a_fill(again, size="10", amount="4"))
    account.add(planned(an_order(3)))
    account.portfolio.check()
    tamper(account.portfolio)
    with pytest.raises(Broken, match=what):
        account.portfolio.check()


def test_a_fold_of_entries_is_the_live_portfolio() -> None:
    """I12."""
    live = Portfolio()
    for fact, entry in zip(one_of_each(), sealed(one_of_each()), strict=True):
        live.apply(fact, entry.recorded_at)
    assert fold(sealed(one_of_each())).dump() == live.dump()
