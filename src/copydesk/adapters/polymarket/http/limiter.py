"""Who may send when: every budget of the venue, four lanes in strict order, and even turns between clients."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from typing import TYPE_CHECKING, Final

from copydesk.adapters.polymarket.http.endpoints import Endpoints
from copydesk.adapters.polymarket.http.fair_line import Waiter
from copydesk.adapters.polymarket.http.lanes import Lane
from copydesk.adapters.polymarket.http.trouble import Busy
from copydesk.domain.errors import Broken

if TYPE_CHECKING:
    from collections.abc import Mapping

    from copydesk.adapters.polymarket.http.asks import Ask
    from copydesk.adapters.polymarket.http.budget import Budget
    from copydesk.adapters.polymarket.http.endpoint import Endpoint
    from copydesk.adapters.polymarket.http.limits import LimitTable
    from copydesk.ports import Dice, LiveClock

PATIENCE_MS: Final = {Lane.CANCEL: 30_000, Lane.SELL: 30_000, Lane.BUY: 3_000, Lane.BACKFILL: 10_000}
"""How long a request waits at most. Exits wait longer for their turn, but not for a pause that the venue announced."""


class _Turn:
    """One look at everybody who waits: what was claimed by those above, and when the next may go."""

    __slots__ = ("claimed", "next_ms", "now")

    def __init__(self, now: int) -> None:
        self.now = now
        self.claimed: set[Budget] = set()
        self.next_ms = 0

    def note(self, wait_ms: int) -> None:
        self.next_ms = min(self.next_ms or wait_ms, wait_ms)


class Limiter:
    """Lets requests go, never more than the table allows in any window.

    - Lanes go in order: cancel, sell, buy, backfill. Entries never use the part of a budget that is kept for exits.
    - Within a lane each client has an even share, or its weight's.
    - A buy or backfill that would wait longer than its patience is turned away at once with `Busy`: no line is longer
      than what can be served in that time. Cancels and sells are never turned away for want of room; there are never
      more of them than open orders and positions. Only a pause that the venue announced is told to them as `Busy`.
    - When the venue pushes back, the endpoint's budget is halved, and grows back.
    """

    def __init__(
        self, table: LimitTable, clock: LiveClock, dice: Dice, weights: Mapping[str, int] | None = None
    ) -> None:
        self._clock, self._dice = clock, dice
        self._endpoints = Endpoints(table, {} if weights is None else weights)
        self._waiting: dict[Endpoint, None] = {}
        self._deadlines: list[tuple[int, Waiter]] = []
        self._tickets = itertools.count()
        self._timer: asyncio.Task[None] | None = None
        self._timer_at = 0

    async def acquire(self, ask: Ask) -> None:
        """Return when `ask` may be sent; it is then counted. Raises `Busy` if it may not within its lane's patience."""
        now, lane = self._clock.elapsed_ms(), ask.lane
        endpoint, bucket = self._endpoints.of(ask), self._endpoints.bucket(ask, now)
        if not self._waiting and not endpoint.wait_ms(now, lane) and not _missing(bucket, ask, now):
            _spend(ask, endpoint, bucket)
            return
        _check_patience(ask, endpoint, now)
        deadline = None if lane.is_exit else now + PATIENCE_MS[lane]
        waiter = Waiter(ask, next(self._tickets))
        endpoint.lines[lane].add(waiter)
        self._waiting.setdefault(endpoint)
        if deadline is not None:
            heapq.heappush(self._deadlines, (deadline, waiter))
        self._give_turns(now)
        try:
            await waiter.turn
        finally:
            endpoint.lines[lane].drop(waiter)

    def push_back(self, ask: Ask, said_ms: int | None) -> None:
        """Take the venue's word that it was too much, and for how long, if it said."""
        self._endpoints.of(ask).push_back(self._clock.elapsed_ms(), said_ms, self._dice)

    def answered(self, ask: Ask) -> None:
        """Take note that the venue answered as it should."""
        self._endpoints.of(ask).answered()

    def pause_ms(self, ask: Ask) -> int:
        """How long the venue wants to be left alone with such requests."""
        return self._endpoints.of(ask).pause_ms(self._clock.elapsed_ms(), ask.lane)

    def share(self, ask: Ask) -> int:
        """How much of the budget of such requests is in use, in thousandths: less than 1,000 after push-backs."""
        return self._endpoints.of(ask).share(self._clock.elapsed_ms())

    def waiting(self) -> int:
        """How many requests are in line."""
        return sum(len(line) for endpoint in self._waiting for line in endpoint.lines)

    def close(self) -> None:
        """Turn away everybody who still waits."""
        self._arm(None)
        self._turn_away(Busy(0, "shutting down"))

    # --- turns

    def _give_turns(self, now: int) -> None:
        """Let go who may, turn away who waited too long, and set the timer for the next change."""
        turn = _Turn(now)
        for lane in Lane:
            self._serve(lane, turn)
        self._expire(now)
        for endpoint in [endpoint for endpoint in self._waiting if not endpoint.has_waiters()]:
            del self._waiting[endpoint]
        moments = [now + turn.next_ms] if turn.next_ms else []
        moments += [self._deadlines[0][0]] if self._deadlines else []
        self._arm(min(moments) if self._waiting and moments else None)

    def _serve(self, lane: Lane, turn: _Turn) -> None:
        """Let go who may of one lane. Endpoints go round, the least recently served first."""
        endpoints = [endpoint for endpoint in self._waiting if len(endpoint.lines[lane])]
        while endpoints:
            endpoints = [endpoint for endpoint in endpoints if self._serve_one(endpoint, lane, turn)]

    def _serve_one(self, endpoint: Endpoint, lane: Lane, turn: _Turn) -> bool:
        """Let go the next of one line, if it may. What it lacks is claimed: nobody after it in this turn takes that."""
        if not len(endpoint.lines[lane]):
            return False
        wait_ms = endpoint.wait_ms(turn.now, lane)
        if wait_ms:
            turn.note(wait_ms)
            if not endpoint.pause_ms(turn.now, lane):
                turn.claimed.update(endpoint.lacking(turn.now, lane))
            return False
        if not turn.claimed.isdisjoint(endpoint.budgets):
            return False
        waiter = endpoint.lines[lane].take(lambda waiter: self._has_own_room(waiter.ask, turn))
        if waiter is None:
            return False
        if not waiter.turn.done():
            _spend(waiter.ask, endpoint, self._endpoints.bucket(waiter.ask, turn.now))
            waiter.turn.set_result(None)
        del self._waiting[endpoint]
        self._waiting[endpoint] = None
        return True

    def _has_own_room(self, ask: Ask, turn: _Turn) -> bool:
        bucket = self._endpoints.bucket(ask, turn.now)
        if bucket is None:
            return True
        missing_ms = _missing(bucket, ask, turn.now)
        if missing_ms:
            turn.note(missing_ms)
            turn.claimed.add(bucket)
        return not missing_ms and bucket not in turn.claimed

    def _expire(self, now: int) -> None:
        while self._deadlines and (self._deadlines[0][0] <= now or self._deadlines[0][1].turn.done()):
            _, waiter = heapq.heappop(self._deadlines)
            _fail(waiter, Busy(PATIENCE_MS[waiter.ask.lane], "others went first"))

    # --- the timer

    def _arm(self, moment: int | None) -> None:
        if self._timer is not None and moment == self._timer_at:
            return
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if moment is not None:
            self._timer_at = moment
            self._timer = asyncio.get_running_loop().create_task(self._wake(moment))
            self._timer.add_done_callback(self._woken)

    async def _wake(self, moment: int) -> None:
        await self._clock.sleep(max(1, moment - self._clock.elapsed_ms()))
        self._timer = None
        self._give_turns(self._clock.elapsed_ms())

    def _woken(self, timer: asyncio.Task[None]) -> None:
        """Let nobody wait for ever behind a timer that broke."""
        if not timer.cancelled() and (error := timer.exception()) is not None:
            self._turn_away(Broken(f"the limiter's timer: {error!r}"))

    def _turn_away(self, why: Exception) -> None:
        for endpoint in self._waiting:
            for line in endpoint.lines:
                while (waiter := line.take(lambda _: True)) is not None:
                    _fail(waiter, why)
        self._waiting.clear()


def _check_patience(ask: Ask, endpoint: Endpoint, now: int) -> None:
    """Raise `Busy` if the venue wants a longer pause than the lane can wait, or an entry's line is too long."""
    patience_ms = PATIENCE_MS[ask.lane]
    pause_ms = endpoint.pause_ms(now, ask.lane)
    if pause_ms > patience_ms:
        raise Busy(pause_ms, "the venue asked for a pause")
    if ask.lane.is_exit:
        return
    wait_ms = endpoint.wait_ms(now, ask.lane, 1 + endpoint.ahead_of(ask.lane, ask.client))
    if wait_ms > patience_ms:
        raise Busy(wait_ms, "our own rate limit is used up")


def _missing(bucket: Budget | None, ask: Ask, now: int) -> int:
    return 0 if bucket is None else bucket.wait_ms(now, ask.cost, is_exit=ask.lane.is_exit)


def _spend(ask: Ask, endpoint: Endpoint, bucket: Budget | None) -> None:
    endpoint.take(ask.lane)
    if bucket is not None:
        bucket.take(ask.cost, is_exit=ask.lane.is_exit)


def _fail(waiter: Waiter, why: Exception) -> None:
    if not waiter.turn.done():
        waiter.turn.set_exception(why)
