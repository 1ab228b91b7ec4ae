"""`ExactVenue`: gives every order exactly its leader's own fills, for audits of our arithmetic."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import TYPE_CHECKING, NamedTuple

from copydesk.domain.errors import require
from copydesk.domain.ids import EventId, OrderId, TimeMs, fill_key
from copydesk.domain.money import NO_SHARES, NO_USDC, Shares, Usdc
from copydesk.domain.order import Ending, Fill, Order, OrderClosed, OrderEvent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from copydesk.domain.trade import LeaderTrade


class _Moved(NamedTuple):
    """What one trade of a leader moved."""

    shares: Shares
    notional: Usdc


class ExactVenue:
    """One fill for each cause of an order, with that trade's shares and amount, at once and free of charge.

    It remembers the last `remembered_max` trades; an order whose causes it never saw is a bug of its caller. A trade
    stays remembered after use, since several accounts may copy it.
    """

    def __init__(self, remembered_max: int = 100_000) -> None:
        self._remembered_max = remembered_max
        self._moved: OrderedDict[EventId, _Moved] = OrderedDict()
        self._waiting: deque[Order] = deque()
        self._open: set[OrderId] = set()

    def observe(self, trade: LeaderTrade) -> None:
        """Remember what a trade moved."""
        self._moved[trade.event_id] = _Moved(trade.shares, trade.notional)
        if len(self._moved) > self._remembered_max:
            self._moved.popitem(last=False)

    def submit(self, order: Order) -> None:
        """Take an order; the same order must not be handed over twice."""
        require(order.id not in self._open, f"order {order.id} was already handed over")
        self._open.add(order.id)
        self._waiting.append(order)

    def due_at(self) -> TimeMs | None:
        """When the earliest order was placed; None if none waits."""
        return min((order.placed_at for order in self._waiting), default=None)

    def events(self, now: TimeMs) -> Sequence[OrderEvent]:
        """The fills and the end of every order placed by `now`, in the order they were placed."""
        due = sorted((order for order in self._waiting if order.placed_at <= now), key=lambda order: order.placed_at)
        self._waiting = deque(order for order in self._waiting if order.placed_at > now)
        return [event for order in due for event in self._met(order)]

    def _met(self, order: Order) -> Iterator[OrderEvent]:
        self._open.discard(order.id)
        filled = NO_SHARES
        for number, cause in enumerate(order.causes, 1):
            moved = self._moved.get(cause)
            require(moved is not None, f"cause {cause} of order {order.id} was never observed")
            if moved is not None:
                filled = filled + moved.shares
                yield Fill(
                    key=fill_key(order.id, str(number)),
                    order=order.id,
                    shares=moved.shares,
                    amount=moved.notional,
                    fee=NO_USDC,
                    filled_at=order.placed_at,
                )
        require(filled <= order.shares, f"order {order.id} of {order.shares} would be filled with {filled}")
        ending = Ending.FILLED if filled == order.shares else Ending.PART_FILLED if filled else Ending.UNFILLED
        yield OrderClosed(order=order.id, ending=ending, closed_at=order.placed_at)
