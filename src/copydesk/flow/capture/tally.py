"""What became of every row that was read and every signal made of them: nothing is dropped without a count (K24)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from copydesk.domain.decision import Approved, Skipped
from copydesk.domain.events import DecisionMade, FillBooked, OrderEnded, Settled

if TYPE_CHECKING:
    from copydesk.domain.events import Fact
    from copydesk.domain.trade import RowRefused

SHOWN_MAX = 20


class Tally:
    """Counts of one run. At every moment rows_read = events + duplicates + refused (I20).

    `shown` are the first refused rows, for a person to look at; the counts are complete, that list is not.
    """

    def __init__(self) -> None:
        self.events = self.duplicates = self.activities = 0
        self.refused: Counter[str] = Counter()
        self.shown: list[RowRefused] = []
        self.actions = self.signals = 0
        self.copied = self.expired = 0
        self.skipped: Counter[str] = Counter()
        self.orders: Counter[str] = Counter()
        self.fills = self.settled_fills = 0

    @property
    def rows_read(self) -> int:
        """All rows that reached us."""
        return self.events + self.duplicates + self.refused.total()

    @property
    def decisions(self) -> int:
        """All decisions made."""
        return self.copied + self.expired + self.skipped.total()

    def refuse(self, row: RowRefused) -> None:
        """Count a refused row."""
        self.refused[row.reason] += 1
        if len(self.shown) < SHOWN_MAX:
            self.shown.append(row)

    def known(self, count: int) -> None:
        """Move `count` events to duplicates: the ledger knew them from an earlier run."""
        self.events -= count
        self.duplicates += count

    def record(self, fact: Fact) -> None:
        """Count what was sealed."""
        match fact:
            case DecisionMade(decision=Approved()):
                self.copied += 1
            case DecisionMade(decision=Skipped(reason=reason)):
                self.skipped[reason] += 1
            case DecisionMade():
                self.expired += 1
            case FillBooked():
                self.fills += 1
            case OrderEnded():
                self.orders[fact.ending] += 1
            case Settled():
                self.settled_fills += fact.fills
