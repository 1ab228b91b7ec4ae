"""Market time and what is due when: a clock that is moved by hand, and one that runs at a multiple of real time."""

import asyncio
import heapq
import time
from collections.abc import Callable
from dataclasses import dataclass, field

_PUMP_S = 0.005


@dataclass(slots=True, order=True)
class Ticket:
    """One action that waits for its time."""

    at_ms: int
    number: int
    action: Callable[[], object] = field(compare=False)
    dropped: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        self.dropped = True


class Clock:
    """Market time in ms, with a list of actions that run in order of their time."""

    def __init__(self) -> None:
        self._waiting: list[Ticket] = []
        self._number = 0
        self._acting_ms: int | None = None
        self._latest_ms = 0

    def _reading_ms(self) -> int:
        raise NotImplementedError

    def _skip(self, ms: int) -> None:
        raise NotImplementedError

    def now_ms(self) -> int:
        return self._reading_ms() if self._acting_ms is None else self._acting_ms

    def now_s(self) -> int:
        return self.now_ms() // 1000

    def schedule(self, at_ms: int, action: Callable[[], object]) -> Ticket:
        self._number += 1
        ticket = Ticket(at_ms, self._number, action)
        heapq.heappush(self._waiting, ticket)
        return ticket

    def run_due(self) -> int:
        """Run what is due by now, each action at its own time; give how many ran."""
        return self._run_until(self._reading_ms())

    def _run_until(self, limit_ms: int) -> int:
        if self._acting_ms is not None:
            return 0
        ran = 0
        while self._waiting and self._waiting[0].at_ms <= limit_ms:
            ticket = heapq.heappop(self._waiting)
            if ticket.dropped:
                continue
            self._acting_ms = self._latest_ms = max(ticket.at_ms, self._latest_ms)
            try:
                ticket.action()
            finally:
                self._acting_ms = None
            ran += 1
        return ran

    def advance(self, ms: int) -> None:
        """Jump forward, running on the way all that falls due."""
        self._run_until(self._reading_ms() + ms)
        self._skip(ms)

    def wall_seconds(self, ms: int) -> float:
        return ms / 1000

    def wall_s(self) -> int:
        """Give the time a client's own watch shows: it knows nothing of a faster market."""
        return self._reading_ms() // 1000

    async def sleep_ms(self, ms: int) -> None:
        """Wait market time; a jump of the clock ends the wait early."""
        end_ms = self.now_ms() + ms
        while (left_ms := end_ms - self._reading_ms()) > 0:
            await asyncio.sleep(min(self.wall_seconds(left_ms), 0.02))  # noqa: TID251 this is the clock

    async def pump(self) -> None:
        """Run due actions for ever."""
        while True:
            self.run_due()
            await asyncio.sleep(_PUMP_S)  # noqa: TID251


class ManualClock(Clock):
    """A clock that moves only by `advance`."""

    def __init__(self, start_ms: int) -> None:
        super().__init__()
        self._ms = start_ms

    def _reading_ms(self) -> int:
        return self._ms

    def _skip(self, ms: int) -> None:
        self._ms += ms


class SpeedClock(Clock):
    """Real time, multiplied."""

    def __init__(self, start_ms: int, speed: float = 1.0) -> None:
        super().__init__()
        self._start_ms = self._opened_ms = start_ms
        self._speed = speed
        self._base_ns = time.monotonic_ns()  # noqa: TID251

    def _reading_ms(self) -> int:
        passed_ns = time.monotonic_ns() - self._base_ns  # noqa: TID251
        return self._start_ms + int(passed_ns * self._speed) // 1_000_000

    def _skip(self, ms: int) -> None:
        self._start_ms += ms

    def wall_seconds(self, ms: int) -> float:
        return ms / 1000 / self._speed

    def wall_s(self) -> int:
        return (self._opened_ms + (time.monotonic_ns() - self._base_ns) // 1_000_000) // 1000  # noqa: TID251
