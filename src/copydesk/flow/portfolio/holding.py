"""Holdings: a `Position` after a fill, and the sum of what a position has been once it is settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.money import NO_SHARES, NO_USDC
from copydesk.domain.position import Position

if TYPE_CHECKING:
    from copydesk.domain.events import FillBooked, Settled


def held_after(held: Position | None, fact: FillBooked) -> Position:
    """What is held after a fill."""
    if held is None:
        return Position(
            leader=fact.leader,
            token=fact.token,
            market=fact.market,
            category=fact.category,
            outcome=fact.outcome,
            title=fact.title,
            shares=fact.shares,
            basis=fact.basis,
            realised=fact.realised,
            fees=fact.fee,
            fills=1,
        )
    return Position(
        leader=held.leader,
        token=held.token,
        market=held.market,
        category=held.category,
        outcome=held.outcome,
        title=held.title,
        shares=held.shares + fact.shares,
        basis=held.basis + fact.basis,
        realised=held.realised + fact.realised,
        fees=held.fees + fact.fee,
        fills=held.fills + 1,
    )


def settled_after(before: Position | None, held: Position, fact: Settled) -> Position:
    """What a position came to: nothing held, its profit and fees, with those of an earlier settlement if any."""
    earlier_realised, earlier_fees, earlier_fills = (
        (before.realised, before.fees, before.fills) if before is not None else (NO_USDC, NO_USDC, 0)
    )
    return Position(
        leader=held.leader,
        token=held.token,
        market=held.market,
        category=held.category,
        outcome=held.outcome,
        title=held.title,
        shares=NO_SHARES,
        basis=NO_USDC,
        realised=earlier_realised + held.realised + fact.realised,
        fees=earlier_fees + held.fees,
        fills=earlier_fills + held.fills,
    )
