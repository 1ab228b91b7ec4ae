"""`DryVenue`: decides everything and fills nothing, for whoever wants the log and no simulated money (S4.14)."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from copydesk.domain.errors import require
from copydesk.domain.order import Ending, OrderClosed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copydesk.domain.ids import OrderId, TimeMs
    from copydesk.domain.order import Order, OrderEvent
    from copydesk.domain.trade import LeaderTrade
    from copydesk.ports import BookSource

_WORDS = "dry run: nothing is filled"


class DryVenue:
    """Ends every order unfilled at the moment it was placed. Its books still see the prints, to decide by."""

    def __init__(self, books: BookSource) -> None:
        self._books = books
        self._waiting: deque[Order] = deque()
        self._taken: set[OrderId] = set()

    def observe(self, trade: LeaderTrade) -> None:
        """Pass a print on to the books."""
        self._books.observe(trade)

    def submit(self, order: Order) -> None:
        """Take an order; the same order must not be handed over twice."""
        require(order.id not in self._taken, f"order {order.id} was already handed over")
        self._taken.add(order.id)
        self._waiting.append(order)

    def due_at(self) -> TimeMs | None:
        """When the earliest order was placed; None if none waits."""
        return min((order.placed_at for order in self._waiting), default=None)

    def events(self, now: TimeMs) -> Sequence[OrderEvent]:
        """The end of every order placed by `now`, in the order they were placed."""
        due = sorted((order for order in self._waiting if order.placed_at <= now), key=lambda order: order.placed_at)
        self._waiting = deque(order for order in self._waiting if order.placed_at > now)
        self._taken.difference_update(order.id for order in due)
        return [
            OrderClosed(order=order.id, ending=Ending.UNFILLED, closed_at=order.placed_at, words=_WORDS)
            for order in due
        ]
