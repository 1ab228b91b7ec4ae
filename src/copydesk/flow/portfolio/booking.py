"""Booking: what a fill or a settlement does to one position, at average cost, without losing a micro.

Selling part of a position takes its share of the cost, rounded up, so that profit is never shown before it is made;
selling all of it takes all of the cost. A short position mirrors this: its basis is what it was sold for, negative.
"""

from __future__ import annotations

from copydesk.domain.errors import require
from copydesk.domain.events import FillBooked, Settled
from copydesk.domain.money import NO_USDC, Price, Shares, Usdc, proceeds
from copydesk.domain.order import Fill, Order
from copydesk.domain.position import Position
from copydesk.domain.trade import Side


def booking_of(order: Order, reserved: Usdc, fill: Fill, held: Position | None) -> FillBooked:
    """The fact that books `fill` of `order`, of whose reserve `reserved` is left, against what is `held`.

    A buy takes what it spent out of the reserve, as far as that goes. A fill beyond zero closes what is held and
    opens the rest, its amount split in proportion; basis and realised are the totals of both. Nothing here forbids
    a short: `decide` does.
    """
    require(fill.order == order.id, f"fill {fill.key} is of order {fill.order}, not {order.id}")
    require(int(fill.shares) > 0 and int(fill.amount) >= 0, f"fill {fill.key} moves no shares")
    is_buy = order.side == Side.BUY
    amount = int(fill.amount)
    signed, cash = (int(fill.shares), -amount) if is_buy else (-int(fill.shares), amount)
    basis = basis_change(held, signed, amount)
    spent = fill.amount + fill.fee if is_buy else NO_USDC
    token = order.token
    return FillBooked(
        key=fill.key,
        order=order.id,
        leader=order.leader,
        token=token.id,
        market=token.market,
        category=order.category,
        outcome=token.outcome,
        title=token.title or token.slug,
        shares=Shares(signed),
        amount=fill.amount,
        fee=fill.fee,
        basis=Usdc(basis),
        realised=Usdc(cash + basis),
        released=min(reserved, spent),
        leader_price=order.leader_price,
    )


def basis_change(held: Position | None, signed: int, amount: int) -> int:
    """What the cost of `held` changes by when `signed` shares (positive bought) trade for `amount`."""
    shares, basis = (int(held.shares), int(held.basis)) if held is not None else (0, 0)
    size = abs(signed)
    closed = min(size, abs(shares)) if (shares > 0) != (signed > 0) else 0
    removed = -(-basis * closed // abs(shares)) if closed else 0
    opened = amount - amount * closed // size
    return (opened if signed > 0 else -opened) - removed


def settlement_of(held: Position, per_share: Price) -> Settled:
    """The fact that redeems all of `held` at `per_share`. What a short owes is rounded up, what a long gets down."""
    payout = proceeds(held.shares, per_share)
    return Settled(
        leader=held.leader,
        token=held.token,
        market=held.market,
        shares=held.shares,
        per_share=per_share,
        payout=payout,
        basis=-held.basis,
        realised=payout - held.basis,
        fills=held.fills,
    )
