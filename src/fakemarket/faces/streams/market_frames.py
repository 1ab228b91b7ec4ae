"""The frames of the market channel: snake case, numbers as text, times in ms as text, the best level last."""

from fakemarket.faces.streams.numbers import price_text
from fakemarket.world.book import BookView
from fakemarket.world.events import LastTrade, MarketAdded, MarketResolved, PriceChanged, TickChanged
from fakemarket.world.money import decimal_text
from fakemarket.world.tokens import Event as MarketGroup
from fakemarket.world.tokens import FeeSchedule, Market

NO_BID = "0"
NO_ASK = "1"


def book_frame(view: BookView) -> dict[str, object]:
    """Give a full snapshot, in the order of keys that was recorded from the venue."""
    return {**view.payload(), "event_type": "book"}


def price_change_frame(event: PriceChanged) -> dict[str, object]:
    changes = [
        {
            "asset_id": change.token,
            "price": decimal_text(change.price),
            "size": decimal_text(change.size),
            "side": change.side,
            "hash": change.hash,
            "best_bid": price_text(change.best_bid, NO_BID),
            "best_ask": price_text(change.best_ask, NO_ASK),
        }
        for change in event.changes
    ]
    return {
        "market": event.condition,
        "price_changes": changes,
        "timestamp": str(event.at_ms),
        "event_type": "price_change",
    }


def best_bid_ask_frame(event: PriceChanged, token: str, bid: int | None, ask: int | None) -> dict[str, object]:
    return {
        "event_type": "best_bid_ask",
        "market": event.condition,
        "asset_id": token,
        "best_bid": price_text(bid, NO_BID),
        "best_ask": price_text(ask, NO_ASK),
        "spread": decimal_text((1_000_000 if ask is None else ask) - (bid or 0)),
        "timestamp": str(event.at_ms),
    }


def last_trade_frame(event: LastTrade) -> dict[str, object]:
    trade = event.trade
    return {
        "market": trade.condition,
        "asset_id": trade.token,
        "price": decimal_text(trade.price),
        "size": decimal_text(trade.size),
        "fee_rate_bps": "0",
        "side": trade.side,
        "timestamp": str(event.at_ms),
        "event_type": "last_trade_price",
        "transaction_hash": trade.transaction_hash,
    }


def tick_frame(event: TickChanged, token: str) -> dict[str, object]:
    return {
        "event_type": "tick_size_change",
        "market": event.condition,
        "asset_id": token,
        "old_tick_size": decimal_text(event.old),
        "new_tick_size": decimal_text(event.new),
        "timestamp": str(event.at_ms),
    }


def new_market_frame(event: MarketAdded, group: MarketGroup) -> dict[str, object]:
    market = event.market
    return {
        "event_type": "new_market",
        "id": market.id,
        "question": market.question,
        "market": market.condition,
        "slug": market.slug,
        "description": market.description,
        "assets_ids": list(market.tokens),
        "outcomes": list(market.outcomes),
        "event_message": _group(group),
        "timestamp": str(event.at_ms),
        "tags": [tag.slug for tag in market.tags],
        "condition_id": market.condition,
        "active": market.active,
        "clob_token_ids": list(market.tokens),
        "sports_market_type": "",
        "line": "",
        "game_start_time": "" if market.game_start_ms is None else str(market.game_start_ms),
        "order_price_min_tick_size": decimal_text(market.tick),
        "group_item_title": "",
        "fees_enabled": market.fees is not None,
        "fee_schedule": _fees(market.fees),
    }


def _group(group: MarketGroup) -> dict[str, str]:
    return {
        "id": group.id,
        "ticker": group.slug,
        "slug": group.slug,
        "title": group.title,
        "description": "",
    }


def _fees(fees: FeeSchedule | None) -> dict[str, object] | None:
    if fees is None:
        return None
    return {
        "exponent": str(fees.exponent),
        "rate": decimal_text(fees.rate_bps * 100),
        "taker_only": fees.taker_only,
        "rebate_rate": decimal_text(fees.rebate_bps * 100),
    }


def resolved_frame(event: MarketResolved, market: Market) -> dict[str, object]:
    return {
        "event_type": "market_resolved",
        "id": market.id,
        "market": market.condition,
        "assets_ids": list(market.tokens),
        "winning_asset_id": event.winning_token,
        "winning_outcome": market.outcome(event.winning_token) if event.winning_token else "",
        "timestamp": str(event.at_ms),
        "tags": [tag.slug for tag in market.tags],
    }
