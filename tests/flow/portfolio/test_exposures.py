"""What is at stake by event, category, position, group of words and day, as orders come and go (I17, N17)."""

from __future__ import annotations

from typing import Any

import msgspec

from copydesk.domain.ids import MarketId, TimeMs, TokenId
from copydesk.domain.order import Order
from copydesk.domain.topic import is_about, plain_words
from copydesk.domain.trade import Token
from copydesk.flow.portfolio.spending import DAY_MS
from tests.builders import LEADER, MARKET, NO, NOON, YES, price, usdc
from tests.histories import OTHER_LEADER, Account, a_fill, a_sell, an_order, planned

SNOW = Token(id=TokenId("3001"), market=MarketId("0x" + "ef" * 32), outcome="Yes", title="Snow in June?", slug="snow")
STORM = "storm-season"


def in_event(token: Token, event: str = STORM) -> Token:
    return msgspec.structs.replace(token, event_slug=event)


def an_account(*orders: Order) -> Account:
    """A thousand dollars and these orders on their way."""
    account = Account()
    account.deposit(1_000)
    for order in orders:
        account.add(planned(order))
    return account


def a_buy(number: int, token: Token, reserve: str = "20", **said: Any) -> Order:
    return an_order(number, token=token, reserve=usdc(reserve), **said)


def test_markets_of_one_event_are_summed_up() -> None:
    """I17, N17: siblings share the cap of their event."""
    account = an_account(a_buy(1, in_event(YES)), a_buy(2, in_event(SNOW), "5"))
    assert account.portfolio.exposures.of_event(in_event(NO)) == usdc(25)
    assert account.portfolio.exposures.of_event(in_event(NO, "another")) == usdc(20)
    account.portfolio.check()


def test_an_event_nobody_told_is_not_known() -> None:
    """K20: nothing says which markets are siblings."""
    assert an_account().portfolio.exposures.of_event(YES) is None
    assert an_account(a_buy(1, YES)).portfolio.exposures.of_event(YES) is None


def test_an_event_told_later_takes_over_what_was_at_stake_before() -> None:
    """The first source was silent: its order counts for the event as soon as another tells it, before it is planned."""
    account = an_account(a_buy(1, YES), a_buy(2, in_event(SNOW), "5"))
    assert account.portfolio.exposures.of_event(in_event(YES)) == usdc(25)
    account.add(planned(a_buy(3, in_event(YES), "1")))
    assert account.portfolio.exposures.by_event == {STORM: usdc(26)}
    assert account.portfolio.exposures.of_event(YES) == usdc(26)
    account.portfolio.check()


def test_a_category_told_later_takes_over_what_was_at_stake_before() -> None:
    account = an_account(a_buy(1, YES, category=""), a_buy(2, NO, "5", category="weather"))
    assert account.portfolio.exposures.by_category == {"weather": usdc(25)}


def test_a_group_is_summed_up_when_asked_for_and_kept_from_then_on() -> None:
    """Settings may name a group at any time: what is at stake already counts, and so does what comes after."""
    words = (plain_words(("snow",)), plain_words(("Will-it rain",)))
    account = an_account(a_buy(1, SNOW, "5"))
    assert account.portfolio.exposures.of_group(words) == usdc(5)
    buy = a_buy(2, YES)
    account.add(planned(buy))
    assert account.portfolio.exposures.of_group(words) == usdc(25)
    account.end(buy.id)
    assert account.portfolio.exposures.of_group(words) == usdc(5)


def test_a_word_is_found_whole_and_in_any_case() -> None:
    """`iran` is no part of `Tirana`."""
    assert is_about(plain_words(("U.S.-Iran talks?",)), (plain_words(("IRAN",)),))
    assert is_about(plain_words(("us-election-2028",)), (plain_words(("Election 2028",)),))
    assert not is_about(plain_words(("Rain in Tirana",)), (plain_words(("iran",)),))


def test_a_position_counts_from_the_moment_its_order_is_on_its_way() -> None:
    """I17: orders in flight are positions to be; an order that ends unfilled is none."""
    first, again, other = a_buy(1, YES), a_buy(2, YES), a_buy(3, YES, leader=OTHER_LEADER)
    account = an_account(first, again, other)
    portfolio = account.portfolio
    assert (portfolio.positions_open, portfolio.entering.taken) == (0, 2)
    account.end(other.id)
    assert portfolio.entering.taken == 1
    account.book(a_fill(first, size="10", amount="4"))
    account.end(first.id)
    account.end(again.id)
    assert (portfolio.positions_open, portfolio.entering.taken) == (1, 1)
    account.settle((LEADER, YES.id), price(1))
    assert (portfolio.entering.taken, portfolio.entering.orders) == (0, {})
    portfolio.check()


def test_a_sale_on_its_way_is_no_new_position() -> None:
    account = an_account(a_sell(1))
    assert account.portfolio.entering.taken == 0


def test_a_day_counts_what_its_orders_cost_and_may_yet_cost() -> None:
    """The reserve counts at once, what was not used of it comes back, and a sale gives nothing back."""
    first, second = a_buy(1, YES), a_buy(2, SNOW)
    account = an_account(first, second)
    spending = account.portfolio.spending
    assert spending.on_day_of(NOON) == usdc(40)
    account.book(a_fill(first, size="30", amount="12", fee="0.5"))
    account.end(first.id)
    account.end(second.id)
    assert spending.on_day_of(NOON) == usdc("12.5")
    sell = a_sell(3)
    account.trade(sell, a_fill(sell, size="30", amount="15"))
    assert spending.on_day_of(NOON) == usdc("12.5")


def test_a_day_begins_with_nothing_spent() -> None:
    """UTC: what an order of yesterday gives back today is not today's, and a clock that went back finds it spent."""
    yesterday = a_buy(1, YES)
    account = an_account(yesterday)
    spending, midnight = account.portfolio.spending, TimeMs((NOON // DAY_MS + 1) * DAY_MS)
    assert spending.on_day_of(TimeMs(midnight - 1)) == usdc(20)
    assert spending.on_day_of(midnight) == usdc(0)
    account.add(planned(a_buy(2, SNOW, "5", placed_at=midnight)))
    account.end(yesterday.id)
    assert spending.on_day_of(midnight) == usdc(5)
    assert spending.on_day_of(NOON) == usdc(5)


def test_what_is_at_stake_is_gone_when_everything_is_over() -> None:
    account = an_account()
    buy = a_buy(1, in_event(YES))
    account.trade(buy, a_fill(buy, size="40", amount="16"))
    assert account.portfolio.exposures.by_position == {(LEADER, YES.id): usdc(16)}
    assert account.portfolio.exposures.by_market == {MARKET: usdc(16)}
    account.settle((LEADER, YES.id), price(0))
    exposures = account.portfolio.exposures
    assert (exposures.by_position, exposures.by_event, exposures.by_category) == ({}, {}, {})
