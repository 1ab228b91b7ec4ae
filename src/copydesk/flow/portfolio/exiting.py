"""What is on its way out: since when a position is held, what of it is being sold, and what is still owed (I8, K6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from copydesk.domain.decision import Approved
from copydesk.domain.exits import ExitCause, Leaving
from copydesk.domain.money import NO_SHARES, Shares
from copydesk.domain.refusal import Reason
from copydesk.domain.trade import Side

if TYPE_CHECKING:
    from copydesk.domain.decision import Decision
    from copydesk.domain.events import FillBooked, OrderEnded
    from copydesk.domain.ids import OrderId, SignalId, TokenId, Wallet
    from copydesk.domain.order import Order

Key = tuple["Wallet", "TokenId"]


class _Approved(NamedTuple):
    """The exit that was approved last: its order comes next."""

    signal: SignalId | None
    cause: ExitCause | None


class Exiting:
    """One `Leaving` for each position that was opened and is not settled; each fact costs O(1)."""

    __slots__ = ("_approved", "_causes", "by_position", "unfilled")

    def __init__(self) -> None:
        self.by_position: dict[Key, Leaving] = {}
        self.unfilled: dict[OrderId, Shares] = {}
        """Of each open sell, what may still be filled."""
        self._causes: dict[OrderId, ExitCause | None] = {}
        self._approved = _Approved(None, None)

    def decide(self, decision: Decision) -> None:
        """An own exit that is refused counts as a try; a leader's exit gives what is owed its tries back."""
        signal = decision.signal
        if signal.side is not Side.SELL:
            return
        key = (signal.leader, signal.token.id)
        leaving = self.by_position.get(key)
        own = signal.exit if signal.exit is not None and signal.exit.is_own else None
        if isinstance(decision, Approved):
            self._approved = _Approved(signal.id, None if own is None else own.cause)
            if leaving is not None and own is None and leaving.tries:
                self.by_position[key] = replace(leaving, tries={})
            elif leaving is not None and own is not None and own.step:
                self.by_position[key] = replace(leaving, steps=own.step)
        elif leaving is not None and own is None:
            if decision.reason is Reason.BELOW_MINIMUM:
                self.by_position[key] = replace(leaving, is_dust=True)
        elif leaving is not None and own is not None:
            is_dust = decision.reason is Reason.BELOW_MINIMUM
            tries = _counted(leaving.tries, own.cause)
            self.by_position[key] = replace(leaving, tries=tries, tried_at=decision.decided_at, is_dust=is_dust)

    def plan(self, order: Order) -> None:
        """A sell takes its shares out of what may be sold, and out of what is owed."""
        if order.side is not Side.SELL:
            return
        key = (order.leader, order.token.id)
        leaving = self.by_position.get(key)
        if leaving is None:
            return
        self.unfilled[order.id] = order.shares
        self._causes[order.id] = self._approved.cause if self._approved.signal == order.signal else None
        owed = max(NO_SHARES, leaving.owed - order.shares)
        self.by_position[key] = replace(leaving, selling=leaving.selling + order.shares, owed=owed)

    def book(self, fact: FillBooked, order: Order, *, was_open: bool) -> None:
        """A buy opens or adds to a position, and nothing is owed any more; a sell is that much less on its way."""
        key = (fact.leader, fact.token)
        leaving = self.by_position.get(key)
        if fact.shares > NO_SHARES:
            at = order.placed_at
            if leaving is None or not was_open:
                selling = NO_SHARES if leaving is None else leaving.selling
                self.by_position[key] = Leaving(opened_at=at, bought_at=at, selling=selling)
            else:
                self.by_position[key] = replace(
                    leaving, bought_at=at, owed=NO_SHARES, tries={}, tried_at=None, is_dust=False
                )
        elif leaving is not None and fact.order in self.unfilled:
            self.unfilled[fact.order] += fact.shares
            self.by_position[key] = replace(leaving, selling=leaving.selling + fact.shares)

    def end(self, fact: OrderEnded, order: Order) -> None:
        """Nothing more of an order will be filled: what is left of a sell is owed and may be sold again."""
        rest = self.unfilled.pop(fact.order, None)
        cause = self._causes.pop(fact.order, None)
        key = (order.leader, order.token.id)
        leaving = self.by_position.get(key)
        if rest is None or leaving is None:
            return
        if rest == NO_SHARES:
            self.by_position[key] = replace(leaving, tries={}, tried_at=None)
            return
        self.by_position[key] = replace(
            leaving,
            selling=leaving.selling - rest,
            owed=leaving.owed + rest,
            tries=leaving.tries if cause is None else _counted(leaving.tries, cause),
            tried_at=order.placed_at,
            is_dust=False,
        )

    def settle(self, key: Key) -> None:
        """A position is settled: nothing is left to leave, but a sell that is still open goes on being counted."""
        leaving = self.by_position.get(key)
        if leaving is not None and leaving.selling == NO_SHARES:
            del self.by_position[key]


def _counted(tries: dict[ExitCause, int], cause: ExitCause) -> dict[ExitCause, int]:
    return tries | {cause: tries.get(cause, 0) + 1}
