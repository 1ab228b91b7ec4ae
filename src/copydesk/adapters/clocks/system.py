"""The machine's own clock."""

from __future__ import annotations

import time

from copydesk.domain.ids import TimeMs


class SystemClock:
    """The time of day as the machine has it."""

    def now(self) -> TimeMs:
        """Milliseconds since 1970-01-01 UTC."""
        return TimeMs(time.time_ns() // 1_000_000)


class Stopwatch:
    """Milliseconds of monotonic time since it was made: for showing rates, never for decisions."""

    def __init__(self) -> None:
        self._began_ns = time.monotonic_ns()

    def elapsed_ms(self) -> int:
        """Whole milliseconds since it was made."""
        return (time.monotonic_ns() - self._began_ns) // 1_000_000


def wait(ms: int) -> None:
    """Return when `ms` milliseconds have passed: for a command that looks again, never inside a run."""
    time.sleep(ms / 1_000)
