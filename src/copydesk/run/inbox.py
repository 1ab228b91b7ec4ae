"""The queue between the feeds and the flow: bounded, woken by a push, never polled (S0.2, S0.7, S0.31)."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from copydesk.domain.trade import LeaderTrade, RowRefused, Side

if TYPE_CHECKING:
    from copydesk.domain.trade import LiveSighting
    from copydesk.ports import LiveClock

ROOM = 16_384
"""So many sightings may wait before entries are turned away."""
EXIT_ROOM = 4 * ROOM
"""So many before anything is: exits, activities and results have room that entries cannot take (C18, I18)."""
DELAYS_MAX = 4_096


class BoundedInbox:
    """Sightings in order of arrival. When full it turns away buys first: their feeds show them again.

    Refused rows are dropped when full, and counted. `delays_ms` are how long the latest sightings waited.
    """

    def __init__(self, clock: LiveClock, room: int = ROOM, exit_room: int = EXIT_ROOM) -> None:
        self._clock, self._room, self._exit_room = clock, room, exit_room
        self._waiting: deque[tuple[int, LiveSighting]] = deque()
        self._pushed = asyncio.Event()
        self.shed = 0
        self.delays_ms: deque[int] = deque(maxlen=DELAYS_MAX)

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, sighting: LiveSighting) -> bool:
        """As `ports.Inbox.put`."""
        waiting = len(self._waiting)
        if waiting >= self._room and (waiting >= self._exit_room or _can_wait(sighting)):
            self.shed += 1
            return isinstance(sighting, RowRefused)
        self._waiting.append((self._clock.elapsed_ms(), sighting))
        self._pushed.set()
        return True

    def wake(self) -> None:
        """Let `wait` return though nothing was put."""
        self._pushed.set()

    async def wait(self) -> None:
        """Return when something was put, or somebody called `wake`, since the last call."""
        await self._pushed.wait()
        self._pushed.clear()

    def take(self, count: int) -> list[LiveSighting]:
        """Up to `count` sightings, oldest first."""
        now = self._clock.elapsed_ms()
        taken: list[LiveSighting] = []
        while self._waiting and len(taken) < count:
            put_at, sighting = self._waiting.popleft()
            self.delays_ms.append(now - put_at)
            taken.append(sighting)
        return taken


def _can_wait(sighting: LiveSighting) -> bool:
    return isinstance(sighting, RowRefused) or (isinstance(sighting, LeaderTrade) and sighting.side is Side.BUY)
