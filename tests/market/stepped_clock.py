"""The time of a fake market, moved by hand, as a clock for whoever reads that market."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Generator

from copydesk.domain.ids import TimeMs
from fakemarket.world.clock import ManualClock


class Breath:
    """Awaited, it lets everybody else have one turn."""

    def __await__(self) -> Generator[None, None, None]:
        yield


class SteppedClock:
    """A `LiveClock` over the market's own: it moves when the stage says so, and wakes whoever waited for that."""

    def __init__(self, market: ManualClock) -> None:
        self._market = market
        self._began_ms = market.now_ms()
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._count = 0

    def now(self) -> TimeMs:
        return TimeMs(self._market.now_ms())

    def elapsed_ms(self) -> int:
        return self._market.now_ms() - self._began_ms

    async def sleep(self, ms: int) -> None:
        if ms <= 0:
            await Breath()
            return
        self._count += 1
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (self._market.now_ms() + ms, self._count, future))
        await future

    def next_due(self) -> int | None:
        while self._waiting and self._waiting[0][2].done():
            heapq.heappop(self._waiting)
        return self._waiting[0][0] if self._waiting else None

    def move_to(self, moment: int) -> None:
        self._market.advance(moment - self._market.now_ms())
        while (due := self.next_due()) is not None and due <= moment:
            heapq.heappop(self._waiting)[2].set_result(None)
