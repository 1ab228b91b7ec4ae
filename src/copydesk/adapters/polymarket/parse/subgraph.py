"""Fills as indexers give them: rows of the order-book subgraph, of both versions, and of a third party's index."""

from __future__ import annotations

from typing import Any

import msgspec

from copydesk.adapters.polymarket.parse.fills import ChainFill, fee_v1, trade_of
from copydesk.adapters.polymarket.parse.identity import Names
from copydesk.adapters.polymarket.parse.numbers import (
    exact,
    hash_hex,
    in_micros,
    price_parts,
    time_ms,
    wallet,
    whole,
)
from copydesk.adapters.polymarket.parse.refusals import Refused, RefusedRow, shown
from copydesk.domain.trade import LeaderTrade, Side

_SIDES = {0: Side.BUY, 1: Side.SELL, "0": Side.BUY, "1": Side.SELL, "BUY": Side.BUY, "SELL": Side.SELL}


def subgraph_event(row: Any) -> LeaderTrade:
    """The trade of one OrderFilled row of the subgraph.

    A V1 row names the asset each order gave and got, asset 0 being money. A V2 row has the order's side, and its id
    ends in the log's index.
    """
    if type(row) is not dict:
        raise Refused(RefusedRow.WRONG_TYPE, shown(row))
    is_v1 = "makerAssetId" in row or "takerAssetId" in row
    side, token = _v1_side(row) if is_v1 else (_side(row.get("side")), row.get("tokenId"))
    tx_hash = hash_hex(row.get("transactionHash"), "transactionHash")
    fee = whole(row.get("fee"), "fee")
    return trade_of(
        ChainFill(
            source="subgraph",
            tx_hash=tx_hash,
            happened_at=time_ms(row.get("timestamp"), "timestamp"),
            owner=wallet(_id(row.get("maker")), "maker"),
            counterparty=wallet(_id(row.get("taker")), "taker"),
            side=side,
            names=(token, row.get("condition_id"), row.get("outcome"), None, None, None, None),
            given=whole(row.get("makerAmountFilled"), "makerAmountFilled"),
            got=whole(row.get("takerAmountFilled"), "takerAmountFilled"),
            fee=fee_v1(fee) if is_v1 else fee,
            log_index=None if is_v1 else _index_in(row.get("id"), tx_hash),
            order_hash=hash_hex(row.get("orderHash"), "orderHash"),
        )
    )


def _v1_side(row: dict[Any, Any]) -> tuple[Side, Any]:
    gives, gets = row.get("makerAssetId"), row.get("takerAssetId")
    if (gives in ("0", 0)) == (gets in ("0", 0)):
        raise Refused(RefusedRow.UNKNOWN_SIDE, f"assets {shown(gives)} and {shown(gets)}")
    return (Side.BUY, gets) if gives in ("0", 0) else (Side.SELL, gives)


def _side(word: Any) -> Side:
    side = _SIDES.get(word) if type(word) in (str, int) else None
    if side is None:
        blank = word is None or word == ""
        raise Refused(RefusedRow.MISSING_SIDE if blank else RefusedRow.UNKNOWN_SIDE, f"side {shown(word)}")
    return side


def _id(entity: Any) -> Any:
    """A wallet, given as text or as an entity with an id."""
    return entity.get("id") if type(entity) is dict else entity


def _index_in(row_id: Any, tx_hash: str) -> int | None:
    """The log's index, where the row's id is the transaction's hash, a hyphen and a number."""
    if type(row_id) is not str or row_id[: len(tx_hash) + 1].lower() != tx_hash + "-":
        return None
    index = row_id[len(tx_hash) + 1 :]
    return whole(index, "id") if index.isdecimal() else None


def indexer_event(row: Any) -> LeaderTrade:
    """The trade of one row of a third-party index. It says nothing of fees, and of the counterparty not always."""
    if type(row) is not dict:
        raise Refused(RefusedRow.WRONG_TYPE, shown(row))
    side = _side(row.get("side"))
    shares, notional = _amounts(row)
    taker = row.get("taker")
    return trade_of(
        ChainFill(
            source="indexer",
            tx_hash=hash_hex(row.get("tx_hash"), "tx_hash"),
            happened_at=time_ms(row.get("timestamp"), "timestamp"),
            owner=wallet(row.get("user") or row.get("wallet_address"), "user"),
            counterparty=wallet(taker, "taker") if taker else "",
            side=side,
            names=_names(row),
            given=notional if side is Side.BUY else shares,
            got=shares if side is Side.BUY else notional,
            fee=None,
            log_index=_log_index(row),
            order_hash=hash_hex(row.get("order_hash"), "order_hash"),
        )
    )


def _amounts(row: dict[Any, Any]) -> tuple[int, int]:
    """Shares and dollars in micros: of the raw shares where the row has them, else of the normalised ones."""
    raw = row.get("shares")
    digits, places = exact(row.get("shares_normalized") if raw is None else raw, "shares")
    places += 0 if raw is None else 6
    rate, rate_places = price_parts(row.get("price"), "price")
    return in_micros(digits, places, "shares"), in_micros(digits * rate, places + rate_places, "shares")


def _names(row: dict[Any, Any]) -> Names:
    """A row without token id is not taken: this source always has one."""
    token = row.get("token_id")
    if not token:
        raise Refused(RefusedRow.MISSING_FIELD, "token_id is empty")
    outcome, title, slug = row.get("token_label"), row.get("title"), row.get("market_slug")
    return (token, row.get("condition_id"), outcome, title, slug, row.get("market_event_slug"), None)


def _log_index(row: dict[Any, Any]) -> int | None:
    """The log's index: of the row, else of the untouched answer that a collector kept in `raw`."""
    if row.get("log_index") is not None:
        return whole(row["log_index"], "log_index")
    raw = row.get("raw")
    if type(raw) is not str or not raw:
        return None
    try:
        kept = msgspec.json.decode(raw, type=_Raw)
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise Refused(RefusedRow.BAD_JSON, f"raw {shown(raw)}") from None
    return None if kept.log_index is None else whole(kept.log_index, "log_index")


class _Raw(msgspec.Struct):
    """What we take of a third party's untouched answer."""

    log_index: int | None = None
