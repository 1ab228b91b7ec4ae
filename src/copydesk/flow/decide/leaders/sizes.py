"""`Sizes`: how large a leader's buys usually are, from the last hundred of them, exactly."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque

SIZES_MAX = 100


class Sizes:
    """The last `SIZES_MAX` amounts, in order of time and in order of size."""

    __slots__ = ("_latest", "_sorted")

    def __init__(self) -> None:
        self._latest: deque[int] = deque()
        self._sorted: list[int] = []

    def __len__(self) -> int:
        return len(self._sorted)

    def add(self, amount: int) -> None:
        """Take in one more; the oldest makes room for it."""
        if len(self._latest) == SIZES_MAX:
            del self._sorted[bisect_left(self._sorted, self._latest.popleft())]
        self._latest.append(amount)
        insort(self._sorted, amount)

    def percentile(self, part: int) -> int:
        """The amount that `part` of a hundred do not exceed, 0 if there is none: the nearest rank, rounded up."""
        count = len(self._sorted)
        return self._sorted[max(-(-count * part // 100) - 1, 0)] if count else 0
