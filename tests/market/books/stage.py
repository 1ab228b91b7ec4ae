"""A fake market whose time moves only when every reader of it waits, with live books, markets and results over it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from copydesk.adapters.clocks.dice import SeededDice
from copydesk.adapters.polymarket.http.hosts import Hosts
from copydesk.adapters.polymarket.http.venue_http import Call, VenueHttp
from copydesk.adapters.polymarket.live.books import LiveBooks
from copydesk.adapters.polymarket.live.directory import LiveDirectory
from copydesk.adapters.polymarket.live.market_channel import MarketChannel
from copydesk.adapters.polymarket.live.results import LiveResults
from copydesk.domain.book import Book
from copydesk.domain.ids import MarketId, TokenId
from copydesk.domain.trade import LiveSighting, Token
from fakemarket.faces import clob, data, gamma
from fakemarket.faces.streams.market import MarketChannel as MarketFace
from fakemarket.world.accounts import Account, AccountPlan
from fakemarket.world.clock import ManualClock
from fakemarket.world.dice import Dice
from fakemarket.world.exchange import Exchange
from fakemarket.world.money import ONE
from fakemarket.world.orders import Refused, Side
from fakemarket.world.tokens import EventPlan, FeeSchedule, Market, MarketPlan, Tag
from tests.market.stepped_clock import SteppedClock

START_MS = 1_795_132_800_000
PATIENCE_S = 10.0
RAIN = Tag(id="84", slug="weather", label="Weather")
CENT = 10_000


class CountedHttp(VenueHttp):
    """The venue's HTTP, telling how many requests are on their way."""

    def __init__(self, hosts: Hosts, clock: SteppedClock) -> None:
        super().__init__(hosts, clock, SeededDice(7))
        self.on_the_way = 0
        self.asked: list[Call] = []

    async def _exchange(self, call: Call) -> Any:
        self.on_the_way += 1
        self.asked.append(call)
        try:
            return await super()._exchange(call)
        finally:
            self.on_the_way -= 1


class PingedChannel(MarketChannel):
    """The market channel, which can be asked whether all that was sent has been heard."""

    pongs = 0

    def _hear(self, frame: bytes) -> bool:
        self.pongs += frame == b"PONG"
        return super()._hear(frame)

    async def has_heard_all(self, is_deaf: Callable[[], bool]) -> bool:
        """Send a PING and wait for the answer, which comes last; False if there is no connection."""
        before = self.pongs
        if not await self._socket.send("PING"):
            return False
        return await until(lambda: self.pongs > before or self._socket._socket is None or is_deaf())


class Tray:
    """An inbox that takes everything, or says that it is full."""

    def __init__(self) -> None:
        self.all: list[LiveSighting] = []
        self.is_full = False

    def put(self, sighting: LiveSighting) -> bool:
        if self.is_full:
            return False
        self.all.append(sighting)
        return True

    def of(self, kind: type[Any]) -> list[Any]:
        return [each for each in self.all if isinstance(each, kind)]


async def turn() -> None:
    """Let everybody else go on once, sockets included."""
    await asyncio.get_running_loop().run_in_executor(None, int)


async def until(is_so: Callable[[], bool]) -> bool:
    """Wait for something that must come without time passing. Raises if it does not."""
    async with asyncio.timeout(PATIENCE_S):
        while not is_so():
            await turn()
    return True


