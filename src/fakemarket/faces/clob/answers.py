"""What the venue writes: orders, trades, markets and fees as JSON, with its own prefixes, units and number texts."""

import base64
from collections.abc import Sequence
from datetime import UTC, datetime

from fakemarket.world.accounts import Account
from fakemarket.world.hashing import CONTRACTS, checksum
from fakemarket.world.money import decimal_text, number
from fakemarket.world.orders import Order, Placed
from fakemarket.world.tokens import Market
from fakemarket.world.trades import MakerFill, Trade

Json = dict[str, object]
END = "LTE="
_PAGE = 500
_MAX = str(2**256 - 1)


def placed_row(placed: Placed) -> Json:
    is_filled = placed.making > 0
    return {
        "errorMsg": "",
        "orderID": placed.order_id,
        "takingAmount": decimal_text(placed.taking) if is_filled else "",
        "makingAmount": decimal_text(placed.making) if is_filled else "",
        "status": placed.status,
        "tradeIDs": list(placed.trade_ids),
        "transactionsHashes": list(placed.transaction_hashes),
        "success": True,
    }


def refused_row(text: str, *, success: bool = False) -> Json:
    blank: Json = {"orderID": "", "takingAmount": "", "makingAmount": "", "status": ""}
    return {"errorMsg": text, **blank, "success": success}


def order_row(order: Order) -> Json:
    return {
        "id": order.id,
        "status": f"ORDER_STATUS_{order.status}",
        "owner": order.owner,
        "maker_address": checksum(order.wallet),
        "market": order.condition,
        "asset_id": order.token,
        "side": order.side,
        "original_size": decimal_text(order.size),
        "size_matched": decimal_text(order.filled),
        "price": decimal_text(order.price),
        "outcome": order.outcome,
        "expiration": str(order.expiration_s),
        "order_type": order.order_type,
        "associate_trades": list(order.trade_ids),
        "created_at": order.created_ms // 1000,
    }


def trade_row(trade: Trade, key: str) -> Json:
    """Write a trade for the owner of an API key: the top is the taker's; a maker sees his own part in the list."""
    is_taker = trade.owner == key
    return {
        "id": trade.id,
        "taker_order_id": trade.taker_order_id,
        "market": trade.condition,
        "asset_id": trade.token,
        "side": trade.side,
        "size": decimal_text(trade.size),
        "fee_rate_bps": "0",
        "price": decimal_text(trade.price),
        "status": f"TRADE_STATUS_{trade.status}",
        "match_time": str(trade.match_ms // 1000),
        "match_time_nano": str(trade.match_ms * 1_000_000),
        "last_update": str(trade.updated_ms // 1000),
        "outcome": trade.outcome,
        "bucket_index": trade.bucket_index,
        "owner": trade.owner,
        "maker_address": checksum(trade.wallet),
        "transaction_hash": "" if trade.status in ("MATCHED", "RETRYING") else trade.transaction_hash,
        "trader_side": "TAKER" if is_taker else "MAKER",
        "maker_orders": [maker_row(maker) for maker in trade.makers if is_taker or maker.owner == key],
    }


def maker_row(maker: MakerFill) -> Json:
    return {
        "order_id": maker.order_id,
        "owner": maker.owner,
        "maker_address": checksum(maker.wallet),
        "matched_amount": decimal_text(maker.size),
        "price": decimal_text(maker.price),
        "fee_rate_bps": "0",
        "asset_id": maker.token,
        "outcome": maker.outcome,
        "side": maker.side,
    }


def info_row(market: Market) -> Json:
    """Write the short form of /clob-markets."""
    row: Json = {
        "c": market.condition,
        "v": market.version,
        "t": [{"t": token, "o": name} for token, name in zip(market.tokens, market.outcomes, strict=True)],
        "mts": number(market.tick),
        "mos": number(market.minimum),
        "nr": market.neg_risk,
        "itode": market.taker_delay_ms > 0,
        "ao": market.accepting_orders,
        "aot": iso(market.start_ms),
        "cbos": False,
        "mbf": 1000,
        "tbf": 1000,
        "r": None,
        "fd": None,
    }
    if market.fees is not None:
        row["fd"] = {"r": market.fees.rate_bps / 10_000, "e": market.fees.exponent, "to": market.fees.taker_only}
    return row


def market_row(market: Market) -> Json:
    return {
        "enable_order_book": not market.closed,
        "active": market.active,
        "closed": market.closed,
        "archived": market.archived,
        "accepting_orders": market.accepting_orders,
        "accepting_order_timestamp": iso(market.start_ms),
        "minimum_order_size": number(market.minimum),
        "minimum_tick_size": number(market.tick),
        "condition_id": market.condition,
        "question_id": market.question_id,
        "question": market.question,
        "description": market.description,
        "market_slug": market.slug,
        "end_date_iso": iso(market.end_ms) if market.end_ms else None,
        "game_start_time": iso(market.game_start_ms) if market.game_start_ms else None,
        "seconds_delay": market.seconds_delay,
        "fpmm": "",
        "maker_base_fee": 0,
        "taker_base_fee": 0,
        "notifications_enabled": True,
        "neg_risk": market.neg_risk,
        "neg_risk_market_id": market.neg_risk_market_id,
        "neg_risk_request_id": "",
        "icon": "",
        "image": "",
        "rewards": {"rates": None, "min_size": 0, "max_spread": 0},
        "is_50_50_outcome": market.payouts == (500_000, 500_000),
        "tokens": token_rows(market),
        "tags": [tag.label for tag in market.tags],
    }


def simple_row(market: Market) -> Json:
    kept = ("condition_id", "rewards", "tokens", "active", "closed", "archived", "accepting_orders")
    full = market_row(market)
    return {name: full[name] for name in kept}


def token_rows(market: Market) -> list[Json]:
    rows: list[Json] = []
    for index, token in enumerate(market.tokens):
        paid = market.payouts[index] if market.payouts else None
        price = market.last_price.get(token, 500_000) if paid is None else paid
        winner = paid is not None and paid == max(market.payouts or (0, 0))
        rows.append(
            {"token_id": token, "outcome": market.outcomes[index], "price": number(price), "winner": bool(winner)}
        )
    return rows


def balance_row(account: Account, asset_type: str, token: str) -> Json:
    held, spenders = {
        "COLLATERAL": ("pusd", ("exchange", "neg_risk_exchange", "exchange_v3")),
        "CONDITIONAL": ("ctf", ("exchange", "neg_risk_exchange")),
        "CONDITIONAL-V2": ("positions", ("exchange_v3",)),
    }[asset_type]
    balance = account.cash if asset_type == "COLLATERAL" else account.balance(token)
    allowances = {CONTRACTS[name]: _MAX if f"{held}:{name}" in account.allowances else "0" for name in spenders}
    return {"balance": str(balance), "allowances": allowances}


def page(rows: Sequence[Json], cursor: str, limit: int = _PAGE) -> Json:
    """Cut a page: the cursor is the base-64 text of how many rows were given, and LTE= is the end."""
    start = offset_of(cursor)
    part = list(rows[start : start + limit])
    following = start + len(part)
    ended = following >= len(rows)
    next_cursor = END if ended else base64.b64encode(str(following).encode()).decode()
    return {"limit": limit, "count": len(part), "next_cursor": next_cursor, "data": part}


def offset_of(cursor: str) -> int:
    """Read a cursor; ValueError if it is none."""
    if cursor in ("", "MA=="):
        return 0
    if cursor == END:
        return 2**60
    return int(base64.b64decode(cursor, validate=True).decode())


def iso(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
