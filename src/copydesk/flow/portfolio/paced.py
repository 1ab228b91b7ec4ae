"""How often an account bought: its orders of the last day, and the entries of each position."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from copydesk.domain.ids import TimeMs
from copydesk.flow.portfolio.spending import DAY_MS

if TYPE_CHECKING:
    from copydesk.domain.ids import TokenId, Wallet

    PositionKey = tuple[Wallet, TokenId]

HOUR_MS = 3_600_000
_KEPT_BEFORE_PRUNING = 64


class Entered(NamedTuple):
    """The entries of one position since it was last opened, and when the latest order to buy it was placed."""

    entries: int
    last_at: TimeMs


class Paced:
    """When buys were placed, and how often each position was entered. An order that bought nothing is no entry.

    It is counted as an order all the same, and its position waits as after any other.
    """

    __slots__ = ("by_position", "times")

    def __init__(self) -> None:
        self.times: list[TimeMs] = []
        self.by_position: dict[PositionKey, Entered] = {}

    def plan(self, key: PositionKey, at: TimeMs) -> None:
        """A buy is placed. A clock that went back does not make the count smaller."""
        self.times.append(max(at, self.times[-1]) if self.times else at)
        self._prune()
        before = self.by_position.get(key)
        self.by_position[key] = Entered(1 if before is None else before.entries + 1, at)

    def unfilled(self, key: PositionKey) -> None:
        """A buy ended and had bought nothing."""
        before = self.by_position[key]
        self.by_position[key] = Entered(before.entries - 1, before.last_at)

    def closed(self, key: PositionKey, on_the_way: int) -> None:
        """A position was left; only the buys on the way to it count towards the next."""
        before = self.by_position.get(key)
        if before is not None:
            self.by_position[key] = Entered(on_the_way, before.last_at)

    def since(self, at: TimeMs) -> int:
        """How many buys were placed later than `at`, which is a day ago at most."""
        return len(self.times) - bisect_left(self.times, at + 1)

    def _prune(self) -> None:
        """Forget what is older than a day, now and then: half of what is kept at least."""
        if len(self.times) < _KEPT_BEFORE_PRUNING:
            return
        old = bisect_left(self.times, self.times[-1] - DAY_MS)
        if 2 * old >= len(self.times):
            del self.times[:old]
