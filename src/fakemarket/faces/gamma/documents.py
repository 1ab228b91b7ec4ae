"""Markets, events, tags and profiles as Gamma writes them, odd spellings and all."""

import json
from datetime import UTC, datetime
from typing import Final

from fakemarket.world.accounts import Account
from fakemarket.world.exchange import Exchange
from fakemarket.world.money import ONE, FeeSchedule, decimal_text, number
from fakemarket.world.tokens import Event, Market, Tag, clob_tokens

NOBODY: Final = "0x0000000000000000000000000000000000000000"
RESOLVER: Final = "0x65070be91477460d8a7aeeb94ef92fe056c2f2a7"
LEVELS_COUNTED: Final = 10
SPREAD_SHOWN_MAX: Final = 100_000
UMA_STATUS: Final = {"open": "", "proposed": "proposed", "disputed": "disputed", "resolved": "resolved"}
V2_STATUS: Final = {"open": "inactive", "proposed": "active", "disputed": "active", "resolved": "resolved"}


# --- dates -----------------------------------------------------------------------------------------------------------


def iso(at_ms: int | None) -> str | None:
    """Write a moment as most fields have it: `2026-11-20T18:00:00Z`."""
    return datetime.fromtimestamp(at_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at_ms is not None else None


def spaced(at_ms: int | None) -> str | None:
    """Write a moment as `closedTime` and `gameStartTime` have it: `2026-11-20 18:00:00+00`."""
    return datetime.fromtimestamp(at_ms // 1000, UTC).strftime("%Y-%m-%d %H:%M:%S+00") if at_ms is not None else None


def day(at_ms: int | None) -> str | None:
    return datetime.fromtimestamp(at_ms // 1000, UTC).date().isoformat() if at_ms is not None else None


# --- markets ---------------------------------------------------------------------------------------------------------


def prices_of(exchange: Exchange, market: Market) -> tuple[int, int]:
    """Return what the site shows for both outcomes: the payouts, else the middle, else the last price."""
    if market.payouts is not None:
        return market.payouts
    yes = market.tokens[0]
    book = exchange.book(yes)
    shown = market.last_price.get(yes, ONE // 2)
    if book.midpoint is not None and book.spread is not None and book.spread <= SPREAD_SHOWN_MAX:
        shown = book.midpoint
    return shown, ONE - shown


def liquidity_of(exchange: Exchange, market: Market) -> int:
    """Add up the money resting in the best levels of both sides, in micros."""
    book = exchange.book(market.tokens[0])
    bids = sum(level.price * level.size // ONE for level in book.bids[:LEVELS_COUNTED])
    return bids + sum((ONE - level.price) * level.size // ONE for level in book.asks[:LEVELS_COUNTED])


def fee_document(fees: FeeSchedule | None) -> dict[str, object] | None:
    if fees is None:
        return None
    return {
        "exponent": fees.exponent,
        "rate": fees.rate_bps / 10_000,
        "takerOnly": fees.taker_only,
        "rebateRate": fees.rebate_bps / 10_000,
    }


def market_document(exchange: Exchange, market: Market, *, with_event: bool, with_tags: bool) -> dict[str, object]:
    document = _identity(market) | _state(market) | _trading(exchange, market) | _figures(exchange, market)
    if with_event:
        document["events"] = [event_head(exchange, exchange.catalog.event_of(market))]
    if with_tags:
        document["tags"] = [tag_document(tag) for tag in market.tags]
    return document


def _identity(market: Market) -> dict[str, object]:
    """Name the market; a v2 one has its position ids as a real array, and still some CTF ids that do not trade."""
    is_v2 = market.version == "v2"
    ctf_ids = clob_tokens(market.condition) if is_v2 else market.tokens
    return {
        "id": market.id,
        "version": market.version,
        "question": market.question,
        "conditionId": market.short_condition,
        "slug": market.slug,
        "description": market.description,
        "resolutionSource": "",
        "image": f"https://images.invalid/{market.slug}.png",
        "icon": f"https://images.invalid/{market.slug}.png",
        "outcomes": json.dumps(list(market.outcomes)),
        "clobTokenIds": json.dumps(list(ctf_ids)),
        "positionIds": list(market.tokens) if is_v2 else None,
        "questionID": market.question_id,
        "negRisk": market.neg_risk,
        "negRiskMarketID": market.neg_risk_market_id,
        "negRiskRequestID": market.question_id if market.neg_risk else "",
        "groupItemTitle": market.question.rstrip("?") if market.neg_risk else "",
        "marketMakerAddress": "",
        "submitted_by": NOBODY,
    }


def _state(market: Market) -> dict[str, object]:
    is_v2, uma = market.version == "v2", UMA_STATUS[market.resolution]
    return {
        "active": market.active,
        "closed": market.closed,
        "archived": market.archived,
        "acceptingOrders": market.accepting_orders,
        "acceptingOrdersTimestamp": iso(market.start_ms),
        "enableOrderBook": True,
        "restricted": True,
        "new": False,
        "featured": False,
        "comboStatus": "disabled",
        "createdAt": iso(market.created_ms),
        "updatedAt": iso(market.closed_ms or market.created_ms),
        "startDate": iso(market.start_ms),
        "startDateIso": day(market.start_ms),
        "endDate": iso(market.end_ms),
        "endDateIso": day(market.end_ms),
        "closedTime": spaced(market.closed_ms),
        "gameStartTime": spaced(market.game_start_ms),
        "umaResolutionStatus": "" if is_v2 else uma,
        "umaResolutionStatuses": "[]" if is_v2 or not uma else json.dumps([uma]),
        "resolutionStatus": V2_STATUS[market.resolution] if is_v2 else None,
        "resolvedBy": RESOLVER if market.resolution == "resolved" else "",
    }


def _trading(exchange: Exchange, market: Market) -> dict[str, object]:
    book = exchange.book(market.tokens[0])
    last = market.last_price.get(market.tokens[0])
    return {
        "orderPriceMinTickSize": number(market.tick),
        "orderMinSize": number(market.minimum),
        "secondsDelay": market.seconds_delay,
        "feesEnabled": market.fees is not None,
        "feeType": f"{market.category}_fees_v2" if market.fees is not None else None,
        "feeSchedule": fee_document(market.fees),
        "makerBaseFee": 1000,
        "takerBaseFee": 1000,
        "bestBid": number(book.best_bid) if book.best_bid is not None else 0,
        "bestAsk": number(book.best_ask) if book.best_ask is not None else 1,
        "spread": number(book.spread) if book.spread is not None else 1,
        "lastTradePrice": number(last) if last is not None else 0,
        "rewardsMinSize": 0,
        "rewardsMaxSpread": 0,
        "holdingRewardsEnabled": False,
    }


def _figures(exchange: Exchange, market: Market) -> dict[str, object]:
    """Write the figures: `volume` and `liquidity` are texts, their twins with Num are numbers."""
    volume, liquidity = market.volume, liquidity_of(exchange, market)
    return {
        "outcomePrices": json.dumps([decimal_text(price) for price in prices_of(exchange, market)]),
        "volume": decimal_text(volume),
        "volumeNum": number(volume),
        "volumeClob": number(volume),
        "volume24hr": number(volume),
        "volume1wk": number(volume),
        "volume1mo": number(volume),
        "volume1yr": number(volume),
        "liquidity": decimal_text(liquidity),
        "liquidityNum": number(liquidity),
        "liquidityClob": number(liquidity),
    }


# --- events ----------------------------------------------------------------------------------------------------------


def event_head(exchange: Exchange, event: Event) -> dict[str, object]:
    """Write an event without its markets: what a market carries of it."""
    markets = [exchange.catalog.markets[condition] for condition in event.conditions]
    volume = sum(market.volume for market in markets)
    return {
        "id": event.id,
        "version": markets[0].version if markets else "v1",
        "ticker": event.slug,
        "slug": event.slug,
        "title": event.title,
        "description": event.title,
        "resolutionSource": "",
        "image": f"https://images.invalid/{event.slug}.png",
        "icon": f"https://images.invalid/{event.slug}.png",
        "active": True,
        "closed": event.closed,
        "archived": False,
        "new": False,
        "featured": False,
        "restricted": True,
        "createdAt": iso(event.created_ms),
        "creationDate": iso(event.created_ms),
        "startDate": iso(event.created_ms),
        "endDate": iso(event.end_ms),
        "volume": number(volume),
        "volume24hr": number(volume),
        "openInterest": 0,
        "commentCount": 0,
        "enableOrderBook": True,
        "negRisk": event.neg_risk,
        "enableNegRisk": event.neg_risk,
        "negRiskAugmented": False,
        "negRiskMarketID": event.neg_risk_market_id,
        "showAllOutcomes": True,
        "cyom": False,
    }


def event_document(exchange: Exchange, event: Event, *, with_closed_markets: bool = True) -> dict[str, object]:
    markets = [exchange.catalog.markets[condition] for condition in event.conditions]
    shown = [market for market in markets if with_closed_markets or not market.closed]
    liquidity = sum(liquidity_of(exchange, market) for market in shown)
    return event_head(exchange, event) | {
        "liquidity": number(liquidity),
        "liquidityClob": number(liquidity),
        "markets": [market_document(exchange, market, with_event=False, with_tags=False) for market in shown],
        "tags": [tag_document(tag) for tag in event.tags],
        "series": [],
    }


# --- tags and profiles -----------------------------------------------------------------------------------------------


def tag_document(tag: Tag) -> dict[str, object]:
    return {
        "id": tag.id,
        "label": tag.label,
        "slug": tag.slug,
        "forceShow": False,
        "requiresTranslation": False,
    }


def profile_document(account: Account) -> dict[str, object]:
    profile = account.profile
    return {
        "createdAt": iso(account.created_ms),
        "proxyWallet": account.wallet,
        "name": profile.name,
        "pseudonym": profile.pseudonym,
        "bio": profile.bio,
        "profileImage": profile.image,
        "displayUsernamePublic": bool(profile.name),
        "xUsername": profile.x_username,
        "verifiedBadge": profile.verified,
        "users": [{"id": str(int(account.eoa, 16) % 1_000_000), "creator": False, "mod": False}],
    }


def found_profile(account: Account) -> dict[str, object]:
    """Write a profile as the search shows it."""
    document = profile_document(account)
    del document["users"]
    user = str(int(account.eoa, 16) % 1_000_000)
    return document | {"id": user, "walletActivated": True, "isCloseOnly": account.closed_only}
