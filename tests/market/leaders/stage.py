"""A fake market whose time moves only when every reader of it waits, leaders who trade there, and a poller's inbox."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal
from typing import Any

from aiohttp import web

from copydesk.adapters.clocks.dice import SeededDice
from copydesk.adapters.polymarket.http.hosts import Hosts
from copydesk.adapters.polymarket.http.venue_http import Call, VenueHttp
from copydesk.adapters.polymarket.live.poller import DataPoller
from copydesk.adapters.polymarket.live.polling.plan import PollPlan
from copydesk.adapters.polymarket.parse.known_columns import DATA_API_V2
from copydesk.adapters.polymarket.parse.rows import MappedRows
from copydesk.domain.ids import EventId, TimeMs, Wallet
from copydesk.domain.trade import (
    LeaderActivity,
    LeaderBaseline,
    LeaderPositions,
    LeaderTrade,
    LiveSighting,
    RowRefused,
)
from fakemarket.faces import data, gamma
from fakemarket.world.accounts import Account, AccountPlan
from fakemarket.world.clock import ManualClock
from fakemarket.world.dice import Dice
from fakemarket.world.exchange import Exchange
from fakemarket.world.money import ONE, decimal_text
from fakemarket.world.tokens import EventPlan, FeeSchedule, Market, MarketPlan
from fakemarket.world.trades import Fill
from tests.market.stepped_clock import Breath, SteppedClock

START_MS = 1_795_132_800_000
MINUTE_MS = 60_000
_IDLE_ROUNDS = 12


class CountedHttp(VenueHttp):
    """The venue's HTTP, telling how many requests are on their way and keeping the addresses asked for."""

    def __init__(self, hosts: Hosts, clock: SteppedClock) -> None:
        super().__init__(hosts, clock, SeededDice(7))
        self.on_the_way = self.together_max = 0
        self.at_once_max: Counter[str] = Counter()
        self.asked: list[Call] = []
        self._of_user: Counter[str] = Counter()

    async def _exchange(self, call: Call) -> Any:
        user = dict(call.params).get("user", "")
        self.asked.append(call)
        self.on_the_way += 1
        self.together_max = max(self.together_max, self.on_the_way)
        self._of_user[user] += 1
        self.at_once_max[user] = max(self.at_once_max[user], self._of_user[user])
        try:
            return await super()._exchange(call)
        finally:
            self.on_the_way -= 1
            self._of_user[user] -= 1


class Tray:
    """An inbox that takes everything, or says that it is full."""

    def __init__(self) -> None:
        self.all: list[LiveSighting] = []
        self.is_full = False
        self.turns_away_every = 0
        self._offered = 0

    def put(self, sighting: LiveSighting) -> bool:
        self._offered += 1
        if self.is_full or (self.turns_away_every and self._offered % self.turns_away_every == 0):
            return False
        self.all.append(sighting)
        return True

    def of(self, kind: type[Any]) -> list[Any]:
        return [each for each in self.all if isinstance(each, kind)]

    def trades(self) -> list[LeaderTrade]:
        return self.of(LeaderTrade)

    def ids(self) -> list[EventId]:
        """The content of all trades that were put, in that order."""
        return [trade.content_id for trade in self.trades()]

    def activity(self) -> list[LeaderActivity]:
        return self.of(LeaderActivity)

    def baselines(self) -> list[LeaderBaseline]:
        return self.of(LeaderBaseline)

    def positions(self) -> list[LeaderPositions]:
        return self.of(LeaderPositions)

    def refused(self) -> list[RowRefused]:
        return self.of(RowRefused)


