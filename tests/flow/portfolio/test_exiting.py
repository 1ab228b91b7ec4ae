"""What is on its way out: counted from the plan of a sell to its end, whatever fills come in between (I8)."""

from __future__ import annotations

from copydesk.domain.ids import TimeMs
from copydesk.domain.money import Shares
from tests.builders import LEADER, NOON, YES, price, shares
from tests.histories import Account, a_fill, a_sell, an_order, planned

KEY = (LEADER, YES.id)


def an_account() -> Account:
    """Fifty shares of Yes, bought at noon."""
    account = Account()
    account.deposit(1_000)
    buy = an_order()
    account.trade(buy, a_fill(buy))
    return account


def selling(account: Account) -> Shares:
    return account.portfolio.leaving[KEY].selling


def test_a_planned_sell_is_being_sold_until_it_ends() -> None:
    """I8: 30 planned, 10 filled, 20 still on their way, none after the end."""
    account = an_account()
    sell = a_sell(2, shares=shares(30))
    account.add(planned(sell))
    assert selling(account) == shares(30)
    account.book(a_fill(sell, size="10"))
    assert selling(account) == shares(20)
    account.portfolio.check()
    account.end(sell.id)
    assert selling(account) == shares(0)


def test_a_position_opens_with_its_first_buy_and_again_after_it_was_sold() -> None:
    """S2.21: the time held counts from when it was opened last."""
    account = an_account()
    more = an_order(2, placed_at=TimeMs(NOON + 1_000))
    account.trade(more, a_fill(more))
    leaving = account.portfolio.leaving[KEY]
    assert (leaving.opened_at, leaving.bought_at) == (NOON, NOON + 1_000)
    out = a_sell(3, shares=shares(100))
    account.trade(out, a_fill(out))
    again = an_order(4, placed_at=TimeMs(NOON + 9_000))
    account.trade(again, a_fill(again))
    assert account.portfolio.leaving[KEY].opened_at == NOON + 9_000


def test_a_settled_position_has_nothing_to_leave() -> None:
    account = an_account()
    account.settle(KEY, price("0.5"))
    assert KEY not in account.portfolio.leaving
