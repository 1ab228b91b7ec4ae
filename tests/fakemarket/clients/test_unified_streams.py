"""polymarket-client, unmodified: market and user events of its own doing; and the public feed beside it (K12, K13)."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

polymarket: Any = pytest.importorskip("polymarket", reason="the official client")
streams: Any = pytest.importorskip("polymarket.streams")
websockets: Any = pytest.importorskip("websockets.asyncio.client")
pytestmark = pytest.mark.slow

Scene = Callable[[Any, Any], Awaitable[Any]]


@pytest.fixture
def play(environment: Any, venue: Any, within: Any) -> Callable[[Scene], Any]:
    """Play a scene with two clients: a deposit wallet and a plain key."""

    def run(scene: Scene) -> Any:
        async def opened(signature_type: int) -> Any:
            trader = venue.trader(signature_type)
            return await polymarket.AsyncSecureClient.create(
                private_key=trader.private_key, wallet=trader.wallet, environment=environment
            )

        async def whole() -> Any:
            first, second = await opened(3), await opened(0)
            try:
                return await scene(first, second)
            finally:
                for client in (first, second):
                    await client.cancel_all()
                    await client.close()

        return within(whole())

    return run


async def limit(client: Any, token: str, price: str, size: int) -> Any:
    signed = await client.create_limit_order(asset_id=token, price=price, size=size, side="BUY")
    return await client.post_order(signed)


async def until(handle: Any, is_last: Callable[[Any], bool]) -> list[Any]:
    """Give the events up to the one that is waited for."""
    found: list[Any] = []
    async for event in handle:
        found.append(event)
        if is_last(event):
            return found
    raise EOFError("the stream ended")


def test_the_market_stream_tells_book_change_print_and_best_prices(play: Any, venue: Any) -> None:
    market = venue.markets("standard")[1]

    async def scene(client: Any, other: Any) -> None:
        spec = streams.MarketSpec(asset_ids=list(market.tokens), custom_feature_enabled=True)
        async with await client.subscribe(spec) as handle:
            books = [await anext(handle), await anext(handle)]
            assert {(event.type, str(event.payload.asset_id)) for event in books} == {
                ("book", token) for token in market.tokens
            }
            await limit(other, market.yes, "0.6", 10)
            await limit(client, market.no, "0.4", 6)
            events = await until(handle, lambda event: event.type == "last_trade_price")
            events += await until(handle, lambda event: event.type == "book")
        kinds = {event.type for event in events}
        assert {"price_change", "best_bid_ask", "last_trade_price", "book"} <= kinds
        [printed] = [event.payload for event in events if event.type == "last_trade_price"]
        assert (str(printed.asset_id), str(printed.price), str(printed.size)) == (market.no, "0.4", "6")

    play(scene)


def test_the_market_stream_tells_ticks_and_new_markets(play: Any, venue: Any) -> None:
    market = venue.markets("v2")[1]

    async def scene(client: Any, _: Any) -> None:
        spec = streams.MarketSpec(asset_ids=[market.yes], custom_feature_enabled=True)
        async with await client.subscribe(spec) as handle:
            await until(handle, lambda event: event.type == "book")
            venue.act("tick", market=market.condition, tick="0.001")
            [changed] = await until(handle, lambda event: event.type == "tick_size_change")
            assert str(changed.payload.new_tick_size) == "0.001"
            venue.act("market", name="late", question="Is this one new?")
            [added] = await until(handle, lambda event: event.type == "new_market")
            assert added.payload.question == "Is this one new?"
            venue.act("resolve", market=market.condition, winner="Yes")
            [ended] = await until(handle, lambda event: event.type == "market_resolved")
            assert str(ended.payload.winning_asset_id) == market.yes

    play(scene)


def test_the_user_stream_follows_an_order_to_the_end(play: Any, venue: Any) -> None:
    market = venue.markets("standard")[1]

    async def scene(client: Any, other: Any) -> None:
        async with await client.subscribe(streams.UserSpec(markets=[market.condition])) as handle:
            placed = await limit(client, market.yes, "0.61", 10)
            [placement] = await until(handle, lambda event: event.type == "order")
            assert (placement.payload.id, placement.payload.order_event_type) == (placed.order_id, "PLACEMENT")
            await limit(other, market.no, "0.39", 6)
            events = await until(handle, lambda event: event.type == "trade" and event.payload.status == "CONFIRMED")
            trades = [event.payload for event in events if event.type == "trade"]
            assert [trade.status for trade in trades] == ["MATCHED", "MINED", "CONFIRMED"]
            assert {trade.trader_side for trade in trades} == {"MAKER"}
            [part] = [part for part in trades[0].maker_orders if part.order_id == placed.order_id]
            assert str(part.matched_amount) == "6"
            updates = [event.payload for event in events if event.type == "order"]
            assert [(str(update.size_matched), update.order_event_type) for update in updates] == [("6", "UPDATE")]
            await client.cancel_order(order_id=placed.order_id)
            [gone] = await until(handle, lambda event: event.type == "order")
            assert (gone.payload.order_event_type, gone.payload.status) == ("CANCELLATION", "CANCELED")

    play(scene)


def test_the_client_reconnects_after_a_gap_and_hears_again(play: Any, venue: Any) -> None:
    """F47: what happened while the connection was down is lost; the fresh book after it is not."""
    market = venue.markets("standard")[0]

    async def scene(client: Any, other: Any) -> None:
        async with await client.subscribe(streams.MarketSpec(asset_ids=[market.yes])) as handle:
            await until(handle, lambda event: event.type == "book")
            venue.fault("gap", channel="market", count=1)
            await limit(other, market.yes, "0.31", 10)
            [book] = await until(handle, lambda event: event.type == "book")
            assert str(book.payload.bids[-1].price) == "0.31"

    try:
        play(scene)
    finally:
        venue.heal()


def test_the_public_feed_names_both_wallets_of_a_match(play: Any, venue: Any) -> None:
    market = venue.markets("standard")[1]
    wanted = [{"topic": "activity", "type": "trades"}, {"topic": "activity", "type": "orders_matched"}]

    async def scene(client: Any, other: Any) -> None:
        async with websockets.connect(venue.url("rtds")) as socket:
            await socket.send(json.dumps({"action": "subscribe", "subscriptions": wanted}))
            assert await socket.recv() == ""
            await socket.send("PING")
            assert await socket.recv() == "PONG"
            await limit(other, market.yes, "0.6", 10)
            await limit(client, market.no, "0.4", 10)
            async with asyncio.timeout(10):
                frames = [json.loads(await socket.recv()) for _ in range(3)]
        told = [(frame["type"], frame["payload"]["proxyWallet"], frame["payload"]["side"]) for frame in frames]
        assert told == [
            ("orders_matched", str(client.wallet), "BUY"),
            ("trades", str(other.wallet), "BUY"),
            ("trades", str(client.wallet), "BUY"),
        ]
        assert [frame["payload"]["asset"] for frame in frames[1:]] == [market.yes, market.no]

    play(scene)