class Stage:
    """Markets on a hand-moved clock, two who trade, and the live side of copydesk, all on this machine."""

    def __init__(self, tokens_max: int = 400) -> None:
        self.market_clock = ManualClock(START_MS)
        self.clock = SteppedClock(self.market_clock)
        self.exchange = Exchange(self.market_clock)
        self.dice = Dice("books")
        self.tray = Tray()
        self.tokens_max = tokens_max
        self.spoilt: bytes | None = None
        self.spoilt_path = ""
        self.refusals = 0
        self.face: MarketFace
        self.http: CountedHttp
        self.channel: PingedChannel
        self.books: LiveBooks
        self.directory: LiveDirectory
        self.results: LiveResults
        self.market = self.list_market(
            MarketPlan(question="Will it rain?", fees=FeeSchedule(rate_bps=500), tags=(RAIN,), tick=CENT)
        )
        self.ann, self.bob = self.open("ann"), self.open("bob")

    # --- the market --------------------------------------------------------------------------------------------------

    def list_market(self, plan: MarketPlan, *others: MarketPlan, neg_risk: bool = False) -> Market:
        event = self.exchange.add_event(
            EventPlan(title=plan.question, markets=(plan, *others), neg_risk=neg_risk, tags=plan.tags)
        )
        return self.exchange.catalog.markets[event.conditions[0]]

    def open(self, name: str) -> Account:
        held = {token: 10_000_000 * ONE for market in self.exchange.catalog.markets.values() for token in market.tokens}
        return self.exchange.open_account(
            AccountPlan(pusd=100_000_000 * ONE, name=name, pseudonym=f"{name}-x", tokens=held)
        )

    @property
    def yes(self) -> Token:
        return token_of(self.market, 0)

    @property
    def no(self) -> Token:
        return token_of(self.market, 1)

    def quote(self, side: Side, cents: int, shares: int, who: Account | None = None, token: Token | None = None) -> str:
        wallet = (who or self.ann).wallet
        return self.exchange.quote(wallet, (token or self.yes).id, side, cents * CENT, shares * ONE).order_id

    def stir(self, orders: int) -> None:
        """Let two people place and cancel orders of both tokens at random; some of them match."""
        placed: list[str] = []
        for _ in range(orders):
            self.market_clock.advance(1)
            if placed and self.dice.random() < 0.3:
                self.exchange.cancel([placed.pop(self.dice.randrange(len(placed)))])
                continue
            token = self.dice.choice((self.yes, self.no))
            side: Side = "BUY" if self.dice.random() < 0.5 else "SELL"
            who = self.dice.choice((self.ann, self.bob))
            try:
                placed.append(self.quote(side, self.dice.randrange(2, 99), self.dice.randrange(5, 500), who, token))
            except Refused:
                self.refusals += 1

    def truth(self, token: Token) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """The exchange's own book, best first."""
        view = self.exchange.book(token.id)
        return (
            [(level.price, level.size) for level in view.bids],
            [(level.price, level.size) for level in view.asks],
        )

    def seen(self, token: Token) -> tuple[list[tuple[int, int]], list[tuple[int, int]]] | None:
        """Our book, in the same form."""
        book = self.book(token)
        return None if book is None else (pairs(book.bids), pairs(book.asks))

    def book(self, token: Token) -> Book | None:
        return self.books.book(token, self.clock.now())

    @web.middleware
    async def spoil(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """Answer with what a broken proxy would, if the stage says so."""
        answer: web.StreamResponse = await handler(request)
        is_spoilt = self.spoilt is not None and request.path.startswith(self.spoilt_path)
        return answer if not is_spoilt else web.Response(body=self.spoilt, content_type="application/json")

    # --- time --------------------------------------------------------------------------------------------------------

    async def settle(self) -> None:
        """Let everybody do what they can do now, until nothing is on its way."""
        idle = 0
        while idle < 3:
            await turn()
            is_busy = self.http.on_the_way or await self._is_hearing()
            idle = 0 if is_busy else idle + 1

    async def _is_hearing(self) -> bool:
        before = self.channel.health(0, 0, "").received
        await self.channel.has_heard_all(lambda: any(session.connection.deaf for session in self.face.sessions))
        return self.channel.health(0, 0, "").received > before + 1

    async def pass_ms(self, ms: int) -> None:
        """Let time pass, everybody waking when it is their time."""
        end = self.market_clock.now_ms() + ms
        await self.settle()
        while (due := self.clock.next_due()) is not None and due <= end:
            self.clock.move_to(max(due, self.market_clock.now_ms()))
            await self.settle()
        self.clock.move_to(end)
        await self.settle()

    async def jump_ms(self, ms: int) -> None:
        """Let time pass at once: everybody wakes at its end."""
        await self.settle()
        self.clock.move_to(self.market_clock.now_ms() + ms)
        await self.settle()


def token_of(market: Market, index: int) -> Token:
    return Token(id=TokenId(market.tokens[index]), market=MarketId(market.condition), outcome=market.outcomes[index])


def pairs(levels: Any) -> list[tuple[int, int]]:
    return [(int(level.price), int(level.shares)) for level in levels]


def play(act: Callable[[Stage], Awaitable[None]], **given: Any) -> None:
    """Serve a stage's faces, run the live side over them, and act on it."""

    async def run() -> None:
        stage = Stage(**given)
        stage.face = MarketFace(stage.exchange)
        applications = {
            "clob": clob.routes(stage.exchange),
            "data": data.application(stage.exchange),
            "gamma": gamma.application(stage.exchange),
            "ws_market": stage.face.application("/ws/market"),
        }
        for name in ("clob", "data", "gamma"):
            applications[name].middlewares.append(stage.spoil)
        runners, urls = [], {}
        for name, application in applications.items():
            runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            runners.append(runner)
            port = runner.addresses[0][1]
            urls[name] = f"ws://127.0.0.1:{port}/ws/market" if name == "ws_market" else f"http://127.0.0.1:{port}"
        stage.http = CountedHttp(Hosts(**urls), stage.clock)
        stage.channel = PingedChannel(urls["ws_market"], stage.clock, SeededDice(3))
        stage.books = LiveBooks(stage.channel, stage.http, stage.clock, tokens_max=stage.tokens_max)
        stage.directory = LiveDirectory(stage.http, stage.clock, stage.channel)
        stage.results = LiveResults(stage.http, stage.clock, stage.channel)
        tasks = [asyncio.create_task(part.run(stage.tray)) for part in (stage.books, stage.directory, stage.results)]
        try:
            await act(stage)
            for task in tasks:
                if task.done():
                    task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await stage.http.close()
            for runner in runners:
                await runner.cleanup()

    asyncio.run(run())
