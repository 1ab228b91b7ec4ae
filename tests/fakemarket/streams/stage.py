"""A served stream in this process: an exchange on a hand-moved clock, and a client that cannot wait for ever."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, web

from fakemarket.world.accounts import Account, AccountPlan
from fakemarket.world.clock import ManualClock
from fakemarket.world.exchange import Exchange
from fakemarket.world.money import ONE
from fakemarket.world.orders import Placed, Side
from fakemarket.world.tokens import EventPlan, Market, MarketPlan

START_MS = 1_795_132_800_000
PATIENCE_S = 5.0


@dataclass
class World:
    """A market with two funded traders; `prices` are in cents."""

    clock: ManualClock = field(default_factory=lambda: ManualClock(START_MS))
    exchange: Exchange = field(init=False)
    market: Market = field(init=False)
    maker: Account = field(init=False)
    taker: Account = field(init=False)

    def __post_init__(self) -> None:
        self.exchange = Exchange(self.clock)
        event = self.exchange.add_event(EventPlan(title="X in 2026", markets=(MarketPlan(question="Will X happen?"),)))
        self.market = self.exchange.catalog.markets[event.conditions[0]]
        self.maker = self.open("maker")
        self.taker = self.open("taker")

    def open(self, name: str) -> Account:
        tokens = dict.fromkeys(self.market.tokens, 10_000 * ONE)
        return self.exchange.open_account(AccountPlan(pusd=100_000 * ONE, name=name, pseudonym=name, tokens=tokens))

    @property
    def yes(self) -> str:
        return self.market.tokens[0]

    @property
    def no(self) -> str:
        return self.market.tokens[1]

    def quote(self, side: Side, cents: int, shares: int, who: Account | None = None, token: str = "") -> Placed:
        wallet = (who or self.maker).wallet
        return self.exchange.quote(wallet, token or self.yes, side, cents * 10_000, shares * ONE)

    def trade(self, shares: int = 10) -> Placed:
        """Let the taker buy YES from the maker at 0.50."""
        self.quote("SELL", 50, shares)
        return self.quote("BUY", 50, shares, self.taker)

    def settle(self) -> None:
        self.clock.advance(10_000)


@dataclass
class Line:
    """The client's end of one connection."""

    socket: ClientWebSocketResponse

    async def say(self, frame: object) -> None:
        await self.socket.send_str(frame if isinstance(frame, str) else json.dumps(frame))

    async def text(self) -> str:
        async with asyncio.timeout(PATIENCE_S):
            return str(await self.socket.receive_str())

    async def frame(self) -> object:
        return json.loads(await self.text())

    async def frames_until_pong(self) -> list[object]:
        """Give all that was sent before the answer to a PING: the way to see that nothing came."""
        await self.say("PING")
        found: list[object] = []
        while (text := await self.text()) != "PONG":
            found.append(json.loads(text))
        return found

    async def ended(self) -> int | None:
        """Read to the end; give the close code, 1006 when there was none."""
        async with asyncio.timeout(PATIENCE_S):
            while (message := await self.socket.receive()).type not in (WSMsgType.CLOSED, WSMsgType.CLOSE):
                if message.type is WSMsgType.ERROR:
                    return 1006
            return self.socket.close_code


@dataclass
class Served:
    """One channel on a port of this machine."""

    url: str
    http: ClientSession

    @asynccontextmanager
    async def line(self) -> AsyncIterator[Line]:
        async with self.http.ws_connect(self.url) as socket:
            yield Line(socket)


@asynccontextmanager
async def served(application: web.Application, path: str) -> AsyncIterator[Served]:
    runner = web.AppRunner(application, access_log=None, handle_signals=False, shutdown_timeout=1)
    async with ClientSession() as http:
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            yield Served(f"ws://127.0.0.1:{runner.addresses[0][1]}{path}", http)
        finally:
            await runner.cleanup()
