"""How long to wait before a connection is tried again, and when to leave it alone for a while (S4.5, S4.24)."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from copydesk.ports import Dice

_DOUBLINGS_MAX: Final = 20


class RetryPlan(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds of the waiting: full jitter between the two waits, and `failures_max` in a window switch off."""

    wait_min_ms: int = 250
    wait_max_ms: int = 30_000
    failures_max: int = 8
    window_ms: int = 300_000
    off_ms: int = 120_000


class Retries:
    """The failures of one connection, and what follows from them."""

    def __init__(self, plan: RetryPlan, dice: Dice) -> None:
        self._plan, self._dice = plan, dice
        self._failures: deque[int] = deque(maxlen=plan.failures_max)
        self._in_a_row = 0

    def succeeded(self) -> None:
        """Data came: the next wait is short again. The breaker still counts what failed before."""
        self._in_a_row = 0

    def wait_ms(self, now_ms: int) -> int:
        """Note a failure at `now_ms` of the timer and draw how long to wait: full jitter under a doubling bound."""
        self._failures.append(now_ms)
        self._in_a_row = min(self._in_a_row + 1, _DOUBLINGS_MAX)
        plan = self._plan
        bound = min(plan.wait_max_ms, plan.wait_min_ms << self._in_a_row)
        return plan.wait_min_ms + self._dice.below(max(bound - plan.wait_min_ms, 0) + 1)

    def off_ms(self) -> int:
        """How long to leave it alone, 0 if there is no need to: too much failed in the window that ends with the last.

        What failed before is then forgiven, so that it is tried in earnest afterwards.
        """
        failures, plan = self._failures, self._plan
        if len(failures) < plan.failures_max or failures[-1] - failures[0] > plan.window_ms:
            return 0
        failures.clear()
        return plan.off_ms
