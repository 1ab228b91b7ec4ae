"""The activity feed over a real socket: topics, filters, the ping rule, and who is named (K13, F37)."""

import asyncio
import json
from collections.abc import Awaitable, Callable

import pytest

from fakemarket.faces.streams.rtds import ActivityChannel, read_wishes
from fakemarket.world.hashing import checksum
from tests.fakemarket.streams.stage import Line, World, served

Scene = Callable[[World, Line], Awaitable[None]]
BOTH = [{"topic": "activity", "type": "trades"}, {"topic": "activity", "type": "orders_matched"}]


def play(scene: Scene) -> None:
    async def run() -> None:
        world = World()
        channel = ActivityChannel(world.exchange, wall_s=lambda: world.clock.now_ms() / 1000)
        async with served(channel.application("/"), "/") as place, place.line() as line:
            await scene(world, line)

    asyncio.run(run())


async def begin(line: Line, subscriptions: object = BOTH) -> None:
    await line.say({"action": "subscribe", "subscriptions": subscriptions})
    assert await line.text() == ""  # the venue's first frame is empty
    assert await line.frames_until_pong() == []


async def activity(line: Line) -> list[dict[str, object]]:
    frames = await line.frames_until_pong()
    assert all(isinstance(frame, dict) for frame in frames)
    return [frame for frame in frames if isinstance(frame, dict)]


def roles(world: World, frames: list[dict[str, object]]) -> list[tuple[object, str]]:
    names = {checksum(world.maker.wallet): "maker", checksum(world.taker.wallet): "taker"}
    payloads = [frame["payload"] for frame in frames]
    return [
        (frame["type"], names[payload["proxyWallet"]])
        for frame, payload in zip(frames, payloads, strict=True)
        if isinstance(payload, dict)
    ]


def test_a_mined_match_names_taker_and_maker_in_trades_and_the_taker_in_orders_matched() -> None:
    async def scene(world: World, line: Line) -> None:
        await begin(line)
        world.trade(shares=10)
        assert await activity(line) == []  # matched, not yet mined
        world.settle()
        frames = await activity(line)
        assert roles(world, frames) == [("orders_matched", "taker"), ("trades", "maker"), ("trades", "taker")]
        payload = frames[0]["payload"]
        assert isinstance(payload, dict)
        fill = world.exchange.history.fills[-1]
        assert (payload["price"], payload["size"], payload["side"]) == (0.5, 10, "BUY")
        assert (payload["timestamp"], payload["transactionHash"]) == (fill.timestamp_s, fill.transaction_hash)
        assert isinstance(frames[0]["timestamp"], int) and frames[0]["timestamp"] > 10**12
        assert len({frame["connection_id"] for frame in frames}) == 1

    play(scene)


def test_one_unknown_topic_poisons_the_whole_frame() -> None:
    async def scene(world: World, line: Line) -> None:
        await begin(line, [*BOTH, {"topic": "activities", "type": "trades"}])
        world.trade()
        world.settle()
        assert await activity(line) == []
        await line.say({"action": "subscribe", "subscriptions": BOTH[:1]})
        await line.frames_until_pong()
        world.trade()
        world.settle()
        assert [frame["type"] for frame in await activity(line)] == ["trades", "trades"]

    play(scene)


def test_a_frame_without_an_action_subscribes_to_nothing() -> None:
    async def scene(world: World, line: Line) -> None:
        await line.say({"subscriptions": BOTH})
        assert await line.text() == ""
        await line.frames_until_pong()
        world.trade()
        world.settle()
        assert await activity(line) == []

    play(scene)


def test_what_is_unsubscribed_stops() -> None:
    async def scene(world: World, line: Line) -> None:
        await begin(line, [{"topic": "activity", "type": "*"}, *BOTH])
        await line.say({"action": "unsubscribe", "subscriptions": [{"topic": "activity", "type": "*"}, BOTH[0]]})
        await line.frames_until_pong()
        world.trade()
        world.settle()
        assert [frame["type"] for frame in await activity(line)] == ["orders_matched"]

    play(scene)


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ('{"event_slug":"x-in-2026"}', 2),
        ('{"market_slug":"will-x-happen"}', 2),
        ('{"market_slug":"another"}', 0),
        ('{"event_slug": "x-in-2026"}', 0),  # a space spoils it
        ("{}", 2),
        ("", 2),
        ("no json", 0),
        ('{"proxyWallet":"0x1"}', 0),  # there is no filter by wallet
    ],
)
def test_a_filter_is_a_text_of_json_without_spaces(filters: str, count: int) -> None:
    async def scene(world: World, line: Line) -> None:
        await begin(line, [{"topic": "activity", "type": "trades", "filters": filters}])
        world.trade()
        world.settle()
        assert len(await activity(line)) == count

    play(scene)


def test_who_does_not_ping_falls_silent_without_being_closed_and_for_good() -> None:
    async def scene(world: World, line: Line) -> None:
        await begin(line)
        world.clock.advance(355_000)
        world.trade()
        world.settle()  # mined after six minutes without a PING
        assert await activity(line) != []  # the PING that asks comes after: still within the limit when mined
        world.clock.advance(361_000)
        world.trade()
        world.settle()
        assert await activity(line) == []
        world.trade()
        world.settle()
        assert await activity(line) == []  # a PING does not wake it again

    play(scene)


def test_a_jump_of_the_clock_is_not_held_against_the_client() -> None:
    async def run() -> None:
        world = World()
        channel = ActivityChannel(world.exchange, wall_s=lambda: 0.0)
        async with served(channel.application("/"), "/") as place, place.line() as line:
            await begin(line)
            world.clock.advance(36_000_000)
            world.trade()
            world.settle()
            assert len(await activity(line)) == 3

    asyncio.run(run())


def test_trades_can_be_off_while_orders_matched_flow() -> None:
    async def scene(world: World, line: Line) -> None:
        await begin(line)
        world.exchange.faults.set("rtds_trades_off")
        world.trade()
        world.settle()
        assert [frame["type"] for frame in await activity(line)] == ["orders_matched"]

    play(scene)


@pytest.mark.parametrize(
    "subscriptions",
    [None, [], "activity", [1], [{"topic": "activity"}], [{"topic": "activity", "type": "all"}], [{"type": "*"}]],
)
def test_what_is_no_list_of_known_topics_is_nothing(subscriptions: object) -> None:
    assert read_wishes(json.loads(json.dumps(subscriptions))) is None


def test_the_other_topics_are_known_and_stay_empty() -> None:
    async def scene(world: World, line: Line) -> None:
        await begin(line, [{"topic": "crypto_prices", "type": "update"}, {"topic": "comments", "type": "*"}])
        world.trade()
        world.settle()
        assert await activity(line) == []

    play(scene)
