"""The frames of the user channel: one shape for orders, one for trades seen as taker or as maker."""

from fakemarket.faces.streams.numbers import address_text, seconds_text
from fakemarket.world.events import OrderChanged, TradeChanged
from fakemarket.world.money import decimal_text
from fakemarket.world.trades import MakerFill


def order_frame(event: OrderChanged) -> dict[str, object]:
    order = event.order
    return {
        "event_type": "order",
        "type": event.change,
        "id": order.id,
        "owner": event.owner,
        "order_owner": event.owner,
        "maker_address": address_text(event.wallet),
        "market": order.condition,
        "asset_id": order.token,
        "outcome": order.outcome,
        "side": order.side,
        "price": decimal_text(order.price),
        "original_size": decimal_text(order.size),
        "size_matched": decimal_text(event.filled),
        "order_type": order.order_type,
        "status": event.status,
        "associate_trades": list(order.trade_ids) or None,
        "created_at": seconds_text(order.created_ms),
        "expiration": str(order.expiration_s),
        "timestamp": str(event.at_ms),
    }


def trade_frame(event: TradeChanged, owner: str, seen_as: str) -> dict[str, object]:
    """Give the trade as one key sees it; the top level always describes the taker, also for a maker.

    `timestamp` is in seconds here and in ms on an order, as recorded from the venue.
    """
    trade = event.trade
    return {
        "event_type": "trade",
        "type": "TRADE",
        "id": trade.id,
        "taker_order_id": trade.taker_order_id,
        "market": trade.condition,
        "asset_id": trade.token,
        "outcome": trade.outcome,
        "side": trade.side,
        "size": decimal_text(trade.size),
        "price": decimal_text(trade.price),
        "fee_rate_bps": "0",
        "status": event.status,
        "match_time": seconds_text(trade.match_ms),
        "last_update": seconds_text(event.at_ms),
        "timestamp": seconds_text(event.at_ms),
        "owner": owner,
        "trade_owner": trade.owner,
        "maker_address": address_text(trade.wallet),
        "transaction_hash": event.transaction_hash,
        "bucket_index": trade.bucket_index,
        "trader_side": seen_as,
        "maker_orders": [_maker(fill) for fill in trade.makers],
    }


def _maker(fill: MakerFill) -> dict[str, object]:
    return {
        "order_id": fill.order_id,
        "owner": fill.owner,
        "maker_address": address_text(fill.wallet),
        "matched_amount": decimal_text(fill.size),
        "price": decimal_text(fill.price),
        "fee_rate_bps": "0",
        "asset_id": fill.token,
        "outcome": fill.outcome,
        "side": fill.side,
    }
