"""`DataPoller`: leaders' doings by asking the Data API for them, one leader at a time, again and again."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

from copydesk.adapters.polymarket.http.trouble import Busy, Forbidden, VenueTrouble
from copydesk.adapters.polymarket.live.polling import freshness
from copydesk.adapters.polymarket.live.polling.asking import Params, Reads
from copydesk.adapters.polymarket.live.polling.plan import PollPlan
from copydesk.adapters.polymarket.live.polling.standing import Standing
from copydesk.adapters.polymarket.live.polling.watch import LeaderWatch
from copydesk.adapters.polymarket.parse.refusals import Refused
from copydesk.domain.health import FeedHealth
from copydesk.domain.ids import EventId, TimeMs, Wallet
from copydesk.ports import Inbox, LiveClock

NAME: Final = "data_api"
_PAST_THE_CACHE: Final = "_"


class DataPoller:
    """A `LiveFeed` over the Data API: the backstop of the streams, and the one source of activity and positions.

    Each leader has one request for trades a cycle, whoever follows (S0.4), and never two at a time. It shows what the
    venue shows, as late as the venue shows it; it loses nothing that the venue shows within `plan.reach_ms` (I22).
    """

    def __init__(self, http: Reads, clock: LiveClock, plan: PollPlan | None = None) -> None:
        self._http, self._clock, self._plan = http, clock, plan or PollPlan()
        self._standing = Standing(clock, self._plan.stale_after_ms)
        self._watches: dict[Wallet, LeaderWatch] = {}
        self._attended: set[LeaderWatch] = set()
        self._slots = asyncio.Semaphore(self._plan.at_once_max)
        self._asked = 0

    def follow(self, leaders: Mapping[Wallet, TimeMs | None]) -> None:
        """Watch these leaders and no others, from the next cycle on (S0.16)."""
        watches: dict[Wallet, LeaderWatch] = {}
        for leader, known_until in leaders.items():
            watch = self._watches.get(leader)
            if watch is None:
                watch = LeaderWatch(leader, known_until, plan=self._plan, clock=self._clock, standing=self._standing)
            else:
                watch.know(known_until)
            watches[leader] = watch
        for leader in self._watches.keys() - watches.keys():
            self._watches[leader].is_left = True
        self._watches = watches

    async def run(self, inbox: Inbox) -> None:
        """Put what is seen into `inbox` until cancelled. Never raises because of the venue."""
        self._attended.clear()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._watch_freshness())
            while True:
                fresh = [watch for watch in self._watches.values() if watch not in self._attended]
                for number, watch in enumerate(fresh):
                    self._attended.add(watch)
                    tasks.create_task(self._attend(watch, inbox, self._plan.cadence_ms * number // len(fresh)))
                await self._clock.sleep(self._plan.cadence_ms)

    def last_shown(self, event: EventId) -> TimeMs | None:
        """When the latest answer that had a trade was asked for: the venue's own record still had it then (F31)."""
        found = (watch.last_shown(event) for watch in self._watches.values())
        return max((at for at in found if at is not None), default=None)

    def health(self) -> FeedHealth:
        """How the polling goes; `received` counts answers."""
        stale_before = self._clock.elapsed_ms() - self._plan.stale_after_ms
        unread = sum(1 for watch in self._watches.values() if watch.read_at < stale_before)
        return self._standing.health(NAME, len(self._watches), unread)

    async def ask(self, path: str, params: Params) -> bytes:
        """The body of an answer, past the venue's cache: no two requests have the same address (trap 3)."""
        self._asked += 1
        unique = (_PAST_THE_CACHE, f"{self._clock.now()}{self._asked}")
        body = await self._http.get("data", path, (*params, unique))
        self._standing.answered()
        return body

    async def _attend(self, watch: LeaderWatch, inbox: Inbox, first_after_ms: int) -> None:
        """Give a leader its turns, a cadence apart, until it is followed no more. A late turn is not made up for."""
        due = self._clock.elapsed_ms() + first_after_ms
        while True:
            await self._clock.sleep(max(0, due - self._clock.elapsed_ms()))
            if self._watches.get(watch.leader) is not watch:
                break
            wait_ms = await self._turn(watch, inbox)
            due = max(due + self._plan.cadence_ms, self._clock.elapsed_ms() + wait_ms)
        self._attended.discard(watch)

    async def _turn(self, watch: LeaderWatch, inbox: Inbox) -> int:
        """One turn of a leader; how long to wait at least before the next."""
        async with self._slots:
            if self._clock.elapsed_ms() < self._standing.off_until:
                return self._standing.off_until - self._clock.elapsed_ms()
            try:
                await watch.turn(self, inbox)
            except VenueTrouble as trouble:
                return self._met(trouble)
        return 0

    async def _watch_freshness(self) -> None:
        while True:
            if self._clock.elapsed_ms() >= self._standing.off_until:
                try:
                    body = await self.ask(freshness.PATH, ())
                    self._standing.lag_ms = freshness.lag_ms(body, self._clock.now())
                except VenueTrouble as trouble:
                    self._met(trouble)
                except Refused as no:
                    self._standing.met(freshness.PATH, f"{freshness.PATH} cannot be read: {no.found}")
            await self._clock.sleep(self._plan.holdings_every_ms)

    def _met(self, trouble: VenueTrouble) -> int:
        """Say what went wrong; how long to leave the venue alone."""
        self._standing.met(type(trouble).__name__, str(trouble))
        if isinstance(trouble, Busy):
            return trouble.retry_after_ms
        if isinstance(trouble, Forbidden):
            self._standing.off_until = self._clock.elapsed_ms() + self._plan.off_ms
            return self._plan.off_ms
        return 0
