"""Time as it passes: the machine's own, or faster for a trial against a local venue."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from copydesk.domain.errors import BadInput
from copydesk.domain.ids import TimeMs

_NS_PER_MS: Final = 1_000_000


class RunningClock:
    """A time of day and a timer that never goes back.

    At speed 1 without `starts_at` the time of day is the machine's, read anew each time, so a corrected wall clock is
    followed. Otherwise it begins at `starts_at`, or at the machine's time, and then runs with the timer alone. What
    `elapsed_ms` and `sleep` say never depends on the wall clock (I23).
    """

    def __init__(self, speed: int = 1, starts_at: TimeMs | None = None) -> None:
        if speed < 1:
            raise BadInput("clock speed", found=str(speed), allowed="a whole number from 1 on")
        self._speed = speed
        self._began_ns = time.monotonic_ns()
        self._is_the_machines = speed == 1 and starts_at is None
        self._starts_at = _wall_ms() if starts_at is None else starts_at

    def now(self) -> TimeMs:
        """Milliseconds since 1970-01-01 UTC."""
        return TimeMs(_wall_ms() if self._is_the_machines else self._starts_at + self.elapsed_ms())

    def elapsed_ms(self) -> int:
        """Milliseconds of this clock since it was made."""
        return (time.monotonic_ns() - self._began_ns) * self._speed // _NS_PER_MS

    async def sleep(self, ms: int) -> None:
        """Return when `ms` milliseconds of this clock have passed; at once, after letting others run, if none are."""
        due_ns = time.monotonic_ns() + ms * _NS_PER_MS // self._speed
        await asyncio.sleep(0)
        while (left_ns := due_ns - time.monotonic_ns()) > 0:
            await asyncio.sleep(left_ns / 1e9)


def _wall_ms() -> int:
    return time.time_ns() // _NS_PER_MS
