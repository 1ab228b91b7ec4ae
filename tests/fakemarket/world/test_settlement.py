"""A match is a promise: tokens move in a block, a failed one gives everything back, a twin comes under a new hash."""

import pytest

from fakemarket.world.accounts import AccountPlan
from fakemarket.world.clock import ManualClock
from fakemarket.world.custody import Short
from fakemarket.world.events import AnyEvent, FillsMined, FillsReverted, TradeChanged
from fakemarket.world.exchange import Exchange
from fakemarket.world.money import ONE
from fakemarket.world.orders import Refused
from fakemarket.world.tokens import EventPlan, MarketPlan


class Scene:
    """A seller with tokens, a buyer with cash, and everything that is told."""

    def __init__(self, *, delay_ms: int = 0, seconds_delay: int = 0) -> None:
        self.clock = ManualClock(1_795_000_000_000)
        self.exchange = Exchange(self.clock)
        plan = MarketPlan(question="Snow?", taker_delay_ms=delay_ms, seconds_delay=seconds_delay)
        event = self.exchange.add_event(EventPlan(title="Snow?", markets=(plan,)))
        self.market = self.exchange.catalog.markets[event.conditions[0]]
        self.yes = self.market.tokens[0]
        self.seller = self.exchange.open_account(AccountPlan(pusd=500 * ONE)).wallet
        self.buyer = self.exchange.open_account(AccountPlan(pusd=500 * ONE)).wallet
        self.exchange.split(self.seller, self.market.condition, 100 * ONE)
        self.told: list[AnyEvent] = []
        self.exchange.events.subscribe(self.told.append)

    def match(self, shares: int = 10) -> str:
        self.exchange.quote(self.seller, self.yes, "SELL", 500_000, shares * ONE)
        return self.exchange.quote(self.buyer, self.yes, "BUY", 500_000, shares * ONE).trade_ids[0]

    def statuses(self) -> list[str]:
        return [event.status for event in self.told if isinstance(event, TradeChanged)]


def test_tokens_bought_cannot_be_sold_before_they_are_in_a_block() -> None:
    scene = Scene()
    scene.match()
    assert scene.exchange.available(scene.buyer, scene.yes) == 0
    with pytest.raises(Refused, match="not enough balance / allowance"):
        scene.exchange.quote(scene.buyer, scene.yes, "SELL", 600_000, 10 * ONE)
    scene.clock.advance(3_001)
    assert scene.exchange.available(scene.buyer, scene.yes) == 10 * ONE
    scene.exchange.quote(scene.buyer, scene.yes, "SELL", 600_000, 10 * ONE)


def test_a_settlement_goes_from_matched_over_mined_to_confirmed() -> None:
    scene = Scene()
    trade_id = scene.match()
    scene.clock.advance(10_000)
    assert scene.statuses() == ["MATCHED", "MINED", "CONFIRMED"]
    mined = next(event for event in scene.told if isinstance(event, FillsMined))
    assert [(fill.role, fill.wallet) for fill in mined.fills] == [("MAKER", scene.seller), ("TAKER", scene.buyer)]
    assert {fill.trade_id for fill in scene.exchange.history.fills} == {trade_id}


def test_a_ghost_fill_fails_and_gives_everything_back() -> None:
    """F63"""
    scene = Scene()
    scene.exchange.faults.set("ghost_fill", retries=2)
    scene.match()
    scene.clock.advance(30_000)
    assert scene.statuses() == ["MATCHED", "RETRYING", "RETRYING", "FAILED"]
    assert scene.exchange.available(scene.buyer) == 500 * ONE
    assert scene.exchange.available(scene.seller, scene.yes) == 100 * ONE
    assert scene.exchange.history.fills == []


def test_a_twin_comes_again_under_another_hash_and_moves_the_money_once() -> None:
    """F31"""
    scene = Scene()
    scene.exchange.faults.set("twin_transaction", count=1)
    scene.match()
    scene.clock.advance(30_000)
    assert scene.statuses() == ["MATCHED", "MINED", "RETRYING", "MINED", "CONFIRMED"]
    mined = [event.fills[0].transaction_hash for event in scene.told if isinstance(event, FillsMined)]
    assert len(set(mined)) == 2
    assert scene.exchange.history.reverted == {mined[0]}
    assert any(isinstance(event, FillsReverted) for event in scene.told)
    assert len(scene.exchange.history.fills) == 2
    assert scene.exchange.available(scene.buyer) == 495 * ONE


def test_a_reorganised_block_keeps_the_hash() -> None:
    """F43"""
    scene = Scene()
    scene.exchange.faults.set("reorg", count=1)
    scene.match()
    scene.clock.advance(30_000)
    mined = [event.fills[0].transaction_hash for event in scene.told if isinstance(event, FillsMined)]
    assert len(mined) == 2
    assert len(set(mined)) == 1


