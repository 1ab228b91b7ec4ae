"""From an approved decision to the order we mean to place. The intent id makes a second order for it impossible."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.events import OrderEnded, OrderPlanned
from copydesk.domain.ids import OrderId, intent_id
from copydesk.domain.order import Order

if TYPE_CHECKING:
    from copydesk.domain.decision import Approved
    from copydesk.domain.market import Market
    from copydesk.domain.money import Usdc
    from copydesk.domain.order import OrderClosed

FIRST_LEG = 0


def plan(approved: Approved, market: Market) -> OrderPlanned:
    """The first leg of an approved copy: a fill-and-kill order, its reserve set aside (I1, I3)."""
    signal = approved.signal
    intent = intent_id(approved.account, signal.id, FIRST_LEG)
    order = Order(
        id=OrderId(intent),
        intent=intent,
        account=approved.account,
        signal=signal.id,
        leader=signal.leader,
        token=signal.token,
        category=market.category,
        side=signal.side,
        shares=approved.shares,
        limit=approved.limit,
        reserve=approved.reserve,
        leader_price=signal.price,
        taker_fee_bps=market.taker_fee_bps,
        causes=signal.events,
        placed_at=approved.decided_at,
    )
    return OrderPlanned(intent=intent, order=order)


def ended(closed: OrderClosed, reserve_left: Usdc) -> OrderEnded:
    """The end of an order: what was still reserved for it is free again."""
    return OrderEnded(order=closed.order, ending=closed.ending, released=reserve_left, words=closed.words)
