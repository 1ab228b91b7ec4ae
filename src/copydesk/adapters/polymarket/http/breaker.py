"""The breaker of one host: after failures in a row the host is left alone, and then tried with one request."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from copydesk.ports import Dice


class BreakerState(StrEnum):
    """Whether a host is asked."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"
    """Its time off is over: the next request shows whether it is back."""


class BreakerPlan(msgspec.Struct, frozen=True, kw_only=True):
    """When a host is left alone, and for how long: the first time at most `off_ms`, doubling up to `off_top_ms`."""

    failures: int = 5
    off_ms: int = 2_000
    off_top_ms: int = 60_000


class Breaker:
    """Counts failures in a row. Whoever is admitted reports `succeeded`, `failed` or `abandoned`, once."""

    def __init__(self, dice: Dice, plan: BreakerPlan | None = None) -> None:
        self._dice, self._plan = dice, plan or BreakerPlan()
        self._failures = self._openings = 0
        self._opens_again_at = 0
        self._is_open = self._is_probing = False

    def state(self, now: int) -> BreakerState:
        """How it stands at `now`."""
        if not self._is_open:
            return BreakerState.CLOSED
        return BreakerState.OPEN if now < self._opens_again_at else BreakerState.HALF_OPEN

    def wait_ms(self, now: int) -> int:
        """How long the host is still left alone."""
        return max(0, self._opens_again_at - now) if self._is_open else 0

    def admits(self, now: int, *, is_exit: bool) -> bool:
        """Whether a request may go now. One probe at a time; an exit may be the probe before the time off is over."""
        state = self.state(now)
        if state is BreakerState.CLOSED:
            return True
        if self._is_probing or (state is BreakerState.OPEN and not is_exit):
            return False
        self._is_probing = True
        return True

    def succeeded(self) -> None:
        """Close: the host answers."""
        self._failures = self._openings = 0
        self._is_open = self._is_probing = False

    def failed(self, now: int) -> None:
        """Count a failure; open at the last that is borne, and again whenever a probe fails."""
        self._failures += 1
        was_probe, self._is_probing = self._is_probing, False
        if self._is_open and not was_probe:
            return
        if self._is_open or self._failures >= self._plan.failures:
            self._open(now)

    def abandoned(self) -> None:
        """Take back an admission that came to nothing: whoever had it gave up."""
        self._is_probing = False

    def _open(self, now: int) -> None:
        off_ms = min(self._plan.off_top_ms, self._plan.off_ms << min(self._openings, 16))
        half_ms = off_ms // 2
        self._opens_again_at = now + half_ms + self._dice.below(off_ms - half_ms + 1)
        self._openings += 1
        self._is_open = True
