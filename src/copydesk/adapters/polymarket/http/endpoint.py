"""One endpoint: the budgets its requests count under, its lines, and how long the venue wants to be left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from copydesk.adapters.polymarket.http.fair_line import FairLine
from copydesk.adapters.polymarket.http.lanes import Lane

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from copydesk.adapters.polymarket.http.budget import Budget
    from copydesk.ports import Dice

PAUSE_FIRST_MS: Final = 1_000
PAUSE_TOP_MS: Final = 30_000
PAUSE_EXIT_TOP_MS: Final = 1_000
"""Exits ask again at least this often, unless the venue itself named a later moment."""
PAUSE_SAID_TOP_MS: Final = 600_000
"""A longer pause than ten minutes is not believed; after it the venue is asked, and may say so again."""


class Endpoint:
    """Requests of one kind. `own` are the budgets that are nobody else's; they are cut when the venue pushes back."""

    def __init__(self, own: Sequence[Budget], shared: Sequence[Budget], weights: Mapping[str, int]) -> None:
        self.budgets = (*own, *shared)
        self.lines = tuple(FairLine(weights) for _ in Lane)
        self._cut = tuple(own) or tuple(shared[:1])
        self._entries_at = self._exits_at = 0
        self._strikes = 0

    def pause_ms(self, now: int, lane: Lane) -> int:
        """How long the venue wants to be left alone."""
        return max(0, (self._exits_at if lane.is_exit else self._entries_at) - now)

    def wait_ms(self, now: int, lane: Lane, count: int = 1) -> int:
        """How long until `count` requests could have gone, if nobody else came."""
        is_exit = lane <= Lane.SELL
        longest_ms = (self._exits_at if is_exit else self._entries_at) - now
        for budget in self.budgets:
            wait_ms = budget.wait_ms(now, count, is_exit=is_exit)
            longest_ms = max(longest_ms, wait_ms)
        return max(0, longest_ms)

    def lacking(self, now: int, lane: Lane) -> list[Budget]:
        """The budgets without room for one more."""
        is_exit = lane.is_exit
        return [budget for budget in self.budgets if budget.wait_ms(now, 1, is_exit=is_exit)]

    def take(self, lane: Lane) -> None:
        """Spend one request."""
        is_exit = lane.is_exit
        for budget in self.budgets:
            budget.take(1, is_exit=is_exit)

    def ahead_of(self, lane: Lane, client: str) -> int:
        """How many turns others may have before a new request of `client` in `lane`."""
        return sum(len(line) for line in self.lines[:lane]) + self.lines[lane].ahead_of(client)

    def has_waiters(self) -> bool:
        """Whether anybody is in line."""
        return any(map(len, self.lines))

    def push_back(self, now: int, said_ms: int | None, dice: Dice) -> None:
        """Ask less and later: the venue said it was too much, or not now, and perhaps for how long.

        Answers to what was on its way together count as one. Without a word of the venue the pause is one to two
        seconds and doubles with each time in a row.
        """
        for budget in self._cut:
            budget.push_back(now)
        if now >= self._entries_at:
            self._strikes += 1
        own_ms = min(PAUSE_TOP_MS, PAUSE_FIRST_MS << min(max(self._strikes - 1, 0), 10))
        own_ms = min(PAUSE_TOP_MS, own_ms + dice.below(own_ms))
        said = min(PAUSE_SAID_TOP_MS, said_ms) if said_ms is not None else None
        self._entries_at = max(self._entries_at, now + max(own_ms, said or 0))
        exits_ms = min(PAUSE_EXIT_TOP_MS, own_ms) if said is None else said
        self._exits_at = max(self._exits_at, now + exits_ms)

    def share(self, now: int) -> int:
        """How much of what is cut on push-back is in use, in thousandths."""
        return min(budget.share(now) for budget in self._cut)

    def answered(self) -> None:
        """Take an answer as a sign that the trouble is over."""
        self._strikes = 0
