"""A market full of people, faults on: after every quarter of an hour all money and all tokens are still there."""

import pytest

from fakemarket.director.director import Director
from fakemarket.director.scenario import scenario_named
from fakemarket.world.clock import ManualClock
from fakemarket.world.exchange import Exchange, ExchangePlan


def assert_sound(exchange: Exchange) -> None:
    accounts = exchange.accounts.all()
    cash = sum(account.cash for account in accounts)
    assert cash + exchange.vault.total() + exchange.vault.fees == exchange.vault.brought
    assert all(account.cash >= 0 and all(held >= 0 for held in account.tokens.values()) for account in accounts)
    for market in exchange.catalog.markets.values():
        bid, ask = exchange.books[market.condition].best(market.tokens[0])
        assert bid is None or ask is None or bid < ask
        if market.neg_risk_market_id or market.payouts:
            continue
        for token in market.tokens:
            supply = sum(account.balance(token) for account in accounts)
            assert supply == exchange.vault.pots.get(market.backing, 0)


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["day", "storm"])
def test_nothing_is_lost_in_an_hour_of_trading(scenario: str) -> None:
    clock = ManualClock(1_795_000_000_000)
    exchange = Exchange(clock, ExchangePlan(seed=7))
    Director(exchange, scenario_named(scenario)).start()
    exchange.faults.set("ghost_fill", probability=0.05, retries=1)
    exchange.faults.set("twin_transaction", probability=0.05)
    for _ in range(4):
        clock.advance(900_000)
        assert_sound(exchange)
    assert {trade.status for trade in exchange.history.trades.values()} >= {"CONFIRMED", "FAILED"}
    assert exchange.history.reverted
    assert len(exchange.history.fills) > 500
