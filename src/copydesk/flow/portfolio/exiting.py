"""What is on its way out: for each position since when it is held and how much of it is being sold (I8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from copydesk.domain.exits import Leaving
from copydesk.domain.money import NO_SHARES, Shares
from copydesk.domain.trade import Side

if TYPE_CHECKING:
    from copydesk.domain.events import FillBooked, OrderEnded
    from copydesk.domain.ids import OrderId, TokenId, Wallet
    from copydesk.domain.order import Order


class Exiting:
    """One `Leaving` for each position that was opened and is not settled; each fact costs O(1)."""

    __slots__ = ("by_position", "unfilled")

    def __init__(self) -> None:
        self.by_position: dict[tuple[Wallet, TokenId], Leaving] = {}
        self.unfilled: dict[OrderId, Shares] = {}
        """Of each open sell, what may still be filled."""

    def plan(self, order: Order) -> None:
        """A sell takes its shares out of what may be sold."""
        if order.side is not Side.SELL:
            return
        key = (order.leader, order.token.id)
        leaving = self.by_position.get(key)
        if leaving is not None:
            self.unfilled[order.id] = order.shares
            self.by_position[key] = replace(leaving, selling=leaving.selling + order.shares)

    def book(self, fact: FillBooked, order: Order, *, was_open: bool) -> None:
        """A buy opens or adds to a position; a sell is that much less on its way."""
        key = (fact.leader, fact.token)
        leaving = self.by_position.get(key)
        if fact.shares > NO_SHARES:
            at = order.placed_at
            if leaving is None:
                self.by_position[key] = Leaving(opened_at=at, bought_at=at)
            else:
                opened_at = leaving.opened_at if was_open else at
                self.by_position[key] = replace(leaving, opened_at=opened_at, bought_at=at)
        elif leaving is not None and fact.order in self.unfilled:
            self.unfilled[fact.order] += fact.shares
            self.by_position[key] = replace(leaving, selling=leaving.selling + fact.shares)

    def end(self, fact: OrderEnded, order: Order) -> None:
        """Nothing more of an order will be filled: what is left of a sell may be sold again."""
        rest = self.unfilled.pop(fact.order, None)
        key = (order.leader, order.token.id)
        leaving = self.by_position.get(key)
        if rest and leaving is not None:
            self.by_position[key] = replace(leaving, selling=leaving.selling - rest)

    def settle(self, key: tuple[Wallet, TokenId]) -> None:
        """A position is settled: nothing is left to leave, but a sell that is still open goes on being counted."""
        leaving = self.by_position.get(key)
        if leaving is not None and leaving.selling == NO_SHARES:
            del self.by_position[key]
