"""Time that passes only when everybody waits: coroutines that sleep for hours are done in moments, the same each time.

For code that does no real input or output.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

from copydesk.domain.ids import TimeMs

START_MS = 1_795_000_000_000
_T = TypeVar("_T")


class _Selector(selectors.DefaultSelector):
    """Where a loop would wait, it moves its time on instead."""

    def __init__(self) -> None:
        super().__init__()
        self.passed_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready:
            if timeout is None:
                raise RuntimeError("everybody waits, and nothing will ever happen")
            self.passed_s += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose time is counted, not measured."""

    def __init__(self) -> None:
        self._waits = _Selector()
        super().__init__(self._waits)

    def time(self) -> float:
        return self._waits.passed_s


class VirtualClock:
    """A `LiveClock` that shows the running loop's time."""

    def now(self) -> TimeMs:
        return TimeMs(START_MS + self.elapsed_ms())

    def elapsed_ms(self) -> int:
        return round(asyncio.get_running_loop().time() * 1_000)

    async def sleep(self, ms: int) -> None:
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        timer = loop.call_at((self.elapsed_ms() + ms) / 1_000, done.set_result, None)
        try:
            await done
        finally:
            timer.cancel()


def run_virtual(main: Coroutine[Any, Any, _T]) -> _T:
    """Run to the end in virtual time, which begins at 0."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)
