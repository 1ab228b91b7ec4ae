"""One budget: a bucket that never lets more than its top through in any window, and keeps a part for exits."""

from __future__ import annotations

from typing import Final

from copydesk.domain.errors import require

FULL: Final = 1_000
"""A budget that was not cut, in thousandths."""
LEAST: Final = 100
"""A budget is not cut below this."""
REGAINED: Final = 50
"""What comes back with every step without trouble: from half to whole in ten."""
STEP_MS: Final = 1_000
AT_ONCE_PERCENT: Final = 10
"""How much of a window's top may go at once. The rest comes evenly, so that priority decides within moments."""


class Budget:
    """How often something may be asked, in this much time.

    In any `window_ms` at most `top` go through, and at most the part of it that is not kept for exits if they are not
    exits. When the venue pushes back the budget is halved; then it grows back in even steps.

    Two buckets fill evenly: one for everything, one for what is not an exit. Levels are counted in the smallest unit
    that keeps them whole numbers: a request costs `_unit`.
    """

    __slots__ = (
        "_at",
        "_burst",
        "_cut_at",
        "_level",
        "_refill",
        "_regained_at",
        "_rest_burst",
        "_rest_level",
        "_rest_refill",
        "_share",
        "_unit",
    )

    def __init__(self, top: int, window_ms: int, exits_percent: int, *, at_once: int = 0) -> None:
        """`at_once` is the burst of a budget documented as rate and burst: it then comes on top of the window's top."""
        require(top > 1, f"a budget of {top} cannot be shared")
        burst = at_once or max(1, top * AT_ONCE_PERCENT // 100)
        refill = top if at_once else top - burst
        rest_percent = 100 - exits_percent
        rest_burst = max(1, burst * rest_percent // 100)
        self._unit = window_ms * FULL
        self._refill = refill
        self._rest_refill = max(1, (burst + refill) * rest_percent // 100 - rest_burst)
        self._burst = self._level = burst * self._unit
        self._rest_burst = self._rest_level = rest_burst * self._unit
        self._share = FULL
        self._at = self._regained_at = 0
        self._cut_at = -STEP_MS

    def share(self, now: int) -> int:
        """How much of the budget is in use, in thousandths."""
        self._settle(now)
        return self._share

    def fits(self, cost: int, *, is_exit: bool) -> bool:
        """Whether a request of `cost` can ever go through."""
        return cost * self._unit <= (self._burst if is_exit else self._rest_burst)

    def wait_ms(self, now: int, cost: int, *, is_exit: bool) -> int:
        """How long until there is room for `cost`; 0 if there is now."""
        if now > self._at:
            self._settle(now)
        price = cost * self._unit
        wait_ms = 0
        if price > self._level:
            wait_ms = -((self._level - price) // (self._refill * self._share))
        if not is_exit and price > self._rest_level:
            wait_ms = max(wait_ms, -((self._rest_level - price) // (self._rest_refill * self._share)))
        return wait_ms

    def take(self, cost: int, *, is_exit: bool) -> None:
        """Spend `cost`. To be called right after `wait_ms` said 0."""
        price = cost * self._unit
        self._level -= price
        if not is_exit:
            self._rest_level -= price

    def push_back(self, now: int) -> None:
        """Halve: the venue said it was too much. Answers to what was on its way together count once."""
        self._settle(now)
        if now - self._cut_at < STEP_MS:
            return
        self._share = max(LEAST, self._share // 2)
        self._cut_at = self._regained_at = now
        self._level = min(self._level, self._burst * self._share // FULL)
        self._rest_level = min(self._rest_level, self._rest_burst * self._share // FULL)

    def is_whole(self, now: int) -> bool:
        """Whether nothing of the budget is spent or cut: it can be forgotten and made anew."""
        self._settle(now)
        is_full = self._level == self._burst and self._rest_level == self._rest_burst
        return is_full and self._share == FULL

    def _settle(self, now: int) -> None:
        """Fill for the time that has passed, at the share there was, then let the share grow back."""
        passed = (now - self._at) * self._share
        if passed <= 0:
            return
        self._level = min(self._burst, self._level + passed * self._refill)
        self._rest_level = min(self._rest_burst, self._rest_level + passed * self._rest_refill)
        self._at = now
        if self._share < FULL:
            steps = (now - self._regained_at) // STEP_MS
            self._regained_at += steps * STEP_MS
            self._share = min(FULL, self._share + steps * REGAINED)
