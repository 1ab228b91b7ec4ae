"""Buys on their way: the positions they will open, and what they cost, count from the moment they are planned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.trade import Side
from copydesk.flow.portfolio.paced import Paced
from copydesk.flow.portfolio.spending import Spending

if TYPE_CHECKING:
    from copydesk.domain.events import FillBooked
    from copydesk.domain.ids import TokenId, Wallet
    from copydesk.domain.money import Usdc
    from copydesk.domain.order import Order

    PositionKey = tuple[Wallet, TokenId]


class Entering:
    """How many buys are on their way to each position, and how many positions are open or about to be (I17)."""

    __slots__ = ("orders", "paced", "spending", "taken")

    def __init__(self) -> None:
        self.orders: dict[PositionKey, int] = {}
        self.taken = 0
        self.spending = Spending()
        self.paced = Paced()

    def plan(self, order: Order, *, is_open: bool) -> None:
        """An order is on its way; `is_open` says whether its position is open already."""
        if order.side is Side.BUY:
            self.spending.add(order, order.reserve)
            self.paced.plan((order.leader, order.token.id), order.placed_at)
            self._count(order, 1, is_open=is_open)

    def book(self, order: Order, fact: FillBooked) -> None:
        """A fill took what it cost out of the order's reserve, and more if it was dearer."""
        if order.side is Side.BUY:
            self.spending.add(order, fact.amount + fact.fee - fact.released)

    def end(self, order: Order, released: Usdc, *, is_open: bool) -> None:
        """An order is over: what is left of its reserve was not spent, and it opens nothing any more."""
        if order.side is Side.BUY:
            self.spending.add(order, -released)
            self._count(order, -1, is_open=is_open)
            if released == order.reserve:
                self.paced.unfilled((order.leader, order.token.id))

    def hold(self, key: PositionKey, *, was_open: bool, is_open: bool) -> None:
        """A position opened or closed. One that a buy is on its way to stays taken either way."""
        if was_open and not is_open:
            self.paced.closed(key, self.orders.get(key, 0))
        if key not in self.orders:
            self.taken += is_open - was_open

    def _count(self, order: Order, change: int, *, is_open: bool) -> None:
        key = (order.leader, order.token.id)
        before = self.orders.get(key, 0)
        after = before + change
        if after:
            self.orders[key] = after
        else:
            del self.orders[key]
        if not is_open:
            self.taken += bool(after) - bool(before)
