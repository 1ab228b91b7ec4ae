"""The market channel over a real socket: who is told what, in which form, and what a wrong frame gets (K12)."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from fakemarket.faces.streams.market import MarketChannel
from fakemarket.world.money import ONE
from fakemarket.world.tokens import EventPlan, MarketPlan
from tests.fakemarket.streams.stage import Line, World, served

Scene = Callable[[World, Line], Awaitable[None]]


def play(scene: Scene) -> None:
    async def run() -> None:
        world = World()
        application = MarketChannel(world.exchange).application("/ws/market")
        async with served(application, "/ws/market") as place, place.line() as line:
            await scene(world, line)

    asyncio.run(run())


def first(world: World, **more: object) -> dict[str, object]:
    return {"type": "market", "assets_ids": [world.yes], **more}


def types(frames: list[object]) -> list[object]:
    flat = [item for frame in frames for item in (frame if isinstance(frame, list) else [frame])]
    return [frame["event_type"] for frame in flat if isinstance(frame, dict)]


def test_the_first_frame_is_answered_with_a_list_of_books() -> None:
    async def scene(world: World, line: Line) -> None:
        world.quote("BUY", 42, 10)
        world.quote("BUY", 43, 20)
        world.quote("SELL", 45, 30)
        await line.say({"type": "market", "assets_ids": [world.yes, world.no], "custom_feature_enabled": True})
        books = await line.frame()
        assert isinstance(books, list)
        assert [book["asset_id"] for book in books] == [world.yes, world.no]
        assert [level["price"] for level in books[0]["bids"]] == ["0.42", "0.43"]
        assert books[1]["asks"][-1] == {"price": "0.57", "size": "20"}  # a YES bid is a NO ask

    play(scene)


def test_the_recorded_form_of_subscribing_is_understood_too() -> None:
    async def scene(world: World, line: Line) -> None:
        await line.say({"type": "subscribe", "assets_ids": [world.yes], "custom_feature_enabled": False})
        assert types([await line.frame()]) == ["book"]

    play(scene)


def test_no_dump_comes_to_who_does_not_want_one() -> None:
    async def scene(world: World, line: Line) -> None:
        await line.say(first(world, initial_dump=False))
        assert await line.frames_until_pong() == []

    play(scene)


def test_an_unknown_asset_gives_an_empty_list() -> None:
    async def scene(_: World, line: Line) -> None:
        await line.say({"type": "market", "assets_ids": ["12345"]})
        assert await line.frame() == []

    play(scene)


def test_a_price_change_names_both_tokens_with_new_totals() -> None:
    async def scene(world: World, line: Line) -> None:
        await line.say(first(world, initial_dump=False))
        await line.frames_until_pong()
        world.quote("BUY", 40, 10)
        world.quote("BUY", 40, 5)
        frames = await line.frames_until_pong()
        assert types(frames) == ["price_change", "price_change"]
        last = frames[-1]
        assert isinstance(last, dict)
        told = {
            change["asset_id"]: (change["side"], change["price"], change["size"]) for change in last["price_changes"]
        }
        assert told == {world.yes: ("BUY", "0.4", "15"), world.no: ("SELL", "0.6", "15")}

    play(scene)


def test_a_match_is_told_as_change_print_and_fresh_books() -> None:
    async def scene(world: World, line: Line) -> None:
        await line.say({"type": "market", "assets_ids": [world.yes, world.no], "initial_dump": False})
        await line.frames_until_pong()
        world.trade(shares=10)
        frames = await line.frames_until_pong()
        assert types(frames).count("last_trade_price") == 1
        assert types(frames).count("book") == 2
        [printed] = [frame for frame in frames if isinstance(frame, dict) and frame["event_type"] == "last_trade_price"]
        assert (printed["asset_id"], printed["side"], printed["price"], printed["size"]) == (
            world.yes,
            "BUY",
            "0.5",
            "10",
        )
        assert all(isinstance(frame, list) for frame in frames if types([frame]) == ["book"])

    play(scene)


def test_nothing_comes_of_assets_not_asked_for() -> None:
    async def scene(world: World, line: Line) -> None:
        event = world.exchange.add_event(EventPlan(title="Y", markets=(MarketPlan(question="Will Y happen?"),)))
        other = world.exchange.catalog.markets[event.conditions[0]].tokens[0]
        await line.say({"type": "market", "assets_ids": [other], "initial_dump": False})
        await line.frames_until_pong()
        world.trade()
        assert await line.frames_until_pong() == []

    play(scene)


def test_assets_are_added_and_taken_away_while_connected() -> None:
    async def scene(world: World, line: Line) -> None:
        await line.say({"type": "market", "assets_ids": [world.yes], "initial_dump": False})
        await line.say({"operation": "subscribe", "assets_ids": [world.no]})
        assert types([await line.frame()]) == ["book"]
        await line.say({"operation": "unsubscribe", "assets_ids": [world.yes, world.no]})
        await line.frames_until_pong()
        world.quote("BUY", 40, 10)
        assert await line.frames_until_pong() == []

    play(scene)


def test_naming_an_active_asset_again_gives_no_book_but_switches_the_extras() -> None:
    async def scene(world: World, line: Line) -> None:
        await line.say(first(world, initial_dump=False))
        await line.say({"operation": "subscribe", "assets_ids": [world.yes], "custom_feature_enabled": True})
        assert await line.frames_until_pong() == []
        world.quote("BUY", 40, 10)
        assert types(await line.frames_until_pong()) == ["price_change", "best_bid_ask"]

    play(scene)


def test_best_bid_ask_comes_only_when_the_best_changes() -> None:
    async def scene(world: World, line: Line) -> None:
        world.quote("BUY", 40, 10)
        world.quote("SELL", 60, 10)
        await line.say(first(world, custom_feature_enabled=True))
        await line.frames_until_pong()
        world.quote("BUY", 39, 10)
        assert types(await line.frames_until_pong()) == ["price_change"]
        world.quote("BUY", 41, 10)
        frames = await line.frames_until_pong()
        assert types(frames) == ["price_change", "best_bid_ask"]
        best = frames[-1]
        assert isinstance(best, dict)
        assert (best["best_bid"], best["best_ask"], best["spread"]) == ("0.41", "0.6", "0.19")

    play(scene)


def test_ticks_new_markets_and_resolutions_are_told() -> None:
    async def scene(world: World, line: Line) -> None:
        await line.say(first(world, custom_feature_enabled=True, initial_dump=False))
        await line.frames_until_pong()
        world.exchange.change_tick(world.market.condition, 1_000)
        world.exchange.add_event(EventPlan(title="Z", markets=(MarketPlan(question="Will Z happen?"),)))
        world.exchange.resolve(world.market.condition, (ONE, 0))
        frames = await line.frames_until_pong()
        assert types(frames) == ["tick_size_change", "new_market", "market_resolved"]
        resolved = frames[-1]
        assert isinstance(resolved, dict)
        assert (resolved["winning_asset_id"], resolved["winning_outcome"]) == (world.yes, "Yes")

    play(scene)


def test_without_the_extra_flag_markets_open_and_close_unseen() -> None:
    async def scene(world: World, line: Line) -> None:
        await line.say(first(world, initial_dump=False))
        await line.frames_until_pong()
        world.exchange.add_event(EventPlan(title="Z", markets=(MarketPlan(question="Will Z happen?"),)))
        world.exchange.resolve(world.market.condition, (ONE, 0))
        assert await line.frames_until_pong() == []

    play(scene)


def test_a_wrong_frame_is_answered_invalid_operation() -> None:
    async def scene(world: World, line: Line) -> None:
        wrong = [
            "hello",
            "[1]",
            {"type": "market"},
            {"type": "user", "assets_ids": [world.yes]},
            {"operation": "subscribe", "assets_ids": [world.yes]},
        ]
        for frame in wrong:
            await line.say(frame)
            assert await line.text() == "INVALID OPERATION"
        await line.say(first(world, initial_dump=False))
        await line.say(first(world, initial_dump=False))
        assert await line.text() == "INVALID OPERATION"

    play(scene)


@pytest.mark.slow
def test_a_consumer_that_does_not_read_is_closed_with_1013() -> None:
    """F47: the socket fills up, then the queue; what was queued is lost, and the client is told to come again."""

    async def scene(world: World, line: Line) -> None:
        await line.say(first(world, initial_dump=False))
        await line.frames_until_pong()
        for number in range(40_000):
            world.exchange.change_tick(world.market.condition, 1_000 if number % 2 else 10_000)
        assert await line.ended() == 1013

    play(scene)


def test_a_burst_of_ten_thousand_events_loses_none() -> None:
    """F36: the queue of a connection that reads holds it all."""

    async def scene(world: World, line: Line) -> None:
        await line.say(first(world, initial_dump=False))
        await line.frames_until_pong()
        for number in range(10_000):
            world.exchange.change_tick(world.market.condition, 10_000 if number % 2 else 1_000)
        frames = await line.frames_until_pong()
        assert len(frames) == 10_000

    play(scene)


def test_every_connection_is_told_goodbye_at_the_end() -> None:
    async def run() -> int | None:
        world = World()
        async with served(MarketChannel(world.exchange).application("/ws/market"), "/ws/market") as place:
            line = Line(await place.http.ws_connect(place.url))
            await line.frames_until_pong()
            reading = asyncio.create_task(line.ended())
        return await reading

    assert asyncio.run(run()) == 1001
