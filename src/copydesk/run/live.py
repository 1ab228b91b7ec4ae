"""Turns the crank while the world goes on: live feeds in, the pipeline as of now, until somebody says stop.

One task decides and records, woken by a push or by the time something is due; the feeds are tasks beside it. What the
venue does wrong is a feed's health, never the end of the run; what is wrong with us ends it loudly.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple, Protocol

from copydesk.domain.errors import Broken
from copydesk.domain.trade import LeaderBaseline, LeaderPositions, LeaderTrade, MarketEnded
from copydesk.flow.capture.first_seen import FirstSeen
from copydesk.flow.clean.twins import Twins
from copydesk.run.up_to_date import UpToDate

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Coroutine, Sequence

    from copydesk.domain.health import FeedHealth
    from copydesk.domain.ids import EventId, TimeMs, Wallet
    from copydesk.domain.limits import Relation
    from copydesk.domain.trade import LiveSighting, Token
    from copydesk.flow.desk import Rules
    from copydesk.flow.live import LivePipeline
    from copydesk.ports import Inbox, LiveClock, LiveFeed
    from copydesk.run.inbox import BoundedInbox
    from copydesk.run.readying import Readying
    from copydesk.run.recall import RecalledLive

AT_ONCE = 256
"""So many sightings are taken in before the feeds get the thread again."""
RECONSIDER_MS = 500
"""How often the settings are looked at: what they tighten acts within a second (I27), and a leader named while running
is followed in the next cycle (S0.16)."""
LAST_ORDERS_MS = 10_000
"""How long a stopping run waits for orders that are on their way (F4)."""
TWIN_HOLD_MS = 30_000
"""How long a trade that may be one we have already is held: an entry is too old to be copied by then (C10)."""
HEED_MS = 200
"""How often commands are looked for while nothing is decided; before every signal they are in any case (S2.36)."""
TICK_MS = 5
"""How late a due time may be noticed that comes before the one that is waited for."""


def _never(event: EventId) -> TimeMs | None:
    return None


def _not_said() -> TimeMs | None:
    return None


class Sources(NamedTuple):
    """What a live run hears and asks. `looks_back` makes the baselines; `streams` follow a leader after its baseline.

    `holders` are told the tokens of open positions, `judges` also those whose results tell how good the leaders are;
    `results_at` says up to when these are known, None if it cannot. `background` is whatever else must run. `others`
    say how they are doing, as the feeds do. `last_shown` says when the venue's own record was last seen to have an
    event.
    """

    looks_back: LiveFeed
    streams: tuple[LiveFeed, ...]
    holders: tuple[Callable[[Collection[Token]], None], ...] = ()
    judges: tuple[Callable[[Collection[Token]], None], ...] = ()
    results_at: Callable[[], TimeMs | None] = _not_said
    background: tuple[Callable[[Inbox], Awaitable[None]], ...] = ()
    others: tuple[Callable[[], FeedHealth], ...] = ()
    last_shown: Callable[[EventId], TimeMs | None] = _never


class Surroundings(Protocol):
    """What a live run is asked and shown from outside."""

    async def new_rules(self) -> Rules | None:
        """Other rules if the settings have changed, else None."""
        ...

    def passed(self, run: LiveRun) -> None:
        """Called after each turn: a screen, tables beside the ledger."""
        ...


class LiveRun:
    """One live run. `first_seen` and `last_trade_at` say how the sources do; `known` is from where feeds look back."""

    def __init__(
        self,
        pipeline: LivePipeline,
        sources: Sources,
        inbox: BoundedInbox,
        clock: LiveClock,
        readying: Readying,
        recalled: RecalledLive,
    ) -> None:
        self.pipeline, self.sources, self.inbox, self.clock = pipeline, sources, inbox, clock
        self.known = dict(recalled.known)
        self.first_seen = FirstSeen(tuple(each.health().name for each in (sources.looks_back, *sources.streams)))
        self.last_trade_at: TimeMs | None = None
        self.began_at = clock.now()
        self.readying = readying
        self._existing: set[asyncio.Task[None]] = set()
        self.record = UpToDate(sources.last_shown)
        self.twins = Twins(sources.last_shown, TWIN_HOLD_MS)
        for trade, seen_at in recalled.latest:
            self.twins.recall(trade, seen_at)
        pipeline.records = recalled.records
        self._held: tuple[Token, ...] = ()
        self._judged = pipeline.judged
        self._age_max_ms = 0
        self._is_due = asyncio.Event()

    def health(self) -> tuple[FeedHealth, ...]:
        """How the feeds are doing."""
        feeds = tuple(each.health() for each in (self.sources.looks_back, *self.sources.streams))
        return (*feeds, *(health() for health in self.sources.others))

    async def run(self, stop: asyncio.Event, surroundings: Surroundings) -> None:
        """Copy until `stop` is set, then end the run in order. Raises what broke on our side."""
        self.pipeline.reach(self.clock.now())
        self.pipeline.adopt()
        self.pipeline.heed(self.clock.now())
        self._follow()
        self._hold()
        tasks = [asyncio.ensure_future(work) for work in self._beside(stop, surroundings)]
        try:
            while not stop.is_set():
                await self.inbox.wait()
                self._turn()
                surroundings.passed(self)
                _raise_first(tasks)
                await self.clock.sleep(0)
        finally:
            for task in (*tasks, *self._existing):
                task.cancel()
            await asyncio.gather(*tasks, *self._existing, return_exceptions=True)
            await self.readying.close()
        await self._end()
        surroundings.passed(self)

    def _turn(self) -> None:
        """Take in what has arrived, let happen what is due."""
        now = self.clock.now()
        self.pipeline.records.current_at = self.sources.results_at()
        for sighting in self.inbox.take(AT_ONCE):
            self._take_in(sighting, now)
        if len(self.twins):
            self._judge_twins(now)
        for token in self.readying.take_done():
            self.pipeline.release(token, now)
        self.pipeline.reach(now)
        self._hold()
        if len(self.inbox):
            self.inbox.wake()
        if self.pipeline.due_at() is not None:
            self._is_due.set()

    def _take_in(self, sighting: LiveSighting, now: TimeMs) -> None:
        match sighting:
            case LeaderTrade():
                self.first_seen.note(sighting, now)
                self.record.saw(sighting)
                self.last_trade_at = now
                if not self.twins.holds(sighting, now):
                    self._see(sighting, now)
            case LeaderBaseline():
                self._begin(sighting, now)
            case LeaderPositions():
                self.pipeline.correct(sighting, has_all=self.record.has_all(sighting.leader, now))
                for position in sighting.positions:
                    self.readying.warm(position.token)
            case MarketEnded():
                self.pipeline.settle(sighting, now)
            case _:
                self.pipeline.see(sighting, now)

    def _see(self, trade: LeaderTrade, now: TimeMs) -> None:
        self.readying.traded(trade, self._age_max_ms)
        self.pipeline.see(trade, now, self.first_seen.first_at(trade))

    def _judge_twins(self, now: TimeMs) -> None:
        verdicts = self.twins.judge(now)
        for trade in verdicts.own:
            self._see(trade, now)
        for held in verdicts.same:
            self.pipeline.replace(held, now)

    def _begin(self, baseline: LeaderBaseline, now: TimeMs) -> None:
        """A leader's past is known: whatever comes now is new, from every source."""
        begun = self.pipeline.begin(baseline, now)
        self.known[baseline.leader] = baseline.taken_at
        self._follow()
        if any(relation.copy_existing for relation in begun):
            task = asyncio.ensure_future(self._copy_existing(baseline, begun))
            self._existing.add(task)
            task.add_done_callback(self._existing.discard)

    async def _copy_existing(self, baseline: LeaderBaseline, begun: Sequence[Relation]) -> None:
        await self.readying.prepare([position.token for position in baseline.positions or ()])
        self.pipeline.copy_existing(baseline, begun, self.clock.now())
        self.inbox.wake()

    def _follow(self) -> None:
        """Tell the feeds whom to follow: streams only those whose past is known, so that nothing old is new."""
        self._age_max_ms = max((each.limits.gates.ttl_ms for each in self.pipeline.rules.relations), default=0)
        known: dict[Wallet, TimeMs | None] = {}
        for leader in self.pipeline.leaders():
            since = self.pipeline.known_since(leader)
            known[leader] = None if since is None else self.known.get(leader, since)
        self.sources.looks_back.follow(known)
        for stream in self.sources.streams:
            stream.follow({leader: at for leader, at in known.items() if at is not None})

    def _hold(self) -> None:
        held, judged = tuple(self.pipeline.tokens_held()), self.pipeline.judged
        if held != self._held or judged != self._judged:
            for told in self.sources.judges:
                told(self.pipeline.tokens_judged())
        if held != self._held:
            for told in self.sources.holders:
                told(held)
        self._held, self._judged = held, judged

    def _beside(self, stop: asyncio.Event, surroundings: Surroundings) -> list[Coroutine[object, object, None]]:
        """Everything that runs beside the deciding task."""
        return [
            *(_goes_on(each.run(self.inbox)) for each in (self.sources.looks_back, *self.sources.streams)),
            *(_goes_on(work(self.inbox)) for work in self.sources.background),
            self._wake_when_due(),
            self._reconsider(surroundings),
            self._heed(),
            self._wake_to_stop(stop),
        ]

    async def _wake_when_due(self) -> None:
        """Wake the deciding task when only time brings something: a window that closes, an order that arrives."""
        while True:
            due = self.pipeline.due_at()
            if due is None:
                await self._is_due.wait()
                self._is_due.clear()
                continue
            left = due - self.clock.now()
            if left <= 0:
                self.inbox.wake()
            await self.clock.sleep(max(1, min(TICK_MS, left)))

    async def _reconsider(self, surroundings: Surroundings) -> None:
        """Look at the settings now and then; a change acts on the next signal."""
        while True:
            await self.clock.sleep(RECONSIDER_MS)
            changed = await surroundings.new_rules()
            if changed is not None:
                self.pipeline.reach(self.clock.now())
                self.pipeline.follow(changed)
                self._follow()
            self.inbox.wake()

    async def _heed(self) -> None:
        """Look for commands now and then, so that one given to an idle desk is answered soon."""
        while True:
            await self.clock.sleep(HEED_MS)
            if self.pipeline.heed(self.clock.now()):
                self.inbox.wake()

    async def _wake_to_stop(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self.inbox.wake()
        await asyncio.Event().wait()

    async def _end(self) -> None:
        """Decide what has arrived, wait for orders that are on their way, end the run."""
        while len(self.inbox):
            self._turn()
        self._turn()
        self.pipeline.own_exits.rest()
        deadline = self.clock.now() + LAST_ORDERS_MS
        while (due := self.pipeline.due_at()) is not None and due <= deadline:
            await self.clock.sleep(max(1, due - self.clock.now()))
            self.pipeline.reach(self.clock.now())
        self.pipeline.stop(self.clock.now())


async def _goes_on(work: Awaitable[None]) -> None:
    await work
    raise Broken("a task that has to go on for as long as the run has ended")


def _raise_first(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Raise what a task beside us died of: a desk with a dead source must not look alive (F8)."""
    for task in tasks:
        if task.done():
            task.result()
