"""What was spent on entries in one UTC day: every order counts on the day it was placed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.money import NO_USDC, Usdc

if TYPE_CHECKING:
    from copydesk.domain.ids import TimeMs
    from copydesk.domain.order import Order

DAY_MS = 86_400_000


class Spending:
    """The latest day on which an order was placed, and what its orders cost or may still cost, fees included.

    Sales give nothing back: this bounds how much is bought in a day, however often it is turned over.
    """

    __slots__ = ("day", "spent")

    def __init__(self) -> None:
        self.day = 0
        self.spent = NO_USDC

    def add(self, order: Order, change: Usdc) -> None:
        """An order came to cost `change` more, or less if negative; what an earlier day's order does is past."""
        day = day_of(order.placed_at)
        if day > self.day:
            self.day, self.spent = day, NO_USDC
        if day == self.day:
            self.spent += change

    def on_day_of(self, now: TimeMs) -> Usdc:
        """What was spent on the day of `now`; a clock that went back finds what it had spent."""
        return self.spent if day_of(now) <= self.day else NO_USDC


def day_of(at: TimeMs) -> int:
    """The UTC day of a moment, counted from the epoch."""
    return at // DAY_MS
