"""The user channel over a real socket: credentials, whose events come, and what is never told twice (K12, F48)."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fakemarket.faces.streams.user import UserChannel
from fakemarket.world.accounts import Account, ApiKey
from fakemarket.world.money import ONE
from fakemarket.world.orders import Order
from tests.fakemarket.streams.stage import Line, World, served

KEY = ApiKey(key="11111111-0000-0000-0000-000000000001", secret="c2VjcmV0", passphrase="p", address="0x1", nonce=0)
AUTH = {"apiKey": KEY.key, "secret": KEY.secret, "passphrase": KEY.passphrase}
Scene = Callable[[World, Line], Awaitable[None]]


@dataclass(frozen=True)
class OneKey:
    """A key check that knows one key."""

    key: ApiKey = KEY

    def check_user_frame(self, api_key: str, secret: str, passphrase: str) -> ApiKey | None:
        known = (self.key.key, self.key.secret, self.key.passphrase)
        return self.key if (api_key, secret, passphrase) == known else None


def play(scene: Scene) -> None:
    async def run() -> None:
        world = World()
        application = UserChannel(world.exchange, OneKey()).application("/ws/user")
        async with served(application, "/ws/user") as place, place.line() as line:
            await scene(world, line)

    asyncio.run(run())


def login(**more: object) -> dict[str, object]:
    return {"type": "user", "auth": AUTH, **more}


def owned(world: World, who: Account, cents: int = 40) -> Order:
    """Place a resting BUY that belongs to the key."""
    placed = world.quote("BUY", cents, 10, who)
    order = world.exchange.order(placed.order_id)
    assert order is not None
    order.owner = KEY.key
    return order


def told(frames: list[object]) -> list[tuple[object, object, object]]:
    return [(frame["event_type"], frame["type"], frame["status"]) for frame in frames if isinstance(frame, dict)]


def test_a_cancelled_order_is_told_to_its_owner() -> None:
    async def scene(world: World, line: Line) -> None:
        order = owned(world, world.maker)
        await line.say(login())
        assert await line.frames_until_pong() == []  # what was before is not told
        world.exchange.cancel([order.id])
        frames = await line.frames_until_pong()
        assert told(frames) == [("order", "CANCELLATION", "CANCELED")]
        assert isinstance(frames[0], dict)
        assert (frames[0]["id"], frames[0]["size_matched"]) == (order.id, "0")

    play(scene)


def test_a_makers_fill_is_told_as_update_and_as_trade_until_confirmed() -> None:
    async def scene(world: World, line: Line) -> None:
        order = owned(world, world.maker, cents=50)
        await line.say(login(markets=[]))
        await line.frames_until_pong()
        world.quote("SELL", 50, 4 + 2, world.taker)
        world.settle()
        frames = await line.frames_until_pong()
        assert ("order", "UPDATE", "LIVE") in told(frames)
        trades = [frame for frame in frames if isinstance(frame, dict) and frame["event_type"] == "trade"]
        assert [trade["status"] for trade in trades] == ["MATCHED", "MINED", "CONFIRMED"]
        assert len({trade["id"] for trade in trades}) == 1
        assert {trade["trader_side"] for trade in trades} == {"MAKER"}
        assert [part["order_id"] for part in trades[0]["maker_orders"]] == [order.id]
        assert trades[0]["owner"] == KEY.key

    play(scene)


def test_other_peoples_orders_and_trades_are_not_told() -> None:
    async def scene(world: World, line: Line) -> None:
        await line.say(login())
        await line.frames_until_pong()
        world.trade()
        world.settle()
        assert await line.frames_until_pong() == []

    play(scene)


def test_another_keys_orders_and_trades_are_not_told() -> None:
    async def scene(world: World, line: Line) -> None:
        order, other = owned(world, world.maker, cents=50), owned(world, world.maker, cents=40)
        order.owner = other.owner = "22222222-0000-0000-0000-000000000002"
        await line.say(login())
        await line.frames_until_pong()
        world.quote("SELL", 50, 10, world.taker)
        world.exchange.cancel([other.id])
        world.settle()
        assert await line.frames_until_pong() == []

    play(scene)


def test_wrong_credentials_lose_the_connection_without_a_word() -> None:
    async def scene(_: World, line: Line) -> None:
        await line.say(login(auth={**AUTH, "secret": "b3RoZXI="}))
        assert await line.ended() == 1006

    play(scene)


def test_a_market_that_was_not_named_is_not_told() -> None:
    async def scene(world: World, line: Line) -> None:
        order = owned(world, world.maker)
        await line.say(login(markets=["0x" + "12" * 32]))
        await line.frames_until_pong()
        world.exchange.cancel([order.id])
        assert await line.frames_until_pong() == []
        await line.say({"operation": "subscribe", "markets": [world.market.condition.upper().replace("0X", "0x")]})
        await line.frames_until_pong()
        world.exchange.cancel([owned(world, world.maker).id])
        assert told(await line.frames_until_pong()) == [("order", "CANCELLATION", "CANCELED")]

    play(scene)


def test_taking_the_last_market_away_means_all_of_them() -> None:
    async def scene(world: World, line: Line) -> None:
        await line.say(login(markets=["0x" + "12" * 32]))
        await line.say({"operation": "unsubscribe", "markets": ["0x" + "12" * 32]})
        await line.frames_until_pong()
        world.exchange.cancel([owned(world, world.maker).id])
        assert told(await line.frames_until_pong()) == [("order", "CANCELLATION", "CANCELED")]

    play(scene)


def test_a_wrong_frame_is_answered_invalid_operation() -> None:
    async def scene(_: World, line: Line) -> None:
        for frame in ("hello", {"type": "market"}, {"operation": "subscribe", "markets": []}):
            await line.say(frame)
            assert await line.text() == "INVALID OPERATION"

    play(scene)


def test_a_lapsed_key_hears_nothing_while_pongs_go_on() -> None:
    """F48: only a new connection knows the key again."""

    async def scene(world: World, line: Line) -> None:
        await line.say(login())
        await line.frames_until_pong()
        world.exchange.faults.set("lapse", count=1)
        for _ in range(2):
            world.exchange.cancel([owned(world, world.maker).id])
        assert await line.frames_until_pong() == []

    play(scene)


def test_a_failed_settlement_is_told_as_failed() -> None:
    async def scene(world: World, line: Line) -> None:
        owned(world, world.maker, cents=50)
        await line.say(login())
        await line.frames_until_pong()
        world.exchange.faults.set("ghost_fill", retries=1)
        world.quote("SELL", 50, 10, world.taker)
        world.clock.advance(200_000)
        frames = await line.frames_until_pong()
        statuses = [frame["status"] for frame in frames if isinstance(frame, dict) and frame["event_type"] == "trade"]
        assert statuses[0] == "MATCHED"
        assert statuses[-1] == "FAILED"
        assert world.exchange.accounts.all()[0].cash <= 100_000 * ONE

    play(scene)