def test_the_market_forgets_orders_that_no_credentials_can_ask_for_and_keeps_their_fills() -> None:
    scene = Scene()
    trade_id = scene.match()
    scene.clock.advance(30 * 60_000)
    assert scene.exchange.trade(trade_id) is not None
    scene.clock.advance(40 * 60_000)
    assert scene.exchange.orders == {}
    assert scene.exchange.history.trades == {}
    assert scene.exchange.trades_of(scene.buyer) == []
    assert len(scene.exchange.history.fills_of(scene.buyer)) == 1


def test_the_same_seed_gives_the_same_history() -> None:
    def run() -> list[object]:
        scene = Scene()
        scene.match()
        scene.clock.advance(30_000)
        return [*scene.exchange.history.fills, scene.exchange.history.trades]

    assert run() == run()


def test_a_taker_is_held_for_the_delay_of_the_market_and_then_matched() -> None:
    scene = Scene(seconds_delay=1)
    scene.exchange.quote(scene.seller, scene.yes, "SELL", 500_000, 10 * ONE)
    placed = scene.exchange.quote(scene.buyer, scene.yes, "BUY", 500_000, 10 * ONE)
    assert placed.status == "delayed"
    assert scene.exchange.cancel([placed.order_id]).canceled == ()
    scene.clock.advance(1_000)
    outcome = scene.exchange.outcome(placed.order_id)
    assert not isinstance(outcome, Refused)
    assert outcome is not None
    assert outcome.status == "matched"


def test_a_delayed_order_is_checked_again_and_dies_if_the_book_went_away() -> None:
    scene = Scene(delay_ms=150)
    resting = scene.exchange.quote(scene.seller, scene.yes, "SELL", 500_000, 10 * ONE)
    placed = scene.exchange.quote(scene.buyer, scene.yes, "BUY", 500_000, 10 * ONE, "FOK")
    scene.exchange.cancel([resting.order_id])
    scene.clock.advance(150)
    outcome = scene.exchange.outcome(placed.order_id)
    assert isinstance(outcome, Refused)
    order = scene.exchange.order(placed.order_id)
    assert order is not None
    assert order.status == "UNMATCHED"
    assert scene.exchange.available(scene.buyer) == 500 * ONE


def test_an_order_good_till_a_date_ends_a_minute_early() -> None:
    scene = Scene()
    end_s = scene.clock.now_s() + 180
    placed = scene.exchange.quote(scene.buyer, scene.yes, "BUY", 400_000, 10 * ONE, "GTD", expiration_s=end_s)
    order = scene.exchange.order(placed.order_id)
    assert order is not None
    scene.clock.advance(119_000)
    assert order.status == "LIVE"
    scene.clock.advance(1_000)
    assert order.status == "CANCELED_EXPIRED_ORDER"
    assert scene.exchange.available(scene.buyer) == 500 * ONE


def test_a_maker_who_moved_his_tokens_away_is_cancelled_not_filled() -> None:
    scene = Scene()
    placed = scene.exchange.quote(scene.seller, scene.yes, "SELL", 500_000, 80 * ONE)
    scene.exchange.transfer(scene.seller, scene.buyer, scene.yes, 50 * ONE)
    order = scene.exchange.order(placed.order_id)
    assert order is not None
    assert order.status == "CANCELED_NOT_ENOUGH_BALANCE"
    with pytest.raises(Short):
        scene.exchange.transfer(scene.seller, scene.buyer, scene.yes, 51 * ONE)


def test_a_resolved_market_cancels_its_orders_and_pays_the_winner_once() -> None:
    scene = Scene()
    scene.match()
    scene.clock.advance(10_000)
    resting = scene.exchange.quote(scene.seller, scene.yes, "SELL", 900_000, 10 * ONE)
    scene.exchange.resolve(scene.market.condition, (ONE, 0))
    order = scene.exchange.order(resting.order_id)
    assert order is not None
    assert order.status == "CANCELED_MARKET_RESOLVED"
    assert scene.exchange.redeem(scene.buyer, scene.market.condition).cash == 10 * ONE
    assert scene.exchange.redeem(scene.buyer, scene.market.condition).cash == 0
    with pytest.raises(Refused, match="does not exist"):
        scene.exchange.quote(scene.buyer, scene.yes, "BUY", 500_000, 10 * ONE)
    scene.exchange.redeem(scene.seller, scene.market.condition)
    assert scene.exchange.vault.total() == 0


def test_no_of_one_candidate_becomes_yes_of_all_the_others() -> None:
    clock = ManualClock(1_795_000_000_000)
    exchange = Exchange(clock)
    questions = tuple(MarketPlan(question=f"Will {name} win?") for name in ("Ann", "Ben", "Cy"))
    event = exchange.add_event(EventPlan(title="Who?", neg_risk=True, markets=questions))
    wallet = exchange.open_account(AccountPlan(pusd=50 * ONE)).wallet
    first = event.conditions[0]
    exchange.split(wallet, first, 10 * ONE)
    exchange.convert(wallet, first, 10 * ONE)
    for number, condition in enumerate(event.conditions):
        exchange.resolve(condition, (ONE, 0) if number == 1 else (0, ONE))
        exchange.redeem(wallet, condition)
    assert exchange.available(wallet) == 50 * ONE
    assert exchange.vault.total() == 0
