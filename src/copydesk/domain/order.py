"""An `Order` on its way to the venue, and what the venue says of it."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from copydesk.domain.ids import AccountId, EventId, FillKey, IntentId, OrderId, SignalId, TimeMs, Wallet
from copydesk.domain.money import Price, Shares, Usdc
from copydesk.domain.trade import Side, Token


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What we ask of the venue: fill what you can at `limit` or better now, cancel the rest (fill-and-kill).

    For a sell `reserve` is zero. `causes` are the leader events it copies; `leader_price` is what the copy gap is
    measured against. `taker_fee_bps` is the rate the market charged when we decided.
    """

    id: OrderId
    intent: IntentId
    account: AccountId
    signal: SignalId
    leader: Wallet
    token: Token
    category: str
    side: Side
    shares: Shares
    limit: Price
    reserve: Usdc
    leader_price: Price
    taker_fee_bps: int
    causes: tuple[EventId, ...]
    placed_at: TimeMs


class Fill(msgspec.Struct, frozen=True, kw_only=True):
    """Shares that changed hands for one of our orders: `amount` is before `fee`."""

    key: FillKey
    order: OrderId
    shares: Shares
    amount: Usdc
    fee: Usdc
    filled_at: TimeMs


class Ending(StrEnum):
    """How an order came to rest."""

    FILLED = "filled"
    PART_FILLED = "part_filled"
    UNFILLED = "unfilled"
    REJECTED = "rejected"


class OrderClosed(msgspec.Struct, frozen=True, kw_only=True):
    """The venue is done with an order: no further fill can come. `words` are the venue's own, empty if it gave none."""

    order: OrderId
    ending: Ending
    closed_at: TimeMs
    words: str = ""


OrderEvent = Fill | OrderClosed
