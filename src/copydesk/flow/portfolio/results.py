"""Results: profit by leader, market and category, the copy gap, and how signals were decided, as running sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from copydesk.domain.decision import Approved, Skipped
from copydesk.domain.money import BPS, MICROS, NO_USDC, Usdc

if TYPE_CHECKING:
    from copydesk.domain.decision import Decision
    from copydesk.domain.events import FillBooked
    from copydesk.domain.ids import MarketId, Wallet
    from copydesk.domain.order import Ending
    from copydesk.domain.refusal import Reason


class Gap:
    """How much worse than the leader's our prices were, weighted by size: positive is worse for us, on both sides.

    `cost` and `base` are in millionths of a micro-dollar, so nothing is rounded until somebody looks.
    """

    __slots__ = ("base", "cost")

    def __init__(self) -> None:
        self.cost = 0
        self.base = 0

    def observe(self, fill: FillBooked) -> None:
        """Count one fill. A fill whose leader's price is zero cannot be compared and is left out."""
        at_leader_price = int(fill.shares) * int(fill.leader_price)
        if at_leader_price > 0:
            self.cost += int(fill.amount) * MICROS - at_leader_price
        elif at_leader_price < 0:
            self.cost -= int(fill.amount) * MICROS + at_leader_price
        self.base += abs(at_leader_price)

    @property
    def bps(self) -> int | None:
        """The gap in basis points, to the nearest, halves up; None before the first fill."""
        return (2 * self.cost * BPS + self.base) // (2 * self.base) if self.base else None


class Results:
    """What came of it all. Profit is realised and net of every fee paid, also of fees on positions still open."""

    __slots__ = (
        "approved",
        "ended",
        "expired",
        "fills",
        "gap",
        "pnl_by_category",
        "pnl_by_leader",
        "pnl_by_market",
        "reasons",
        "settled_fills",
        "settlements",
        "skipped",
    )

    def __init__(self) -> None:
        self.approved = self.skipped = self.expired = 0
        self.reasons: dict[Reason, int] = {}
        self.ended: dict[Ending, int] = {}
        self.fills = self.settlements = self.settled_fills = 0
        self.gap = Gap()
        self.pnl_by_leader: dict[Wallet, Usdc] = {}
        self.pnl_by_market: dict[MarketId, Usdc] = {}
        self.pnl_by_category: dict[str, Usdc] = {}

    def decide(self, decision: Decision) -> None:
        """Count one decision and, if it was a no, its reason."""
        if type(decision) is Approved:
            self.approved += 1
            return
        if type(decision) is Skipped:
            self.skipped += 1
        else:
            self.expired += 1
        reason = decision.reason  # type: ignore[union-attr]
        self.reasons[reason] = self.reasons.get(reason, 0) + 1

    def earn(self, leader: Wallet, market: MarketId, category: str, net: Usdc) -> None:
        """Add `net` profit, negative for a loss."""
        if net:
            self.pnl_by_leader[leader] = self.pnl_by_leader.get(leader, NO_USDC) + net
            self.pnl_by_market[market] = self.pnl_by_market.get(market, NO_USDC) + net
            self.pnl_by_category[category] = self.pnl_by_category.get(category, NO_USDC) + net


class Unrealised(msgspec.Struct, frozen=True, kw_only=True):
    """What open positions would bring at the marks, less their cost. `unmarked` positions are left out (C23).

    No fee is in `profit`: what the buys cost in fees is in the realised result already, selling is yet to come.
    """

    profit: Usdc
    value: Usdc
    marked: int
    unmarked: int
