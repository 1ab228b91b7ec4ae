"""The fault switches on the way from a channel to its sockets (F30, F32–F35, F37, F45–F47)."""

import asyncio
import json
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import WSMsgType

from fakemarket.faces.streams.market import MarketChannel
from fakemarket.faces.streams.outbox import Outbox
from fakemarket.faces.streams.spoiling import KINDS, poisoned, spoiled
from tests.fakemarket.streams.stage import Line, Served, World, served

Scene = Callable[[World, Line, Served], Awaitable[None]]


def play(scene: Scene) -> None:
    async def run() -> None:
        world = World()
        application = MarketChannel(world.exchange).application("/ws/market")
        async with served(application, "/ws/market") as place, place.line() as line:
            await begin(world, line)
            await scene(world, line, place)

    asyncio.run(run())


async def begin(world: World, line: Line) -> None:
    await line.say({"type": "market", "assets_ids": [world.yes], "initial_dump": False})
    await line.frames_until_pong()


def bid(world: World, cents: int) -> None:
    world.quote("BUY", cents, 10)


async def prices(line: Line) -> list[str]:
    """Give the YES price of every price change that came."""
    return [
        change["price"]
        for frame in await line.frames_until_pong()
        if isinstance(frame, dict)
        for change in frame["price_changes"][:1]
    ]


def test_without_a_fault_every_event_comes_once_and_in_order() -> None:
    async def scene(world: World, line: Line, _: Served) -> None:
        for cents in (40, 41, 42):
            bid(world, cents)
        assert await prices(line) == ["0.4", "0.41", "0.42"]

    play(scene)


def test_a_duplicated_event_comes_again_as_often_as_asked() -> None:
    async def scene(world: World, line: Line, _: Served) -> None:
        world.exchange.faults.set("duplicate_event", channel="market", copies=2, count=1)
        bid(world, 40)
        bid(world, 41)
        assert await prices(line) == ["0.4", "0.4", "0.4", "0.41"]

    play(scene)


def test_a_fault_of_another_channel_changes_nothing() -> None:
    async def scene(world: World, line: Line, _: Served) -> None:
        world.exchange.faults.set("duplicate_event", channel="rtds")
        bid(world, 40)
        assert await prices(line) == ["0.4"]

    play(scene)


def test_reordered_events_come_latest_first_and_none_is_lost() -> None:
    async def scene(world: World, line: Line, _: Served) -> None:
        world.exchange.faults.set("reorder", depth=3)
        for cents in (40, 41, 42, 43):
            bid(world, cents)
        assert await prices(line) == ["0.42", "0.41", "0.4"]
        world.clock.advance(2_000)
        assert await prices(line) == ["0.43"]

    play(scene)


def test_a_late_event_comes_after_its_delay() -> None:
    async def scene(world: World, line: Line, _: Served) -> None:
        world.exchange.faults.set("late_event", delay_ms=90_000, count=1)
        bid(world, 40)
        bid(world, 41)
        assert await prices(line) == ["0.41"]
        world.clock.advance(89_999)
        assert await prices(line) == []
        world.clock.advance(1)
        assert await prices(line) == ["0.4"]

    play(scene)


def test_a_silent_channel_answers_pings_and_tells_nothing() -> None:
    async def scene(world: World, line: Line, _: Served) -> None:
        world.exchange.faults.set("silent", channel="market")
        bid(world, 40)
        assert await prices(line) == []
        world.exchange.faults.clear("silent")
        bid(world, 41)
        assert await prices(line) == ["0.41"]

    play(scene)


def test_a_starved_asset_stops_while_others_flow() -> None:
    async def scene(world: World, line: Line, _: Served) -> None:
        await line.say({"operation": "subscribe", "assets_ids": [world.no]})
        await line.frames_until_pong()
        world.exchange.faults.set("starve", channel="market", asset=world.yes)
        world.trade()
        frames = await line.frames_until_pong()
        books = [frame[0] for frame in frames if isinstance(frame, list)]
        assert [book["asset_id"] for book in books] == [world.no]

    play(scene)


