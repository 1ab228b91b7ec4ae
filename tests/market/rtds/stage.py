"""A fake market's activity feed on a hand-moved clock, and the stream that listens to it over a real socket."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from copydesk.adapters.clocks.dice import SeededDice
from copydesk.adapters.polymarket.live.rtds import RTDS_PLAN, RtdsFeed, RtdsPlan
from copydesk.adapters.polymarket.live.sockets import LiveSocket
from copydesk.domain.health import FeedHealth, FeedState
from copydesk.domain.ids import Wallet
from copydesk.domain.trade import LeaderTrade, LiveSighting, RowRefused, Side
from fakemarket.faces.streams.connection import Connection
from fakemarket.faces.streams.rtds import ActivityChannel, ActivitySession
from fakemarket.world.accounts import Account
from tests.fakemarket.streams.stage import World, served
from tests.market.stepped_clock import SteppedClock

PATIENCE_S = 10.0
_IDLE_TURNS = 3


class CountedChannel(ActivityChannel):
    """The activity feed, counting what the latest connection was sent and said, and what all of them asked for."""

    sent = heard = pings = subscribed = 0
    latest: Connection | None = None

    def open(self, connection: Connection) -> ActivitySession:
        self.latest, self.sent, self.heard = connection, 0, 0
        send = connection.send

        def counted(frame: str) -> None:
            self.sent += not connection.deaf and not connection.is_ending
            send(frame)

        connection.send = counted  # type: ignore[method-assign]
        return super().open(connection)

    def _hear(self, session: ActivitySession, text: str) -> None:
        self.heard += 1
        self.pings += text == "PING"
        self.subscribed += "subscribe" in text
        super()._hear(session, text)


class CountedSocket(LiveSocket):
    """The socket, telling whether it rests and what it said and heard."""

    said = heard_before = 0
    is_resting = False

    @property
    def is_open(self) -> bool:
        return self._socket is not None

    def _begin(self, socket: object) -> None:
        self.heard_before, self.said = self.frames, 0
        super()._begin(socket)  # type: ignore[arg-type]

    async def _send(self, text: str) -> None:
        await super()._send(text)
        self.said += 1

    async def _rest(self) -> None:
        self.is_resting = True
        await super()._rest()
        self.is_resting = False


class Tray:
    """An inbox with room for `room` sightings; sells find room up to `exit_room`."""

    def __init__(self) -> None:
        self.all: list[LiveSighting] = []
        self.room = self.exit_room = 1_000_000

    def put(self, sighting: LiveSighting) -> bool:
        is_exit = isinstance(sighting, LeaderTrade) and sighting.side is Side.SELL
        if len(self.all) >= (self.exit_room if is_exit else self.room):
            return False
        self.all.append(sighting)
        return True

    def trades(self) -> list[LeaderTrade]:
        return [each for each in self.all if isinstance(each, LeaderTrade)]

    def refused(self) -> list[RowRefused]:
        return [each for each in self.all if isinstance(each, RowRefused)]


class Stage:
    """Two who trade, the feed they are seen in, and the stream that follows one of them: the taker."""

    def __init__(self, url: str, world: World, channel: CountedChannel, plan: RtdsPlan) -> None:
        self.world, self.channel = world, channel
        self.clock = SteppedClock(world.clock)
        self.tray = Tray()
        dice = SeededDice(7)
        self.feed = RtdsFeed(url, self.clock, dice, plan)
        self.socket = CountedSocket(url, self.clock, dice, "rtds", plan.socket)
        self.feed._socket = self.socket
        self.follow(world.taker)

    def follow(self, *accounts: Account) -> None:
        self.feed.follow({Wallet(account.wallet.lower()): None for account in accounts})

    @property
    def health(self) -> FeedHealth:
        return self.feed.health()

    def fault(self, name: str, **params: object) -> None:
        self.world.exchange.faults.set(name, **params)

    async def trade(self, shares: int = 10) -> None:
        """Let the taker buy from the maker, and wait until everybody has seen it."""
        self.world.trade(shares)
        await self.pass_ms(10_000)

    async def live(self) -> None:
        """Get to where data comes."""
        await self.settle()
        await self.trade()
        assert self.health.state is FeedState.LIVE
        self.tray.all.clear()

    def expected(self, account: Account) -> list[str]:
        """The transactions of everything this account traded, oldest first."""
        return [fill.transaction_hash for fill in self.world.exchange.history.fills_of(account.wallet)]

    async def pass_ms(self, ms: int) -> None:
        """Let time pass, stopping wherever somebody waits for that moment."""
        end = self.world.clock.now_ms() + ms
        await self.settle()
        while (now := self.world.clock.now_ms()) < end:
            due = self.clock.next_due()
            self.clock.move_to(max(now, min(end, due if due is not None else end)))
            await self.settle()

    async def settle(self) -> None:
        """Let everybody do what they can do now, until nothing is on its way."""
        idle = 0
        async with asyncio.timeout(PATIENCE_S):
            while idle < _IDLE_TURNS:
                await asyncio.get_running_loop().run_in_executor(None, int)
                idle = idle + 1 if self._is_quiet() else 0

    def _is_quiet(self) -> bool:
        if self.socket.is_resting:
            return True
        latest = self.channel.latest
        if not self.socket.is_open or latest is None:
            return False
        if latest.deaf:
            return True
        has_heard = self.socket.frames - self.socket.heard_before == self.channel.sent
        return has_heard and self.socket.said == self.channel.heard


def play(act: Callable[[Stage], Awaitable[None]], plan: RtdsPlan = RTDS_PLAN) -> None:
    """Run one scene; the stream must still run at its end."""

    async def run() -> None:
        world = World()
        channel = CountedChannel(world.exchange, wall_s=lambda: world.clock.now_ms() / 1000)
        async with served(channel.application("/"), "/") as place:
            stage = Stage(place.url, world, channel, plan)
            running = asyncio.create_task(stage.feed.run(stage.tray))
            try:
                await act(stage)
                assert not running.done(), running
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)

    asyncio.run(run())
