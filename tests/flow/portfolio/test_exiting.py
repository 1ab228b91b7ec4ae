"""What is on its way out: counted from the plan of a sell to its end, whatever fills come in between (I8)."""

from __future__ import annotations

from typing import Any

import msgspec

from copydesk.domain.decision import Approved, Skipped
from copydesk.domain.events import DecisionMade
from copydesk.domain.exits import Exit, ExitCause
from copydesk.domain.ids import TimeMs
from copydesk.domain.money import Shares
from copydesk.domain.refusal import Reason
from copydesk.domain.trade import Side
from tests.builders import LEADER, NOON, YES, price, shares
from tests.histories import THE_SIGNAL, Account, a_decision, a_fill, a_sell, an_order, planned

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


def exit_made(kind: type[Approved] | type[Skipped], out: Exit | None, **said: Any) -> DecisionMade:
    """A decision about a sale of Yes: a leader's, or one of our own."""
    signal = msgspec.structs.replace(THE_SIGNAL, side=Side.SELL, exit=out)
    return a_decision(kind, signal=signal, decided_at=TimeMs(NOON + 5_000), **said)


STOPPED = Exit(cause=ExitCause.STOP_LOSS)


def test_what_an_exit_did_not_sell_is_owed_until_a_sell_takes_it_over() -> None:
    """K6: 30 meant, 10 sold, 20 owed; the next sell of 20 leaves nothing owed, and filled to the end no try counts."""
    account = an_account()
    account.add(exit_made(Approved, STOPPED))
    sell = a_sell(2, shares=shares(30))
    account.trade(sell, a_fill(sell, size="10"))
    leaving = account.portfolio.leaving[KEY]
    assert (leaving.owed, leaving.tries, leaving.tried_at) == (shares(20), {ExitCause.STOP_LOSS: 1}, NOON)
    again = a_sell(3, shares=shares(20))
    account.trade(again, a_fill(again))
    leaving = account.portfolio.leaving[KEY]
    assert (leaving.owed, leaving.tries, leaving.tried_at) == (shares(0), {}, None)


def test_a_refused_own_exit_is_a_try_and_too_little_to_sell_is_dust() -> None:
    """K6, E28: dust also where the leader's sale shows it; another buy makes it sellable again."""
    account = an_account()
    account.add(exit_made(Skipped, STOPPED, reason=Reason.NO_BID))
    leaving = account.portfolio.leaving[KEY]
    assert (leaving.tries, leaving.tried_at, leaving.is_dust) == ({ExitCause.STOP_LOSS: 1}, NOON + 5_000, False)
    account.add(exit_made(Skipped, None, reason=Reason.BELOW_MINIMUM))
    assert account.portfolio.leaving[KEY].is_dust
    more = an_order(2)
    account.trade(more, a_fill(more))
    leaving = account.portfolio.leaving[KEY]
    assert (leaving.tries, leaving.is_dust) == ({}, False)


def test_a_leaders_sale_gives_what_is_owed_its_tries_back_and_a_step_is_taken_once() -> None:
    """K6, E24."""
    account = an_account()
    account.add(exit_made(Skipped, STOPPED, reason=Reason.NO_BID))
    account.add(exit_made(Approved, None))
    assert account.portfolio.leaving[KEY].tries == {}
    account.add(exit_made(Approved, Exit(cause=ExitCause.TAKE_PROFIT, step=1)))
    assert account.portfolio.leaving[KEY].steps == 1
