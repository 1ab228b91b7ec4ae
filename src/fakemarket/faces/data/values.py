"""What a token is worth: its payout once resolved, else the middle of the book, else its last price."""

from bisect import bisect_right
from typing import Final

from fakemarket.world.exchange import Exchange
from fakemarket.world.money import ONE
from fakemarket.world.tokens import Market

SPREAD_SHOWN_MAX: Final = 100_000
UNKNOWN_PRICE: Final = ONE // 2


def payout_of(market: Market, token: str) -> int | None:
    """Return what one share of a token pays, in micros, or ``None`` while that is open."""
    return market.payouts[market.index(token)] if market.payouts is not None else None


def price_now(exchange: Exchange, token: str) -> int:
    market = exchange.catalog.of_token(token)
    if market is None:
        return UNKNOWN_PRICE
    payout = payout_of(market, token)
    if payout is not None:
        return payout
    book = exchange.book(token)
    if book.midpoint is not None and book.spread is not None and book.spread <= SPREAD_SHOWN_MAX:
        return book.midpoint
    last = market.last_price.get(token)
    return last if last is not None else (book.midpoint or UNKNOWN_PRICE)


def price_at(exchange: Exchange, token: str, at_s: int) -> int:
    """Return the last price traded up to a moment; a resolved token keeps its payout from then on."""
    market = exchange.catalog.of_token(token)
    if market is not None and market.closed_ms is not None and market.closed_ms <= at_s * 1000:
        payout = payout_of(market, token)
        if payout is not None:
            return payout
    points = exchange.history.price_points.get(token, [])
    index = bisect_right(points, at_s, key=lambda point: point[0])
    return points[index - 1][1] if index else UNKNOWN_PRICE
