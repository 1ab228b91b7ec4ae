"""Small live worlds in virtual time: feeds that follow a script, books that are always there, the real pipeline."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from copydesk.adapters.paper.model import FillModel
from copydesk.adapters.paper.venue import PaperVenue
from copydesk.adapters.telemetry.decision_log import NullLog
from copydesk.domain.book import Book, Level
from copydesk.domain.events import DecisionMade, Fact
from copydesk.domain.health import FeedHealth, FeedState
from copydesk.domain.ids import EventId, TimeMs, TokenId, Wallet
from copydesk.domain.limits import Relation
from copydesk.domain.market import Market, Payout
from copydesk.domain.trade import LeaderTrade, LiveSighting, Token
from copydesk.flow.desk import NobodyCommands, Plugs, Rules
from copydesk.flow.live import LivePipeline
from copydesk.ports import CommandSource, Inbox, LedgerStore, LiveClock
from copydesk.run.inbox import BoundedInbox
from copydesk.run.live import LiveRun, Sources
from copydesk.run.readying import Readying
from copydesk.run.recall import LIVE, recall_live
from tests.builders import LEADER, a_market, a_relation, a_trade, price, shares, usdc
from tests.virtual_time import START_MS, VirtualClock, run_virtual

Script = Sequence[tuple[int, LiveSighting]]
"""What a feed shows, and how many milliseconds after the start."""


def at(ms: int, **said: Any) -> LeaderTrade:
    """A leader's buy at 0.40 that happened `ms` after the start; the time stands in for what `at_s` says elsewhere."""
    return msgspec.structs.replace(a_trade(**said), happened_at=TimeMs(START_MS + ms))


class Scripted:
    """A feed that shows its script, if whoever it is about is followed."""

    def __init__(self, name: str, script: Script = ()) -> None:
        self.name, self.script = name, script
        self.followed: dict[Wallet, TimeMs | None] = {}
        self.asked: list[dict[Wallet, TimeMs | None]] = []
        self.turned_away = 0

    def follow(self, leaders: Mapping[Wallet, TimeMs | None]) -> None:
        """As `LiveFeed.follow`."""
        self.followed = dict(leaders)
        self.asked.append(dict(leaders))

    async def run(self, inbox: Inbox) -> None:
        """As `LiveFeed.run`."""
        clock = VirtualClock()
        for after_ms, sighting in self.script:
            await clock.sleep(max(0, after_ms - clock.elapsed_ms()))
            leader = getattr(sighting, "leader", None)
            if leader is None or leader in self.followed:
                self.turned_away += not inbox.put(sighting)
        await asyncio.Event().wait()

    def health(self) -> FeedHealth:
        """As `LiveFeed.health`."""
        return FeedHealth(
            name=self.name,
            state=FeedState.LIVE,
            last_data_at=None,
            received=0,
            shown=0,
            refused=0,
            reconnects=0,
            gaps=0,
            shed=0,
        )


class Fetched:
    """Markets and books that take `takes_ms` to fetch. What was never prepared is unknown."""

    def __init__(self, takes_ms: int = 0, *, ask: str = "0.40") -> None:
        self.takes_ms, self.ask = takes_ms, ask
        self.ready: set[TokenId] = set()
        self.fetches = 0

    def is_ready(self, token: Token) -> bool:
        """As `Preparation.is_ready`."""
        return token.id in self.ready

    async def prepare(self, token: Token) -> None:
        """As `Preparation.prepare`."""
        self.fetches += 1
        await VirtualClock().sleep(self.takes_ms)
        self.ready.add(token.id)

    def market(self, token: Token) -> Market:
        """As `MarketDirectory.market`: it ends in a day of the virtual clock."""
        ends_at = TimeMs(START_MS + 86_400_000)
        unknown = () if token.id in self.ready else ("tick",)
        return msgspec.structs.replace(a_market(id=token.market, unknown=unknown), ends_at=ends_at)

    def observe(self, trade: LeaderTrade) -> None:
        """As `BookSource.observe`: a live book needs no prints."""

    def book(self, token: Token, at: TimeMs) -> Book | None:
        """As `BookSource.book`."""
        if token.id not in self.ready:
            return None
        asks = (Level(price(self.ask), shares(10_000)),)
        bids = (Level(price("0.39"), shares(10_000)),)
        return Book(token=token.id, at=at, bids=bids, asks=asks, origin="live")