class Stage:
    """A market with a house that trades with whoever wants to, three leaders, and pollers that come and go."""

    def __init__(self) -> None:
        self.market_clock = ManualClock(START_MS)
        self.clock = SteppedClock(self.market_clock)
        self.exchange = Exchange(self.market_clock)
        plan = MarketPlan(question="Will it rain?", fees=FeeSchedule(rate_bps=500))
        event = self.exchange.add_event(EventPlan(title="Rain", markets=(plan,)))
        self.market: Market = self.exchange.catalog.markets[event.conditions[0]]
        self.house = self.open("house")
        self.leaders = [self.open(name) for name in ("ann", "bob", "cat")]
        self.dice = Dice("stage")
        self.http: CountedHttp
        self.tray = Tray()
        self._polls: dict[DataPoller, asyncio.Task[None]] = {}

    # --- the market ------------------------------------------------------------------------------------------------

    def open(self, name: str) -> Account:
        tokens = dict.fromkeys(self.market.tokens, 1_000_000 * ONE)
        return self.exchange.open_account(
            AccountPlan(pusd=10_000_000 * ONE, name=name, pseudonym=f"{name}-x", tokens=tokens)
        )

    def trade(self, leader: Account, *, as_maker: bool = False) -> None:
        """Let a leader buy from the house, or the house from a resting order of the leader."""
        size = self.dice.randrange(100, 9_999) * ONE // 100
        price = self.dice.randrange(30, 70) * 10_000
        token = self.dice.choice(self.market.tokens)
        first, second = (leader, self.house) if as_maker else (self.house, leader)
        self.exchange.quote(first.wallet, token, "SELL", price, max(size, 5 * ONE))
        self.exchange.quote(second.wallet, token, "BUY", price, max(size, 5 * ONE))

    def fills(self, *leaders: Account) -> list[EventId]:
        """The content of everything the market says these leaders traded, oldest first."""
        fills = [fill for leader in leaders or self.leaders for fill in self.exchange.history.fills_of(leader.wallet)]
        return [content_id(fill) for fill in sorted(fills, key=lambda fill: fill.sequence)]

    # --- time ------------------------------------------------------------------------------------------------------

    async def settle(self) -> None:
        """Let everybody do what they can do now."""
        idle = 0
        while idle < _IDLE_ROUNDS:
            await Breath()
            idle = 0 if self.http.on_the_way else idle + 1
        for poll in self._polls.values():
            if poll.done():
                poll.result()

    async def pass_ms(self, ms: int) -> None:
        """Let time pass, everybody waking when it is their time."""
        end = self.market_clock.now_ms() + ms
        await self.settle()
        while (due := self.clock.next_due()) is not None and due <= end:
            self.clock.move_to(due)
            await self.settle()
        self.clock.move_to(end)
        await self.settle()

    async def busy_minutes(self, minutes: int, *leaders: Account) -> None:
        """Let leaders trade every few seconds, taking and making by turns."""
        end = self.market_clock.now_ms() + minutes * MINUTE_MS
        while self.market_clock.now_ms() < end:
            self.trade(self.dice.choice(list(leaders or self.leaders)), as_maker=self.dice.random() < 0.5)
            await self.pass_ms(self.dice.randrange(200, 9_000))

    # --- pollers ---------------------------------------------------------------------------------------------------

    def poller(self, known_until: TimeMs | None, plan: PollPlan | None = None, tray: Tray | None = None) -> DataPoller:
        """Start a poller of all three leaders."""
        poller = DataPoller(self.http, self.clock, plan)
        poller.follow({Wallet(leader.wallet): known_until for leader in self.leaders})
        self._polls[poller] = asyncio.create_task(poller.run(tray or self.tray))
        return poller

    async def kill(self, poller: DataPoller) -> None:
        poll = self._polls.pop(poller)
        poll.cancel()
        await asyncio.gather(poll, return_exceptions=True)

    async def close(self) -> None:
        for poller in list(self._polls):
            await self.kill(poller)
        await self.http.close()


def play(act: Callable[[Stage], Awaitable[None]]) -> None:
    """Serve a stage's Data API and Gamma on this machine and act on it."""

    async def run() -> None:
        stage = Stage()
        runners, urls = [], {}
        for name, face in (("data", data), ("gamma", gamma)):
            runner = web.AppRunner(face.application(stage.exchange), access_log=None)
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            runners.append(runner)
            urls[name] = f"http://127.0.0.1:{runner.addresses[0][1]}"
        stage.http = CountedHttp(Hosts(**urls), stage.clock)
        try:
            await act(stage)
        finally:
            await stage.close()
            for runner in runners:
                await runner.cleanup()

    asyncio.run(run())


_COLUMNS = MappedRows(DATA_API_V2)


def content_id(fill: Fill) -> EventId:
    """The content of a fill by the market's own books, made without reading any answer."""
    row = {
        "proxy_wallet": fill.wallet,
        "transaction_hash": fill.transaction_hash,
        "side": fill.side,
        "price": str(Decimal(fill.price)),
        "size": decimal_text(fill.size),
        "timestamp": fill.timestamp_s,
        "token_id": fill.token,
        "condition_id": fill.condition,
    }
    event = _COLUMNS.event_of(row)
    assert isinstance(event, LeaderTrade)
    return event.content_id


def repeated(ids: Sequence[EventId]) -> list[EventId]:
    """Those that are there more than once."""
    return [event for event, count in Counter(ids).items() if count > 1]
