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


class _Bucket:
    """Tokens that come evenly, in the smallest unit that keeps them whole numbers."""

    __slots__ = ("burst", "level", "refill", "unit")

    def __init__(self, burst: int, refill: int, window_ms: int) -> None:
        self.unit = window_ms * FULL
        self.burst, self.refill = burst * self.unit, refill
        self.level = self.burst

    def fill(self, ms: int, share: int) -> None:
        self.level = min(self.burst, self.level + ms * self.refill * share)

    def wait_ms(self, cost: int, share: int) -> int:
        missing = cost * self.unit - self.level
        return max(0, -(-missing // (self.refill * share)))

    def take(self, cost: int) -> None:
        self.level -= cost * self.unit

    def drain(self, share: int) -> None:
        self.level = min(self.level, self.burst * share // FULL)


class Budget:
    """How often something may be asked, in this much time.

    In any `window_ms` at most `top` go through, and at most the part of it that is not kept for exits if they are not
    exits. When the venue pushes back the budget is halved; then it grows back in even steps.
    """

    __slots__ = ("_all", "_at", "_cut_at", "_entries", "_regained_at", "_share")

    def __init__(self, top: int, window_ms: int, exits_percent: int, *, at_once: int = 0) -> None:
        """`at_once` is the burst of a budget documented as rate and burst: it then comes on top of the window's top."""
        require(top > 1, f"a budget of {top} cannot be shared")
        burst = at_once or max(1, top * AT_ONCE_PERCENT // 100)
        refill = top if at_once else top - burst
        self._all = _Bucket(burst, refill, window_ms)
        rest_percent = 100 - exits_percent
        rest_burst = max(1, burst * rest_percent // 100)
        rest_refill = max(1, (burst + refill) * rest_percent // 100 - rest_burst)
        self._entries = _Bucket(rest_burst, rest_refill, window_ms)
        self._share = FULL
        self._at = self._regained_at = 0
        self._cut_at = -STEP_MS

    def share(self, now: int) -> int:
        """How much of the budget is in use, in thousandths."""
        self._settle(now)
        return self._share

    def fits(self, cost: int, *, is_exit: bool) -> bool:
        """Whether a request of `cost` can ever go through."""
        bucket = self._all if is_exit else self._entries
        return cost * bucket.unit <= bucket.burst

    def wait_ms(self, now: int, cost: int, *, is_exit: bool) -> int:
        """How long until there is room for `cost`; 0 if there is now."""
        self._settle(now)
        wait_ms = self._all.wait_ms(cost, self._share)
        return wait_ms if is_exit else max(wait_ms, self._entries.wait_ms(cost, self._share))

    def take(self, cost: int, *, is_exit: bool) -> None:
        """Spend `cost`. To be called right after `wait_ms` said 0."""
        self._all.take(cost)
        if not is_exit:
            self._entries.take(cost)

    def push_back(self, now: int) -> None:
        """Halve: the venue said it was too much. Answers to what was on its way together count once."""
        self._settle(now)
        if now - self._cut_at < STEP_MS:
            return
        self._share = max(LEAST, self._share // 2)
        self._cut_at = self._regained_at = now
        for bucket in (self._all, self._entries):
            bucket.drain(self._share)

    def is_whole(self, now: int) -> bool:
        """Whether nothing of the budget is spent or cut: it can be forgotten and made anew."""
        self._settle(now)
        return self._share == FULL and self._all.level == self._all.burst and self._entries.level == self._entries.burst

    def _settle(self, now: int) -> None:
        passed_ms = now - self._at
        if passed_ms <= 0:
            return
        for bucket in (self._all, self._entries):
            bucket.fill(passed_ms, self._share)
        self._at = now
        steps = (now - self._regained_at) // STEP_MS
        self._regained_at += steps * STEP_MS
        self._share = min(FULL, self._share + steps * REGAINED)
