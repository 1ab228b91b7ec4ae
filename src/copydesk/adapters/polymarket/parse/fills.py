"""A fill as the exchange contract logs it, whoever passes it on, made into a leader's trade.

The wallet that traded is the order's owner (the event's `maker`), on either side of the match; where the event's
`taker` is the exchange itself, the order was the taker's. What an order gave and got are dollars and shares for a buy,
shares and dollars for a sell, both before fees. Source: docs/venue.md, "Exchange events".
"""

from __future__ import annotations

import msgspec

from copydesk.adapters.polymarket.parse.identity import Names, content_of, stamp, token_of
from copydesk.adapters.polymarket.parse.numbers import AMOUNT_MAX
from copydesk.adapters.polymarket.parse.refusals import Refused, RefusedRow
from copydesk.domain.ids import TimeMs, Wallet, action_id, chain_event_id, row_event_id
from copydesk.domain.money import Shares, Usdc
from copydesk.domain.trade import LeaderTrade, Role, Side

EXCHANGES_V1 = frozenset({"0x4bfb41d5b3570defd03c39a9a4d8de6bd8b8982e", "0xc5d563a36ae78145c45a50134d48a1215220f80a"})
"""The exchange and neg-risk exchange of before 2026-04-28."""
EXCHANGES_V2 = frozenset(
    {
        "0xe111180000d2663c0091e4f400237545b87b996b",
        "0xe2222d279d744050d28e00520010520000310f59",
        "0xe3333700ca9d93003f00f0f71f8515005f6c00aa",
    }
)
"""The exchange, the neg-risk exchange, and the exchange of Protocol V2: their fills are logged alike."""
EXCHANGES = EXCHANGES_V1 | EXCHANGES_V2


class ChainFill(msgspec.Struct, frozen=True, kw_only=True):
    """One OrderFilled: `given` and `got` are what the owner's order gave and got, in base units (micros).

    `fee` is in dollars; None where it is not known, and `counterparty` empty where that is not.
    """

    source: str
    tx_hash: str
    happened_at: TimeMs
    owner: Wallet
    counterparty: str
    side: Side
    names: Names
    given: int
    got: int
    fee: int | None
    log_index: int | None = None
    block_hash: str = ""
    order_hash: str = ""
    builder: str = ""


def trade_of(fill: ChainFill) -> LeaderTrade:
    """The trade a fill is. Refuses one that moved no share or no dollar: dust of a single base unit can do that."""
    is_buy = fill.side is Side.BUY
    shares, notional = (fill.got, fill.given) if is_buy else (fill.given, fill.got)
    if not shares or not notional:
        raise Refused(RefusedRow.ZERO_AMOUNT, f"{shares} micro-shares for {notional} micro-dollars")
    if max(shares, notional, fill.fee or 0) > AMOUNT_MAX:
        raise Refused(RefusedRow.TOO_LARGE, f"{shares} micro-shares for {notional} micro-dollars")
    token = token_of(fill.names)
    stamped = stamp(fill.tx_hash, fill.happened_at)
    content = content_of(stamped, fill.owner, token.id, fill.side, Shares(shares), Usdc(notional))
    content_id = row_event_id(content, 0)
    fee = None if fill.fee is None else Usdc(fill.fee)
    return LeaderTrade(
        event_id=content_id if fill.log_index is None else chain_event_id(fill.tx_hash, fill.log_index),
        content_id=content_id,
        action_id=action_id(fill.owner, fill.tx_hash, token.id, fill.side),
        leader=fill.owner,
        token=token,
        side=fill.side,
        shares=Shares(shares),
        notional=Usdc(notional),
        happened_at=fill.happened_at,
        source=fill.source,
        tx_hash=fill.tx_hash,
        log_index=fill.log_index,
        block_hash=fill.block_hash,
        cash=_cash(fill.side, Usdc(notional), fee),
        fee=fee,
        role=_role(fill.counterparty),
        counterparty=fill.counterparty,
        order_hash=fill.order_hash,
        builder=fill.builder,
    )


def _cash(side: Side, notional: Usdc, fee: Usdc | None) -> Usdc | None:
    if fee is None:
        return None
    return notional + fee if side is Side.BUY else notional - fee


def _role(counterparty: str) -> Role | None:
    if not counterparty:
        return None
    return Role.TAKER if counterparty in EXCHANGES else Role.MAKER


def fee_v1(fee: int) -> int | None:
    """The dollars of a V1 fee: known only where there was none.

    A V1 buy paid it in shares, and a fee module later gave back a part of it that no record here shows.
    """
    return None if fee else 0
