"""The director at work: leaders of every style, markets that live and die, and a list that agrees with the exchange."""

from collections import Counter
from dataclasses import replace

import pytest

from fakemarket.director.director import Director
from fakemarket.director.scenario import BUILT_IN, scenario_named
from fakemarket.world.clock import ManualClock
from fakemarket.world.exchange import Exchange, ExchangePlan
from fakemarket.world.money import ONE

START_MS = 1_795_132_800_000
HOUR_MS = 3_600_000


def directed(name: str, *, seed: int = 7, ms: int = HOUR_MS) -> Director:
    clock = ManualClock(START_MS)
    director = Director(Exchange(clock, ExchangePlan(seed=seed)), scenario_named(name))
    director.start()
    for _ in range(ms // 10_000):
        clock.advance(10_000)
    return director


def listed(director: Director) -> list[tuple[object, ...]]:
    return [(trade.leader, trade.side, trade.size, trade.price, trade.mined_ms) for trade in director.record.trades]


@pytest.mark.slow
def test_a_seed_repeats_a_whole_run_and_another_one_does_not() -> None:
    """I36."""
    first, again, other = directed("brief"), directed("brief"), directed("brief", seed=8)
    assert listed(first) == listed(again)
    assert listed(first) != listed(other)
    assert [trade.transaction_hash for trade in first.record.trades] == [
        trade.transaction_hash for trade in again.record.trades
    ]


@pytest.mark.slow
def test_every_style_leaves_the_marks_it_is_known_for() -> None:
    director = directed("brief", ms=2 * HOUR_MS)
    marks = Counter((trade.style, trade.side, trade.role) for trade in director.record.trades)
    moves = Counter((move["style"], move["kind"]) for move in director.record.moves)
    assert marks["directional", "BUY", "TAKER"] > 20 < marks["directional", "BUY", "TAKER"]
    assert marks["directional", "SELL", "TAKER"] > 10
    assert marks["scalper", "SELL", "MAKER"] > 10
    assert marks["maker", "BUY", "MAKER"] > 10 < marks["maker", "SELL", "MAKER"]
    assert marks["holder", "BUY", "TAKER"] > 5
    assert not {key for key in marks if key[:2] in {("holder", "SELL"), ("merger", "SELL")}}
    assert moves["merger", "MERGE"] > 5
    assert moves["holder", "REDEEM"] > 5


@pytest.mark.slow
def test_markets_are_born_refined_disputed_resolved_and_renewed() -> None:
    director = directed("brief", ms=2 * HOUR_MS)
    markets = list(director.exchange.catalog.markets.values())
    closed = [market for market in markets if market.closed]
    assert len(closed) > 20
    assert {market.payouts for market in closed} == {(ONE, 0), (0, ONE), (ONE // 2, ONE // 2)}
    assert {market.tick for market in markets} == {10_000, 1_000}
    assert {market.version for market in markets} == {"v1", "v2"}
    races = [event for event in director.exchange.catalog.events.values() if event.neg_risk and event.closed]
    for event in races:
        winners = [director.exchange.catalog.markets[one].payouts for one in event.conditions]
        assert winners.count((ONE, 0)) == 1
    assert director.floor.trading()


@pytest.mark.slow
def test_the_directors_list_is_the_exchanges_list_of_its_leaders() -> None:
    director = directed("brief")
    wallets = {actor.wallet for _, actor in director.cast.leaders}
    mined = [fill for fill in director.exchange.history.fills if fill.wallet in wallets]
    assert [(one.transaction_hash, one.log_index) for one in director.record.trades] == [
        (fill.transaction_hash, fill.log_index) for fill in mined
    ]
    assert len({(one.transaction_hash, one.log_index) for one in director.record.trades}) == len(mined)


@pytest.mark.slow
def test_fills_of_all_three_kinds_happen() -> None:
    director = directed("demo", ms=HOUR_MS // 2)
    kinds = Counter(kind for trade in director.exchange.history.trades.values() for kind in trade.fill_kinds)
    assert min(kinds[kind] for kind in ("complementary", "mint", "merge")) > 20


@pytest.mark.slow
def test_the_demo_makes_about_thirty_leader_trades_a_minute() -> None:
    director = directed("demo")
    assert 20 <= len(director.record.trades) / 60 <= 45


def test_a_quiet_market_has_books_and_no_trades() -> None:
    director = directed("quiet", ms=600_000)
    assert director.exchange.history.fills == []
    for market in director.exchange.catalog.markets.values():
        book = director.exchange.book(market.tokens[0])
        assert book.best_bid is not None
        assert book.best_ask is not None
        assert book.best_bid < book.best_ask
    assert {(market.version, market.neg_risk) for market in director.exchange.catalog.markets.values()} == {
        ("v1", False),
        ("v2", False),
        ("v1", True),
        ("v2", True),
    }


def test_there_is_a_guest_of_every_signature_type_and_an_impostor() -> None:
    director = directed("day", ms=0)
    assert [account.signature_type for account in director.cast.guests] == [0, 1, 2, 3]
    assert all(account.private_key and account.cash == 10_000 * ONE for account in director.cast.guests)
    names = [account.profile.name for account in director.exchange.accounts.all()]
    assert {"Northwind", "Northwind_"} <= set(names)


def test_an_unknown_scenario_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="brief, day, demo, quiet, storm"):
        scenario_named("no-such")


def test_a_scenario_switches_its_faults_on() -> None:
    director = directed("storm", ms=0)
    on = {row["name"] for row in director.exchange.faults.listing() if row["on"]}
    assert on == set(BUILT_IN["storm"].faults)


@pytest.mark.slow
def test_a_reverted_trade_stays_on_the_list_and_says_so() -> None:
    """F43: what was taken back is not forgotten, it is marked."""
    clock = ManualClock(START_MS)
    scenario = replace(BUILT_IN["day"], passers=1)
    director = Director(Exchange(clock, ExchangePlan(seed=7)), scenario)
    director.start()
    director.exchange.faults.set("reorg", probability=0.3)
    clock.advance(1_800_000)
    statuses = Counter(trade.status for trade in director.record.trades)
    assert statuses["reverted"] >= 1
    assert statuses["mined"] > statuses["reverted"]


@pytest.mark.slow
def test_a_match_that_fails_is_listed_as_never_happened() -> None:
    """F63."""
    clock = ManualClock(START_MS)
    director = Director(Exchange(clock, ExchangePlan(seed=7)), BUILT_IN["day"])
    director.start()
    director.exchange.faults.set("ghost_fill", retries=0, probability=0.5)
    clock.advance(1_800_000)
    failed = {row["trade_id"] for row in director.record.never_happened}
    assert failed
    assert not failed & {trade.trade_id for trade in director.record.trades}