class Results:
    """Results by token, which can be added to."""

    def __init__(self) -> None:
        self.payouts: dict[TokenId, Payout] = {}

    def payout(self, token: Token) -> Payout | None:
        """As `ResultSource.payout`."""
        return self.payouts.get(token.id)


class Outside:
    """What a run is asked from outside: rules that change once, and how often it was looked at."""

    def __init__(self, changes: dict[int, Rules] | None = None) -> None:
        self._changes = changes or {}
        self.turns = 0

    async def new_rules(self) -> Rules | None:
        """As `Surroundings.new_rules`."""
        due = [ms for ms in self._changes if ms <= VirtualClock().elapsed_ms()]
        return self._changes.pop(due[0]) if due else None

    def passed(self, run: LiveRun) -> None:
        """As `Surroundings.passed`."""
        self.turns += 1


def rules(relations: Sequence[Relation], version: str = "test") -> Rules:
    """Rules of a live run: windows of 20 ms, 1,000 dollars."""
    return Rules(
        run=LIVE,
        preset="test",
        settings_version=version,
        relations=tuple(relations),
        bankroll=usdc(1_000),
        scan_window_ms=20,
        detection_lag_ms=0,
    )


class Town:
    """A live world: who is followed, what its feeds show, what its books say."""

    def __init__(self, **said: Any) -> None:
        self.relations: Sequence[Relation] = said.pop("relations", (a_relation(leader=LEADER),))
        self.poller = Scripted("poller", said.pop("poller", ()))
        self.stream = Scripted("stream", said.pop("stream", ()))
        self.fetched: Fetched = said.pop("fetched", None) or Fetched()
        self.results = Results()
        self.outside = Outside(said.pop("changes", None))
        self.control: CommandSource = said.pop("control", None) or NobodyCommands()
        self.room: int = said.pop("room", 1_000)
        self.held: list[tuple[Token, ...]] = []
        self.shown: dict[EventId, TimeMs] = {}
        self.shown_since: dict[EventId, TimeMs] = {}

    def run(self, store: LedgerStore, ms: int = 10_000) -> LiveRun:
        """Run for `ms` of virtual time, then stop in order."""
        return run_virtual(self._run(store, ms))

    def _hold(self, tokens: Collection[Token]) -> None:
        self.held.append(tuple(tokens))

    def _last_shown(self, event: EventId) -> TimeMs | None:
        """The time in `shown`, once it has come; or that of the latest answer, one every two seconds since."""
        now, since = VirtualClock().now(), self.shown_since.get(event)
        if since is not None and since <= now:
            return TimeMs(now - (now - since) % 2_000)
        at = self.shown.get(event)
        return at if at is not None and at <= now else None

    async def _run(self, store: LedgerStore, ms: int) -> LiveRun:
        clock: LiveClock = VirtualClock()
        markets, books = self.fetched, self.fetched
        venue = PaperVenue(books, markets, FillModel(), self.results)
        plugs = Plugs(markets, self.results, books, venue, store, NullLog(), self.control)
        recalled = recall_live(store, [relation.account for relation in self.relations], NullLog())
        inbox = BoundedInbox(clock, self.room, 4 * self.room)
        readying = Readying((self.fetched,), clock, 1_500, inbox.wake)
        begun = rules(self.relations)
        pipeline = LivePipeline(plugs, begun, recalled.desks, recalled.position, recalled.since, readying.is_awaited)
        sources = Sources(self.poller, (self.stream,), (self._hold,), last_shown=self._last_shown)
        live = LiveRun(pipeline, sources, inbox, clock, readying, recalled)
        stop = asyncio.Event()
        ending = asyncio.ensure_future(_after(ms, clock, stop))
        await live.run(stop, self.outside)
        await ending
        return live


async def _after(ms: int, clock: LiveClock, stop: asyncio.Event) -> None:
    await clock.sleep(ms)
    stop.set()


def facts(store: LedgerStore) -> list[Fact]:
    """Every fact of a ledger, in order."""
    return [entry.fact for _, entry in store.entries()]


def decisions(store: LedgerStore) -> list[DecisionMade]:
    """Every decision of a ledger, in order."""
    return [fact for fact in facts(store) if isinstance(fact, DecisionMade)]


def a_folder(path: Path) -> Path:
    """A new folder."""
    path.mkdir()
    return path