def test_a_gap_cuts_the_connection_and_the_event_is_lost() -> None:
    async def scene(world: World, line: Line, place: Served) -> None:
        world.exchange.faults.set("gap", channel="market", count=1)
        bid(world, 40)
        assert await line.ended() == 1006
        async with place.line() as again:
            await begin(world, again)
            bid(world, 41)
            assert await prices(again) == ["0.41"]

    play(scene)


def test_a_half_open_socket_answers_nothing_and_stays_open() -> None:
    async def scene(world: World, line: Line, place: Served) -> None:
        world.exchange.faults.set("half_open", channel="market", count=1)
        await line.say("PING")
        async with place.line() as other:
            assert await other.frames_until_pong() == []
        bid(world, 40)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await line.text()
        assert not line.socket.closed

    play(scene)


def test_a_half_open_socket_answers_no_ping_of_the_protocol_either() -> None:
    async def scene(world: World, _: Line, place: Served) -> None:
        async with place.http.ws_connect(place.url, autoping=False) as socket:
            await socket.ping(b"there?")
            assert (await socket.receive(5.0)).type is WSMsgType.PONG
            world.exchange.faults.set("half_open", channel="market", count=1)
            await socket.send_str("PING")
            await socket.ping(b"there?")
            with pytest.raises(TimeoutError):
                await socket.receive(0.05)

    play(scene)


@pytest.mark.parametrize("kind", KINDS)
def test_a_malformed_event_comes_damaged_in_place_of_the_good_one(kind: str) -> None:
    async def scene(world: World, line: Line, _: Served) -> None:
        world.exchange.faults.set("malformed", kind=kind, count=1)
        bid(world, 40)
        damaged = await line.text()
        bid(world, 40)
        good = json.loads(await line.text())
        assert damaged != json.dumps(good, separators=(",", ":"))
        assert good["price_changes"][0]["size"] == "20"

    play(scene)


FRAME = {"event_type": "x", "timestamp": "1795132800456", "price_changes": [{"price": "0.4", "size": "10"}]}


def test_each_kind_of_damage_is_what_it_says() -> None:
    with pytest.raises(json.JSONDecodeError):
        json.loads(spoiled(FRAME, "json"))
    assert '"price":NaN' in spoiled(FRAME, "nan")
    assert '"size":1e999' in spoiled(FRAME, "huge")
    assert json.loads(spoiled(FRAME, "seconds"))["timestamp"] == "1795132800"
    assert json.loads(spoiled({"timestamp": 1795132800}, "seconds"))["timestamp"] == 1795132800000
    assert json.loads(spoiled(FRAME, "epoch"))["timestamp"] == "0"
    assert json.loads(spoiled(FRAME, "missing"))["price_changes"] == [{}]
    assert json.loads(spoiled(FRAME, "new_field"))["schema"] == {"revision": 3}
    assert json.loads(spoiled([FRAME], "envelope"))["data"] == [FRAME]


def test_poison_is_good_json_with_absurd_values_and_comes_again_and_again() -> None:
    assert json.loads(poisoned(FRAME))["price_changes"][0]["price"] == {"value": ["0.4", None]}

    async def scene(world: World, line: Line, _: Served) -> None:
        world.exchange.faults.set("poison")
        bid(world, 40)
        bid(world, 41)
        frames = await line.frames_until_pong()
        assert len(frames) == 4
        assert frames[0] == frames[2] != frames[1]

    play(scene)


def test_an_outbox_says_when_it_is_full_and_keeps_what_it_has() -> None:
    async def run() -> None:
        outbox = Outbox(frames_max=2)
        assert [outbox.put(frame) for frame in ("a", "b", "c")] == [True, True, False]
        assert [await outbox.take(), await outbox.take()] == ["a", "b"]
        waiting = asyncio.create_task(outbox.take())
        outbox.put("d")
        assert await waiting == "d"

    asyncio.run(run())
