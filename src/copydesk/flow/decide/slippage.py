"""How far from the leader's price, and from the live touch, an order may reach: by price band, side, cents and percent.

The general slip is in `slip_max_bps` and `slip_max` (sells: `exit_slip_max_bps`, `exit_slip_max`). The first band that
reaches the leader's price puts its own figures, where it has any, in their place. Of cents and percent the tighter
holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from copydesk.domain.money import BPS, Price, tick_above, tick_below
from copydesk.flow.decide.rounding import buy_limit, sell_limit

if TYPE_CHECKING:
    from copydesk.domain.limits import Limits, SlipBand
    from copydesk.domain.market import Market
    from copydesk.domain.signal import Signal
    from copydesk.flow.decide.snapshot import Snapshot

_NO_PRICE = Price(0)


class Slip(NamedTuple):
    """How much worse than the leader's price ours may be: in bps of it, and in dollars a share, None for any."""

    bps: int
    most: Price | None


def entry_slip(price: Price, limits: Limits) -> Slip:
    """What a buy at the leader's `price` may slip."""
    band = _band(price, limits)
    if band is None:
        return Slip(limits.slip_max_bps, limits.slip_max)
    bps = limits.slip_max_bps if band.slip_max_bps is None else band.slip_max_bps
    return Slip(bps, limits.slip_max if band.slip_max is None else band.slip_max)


def exit_slip(price: Price, limits: Limits) -> Slip:
    """What a sale at the leader's `price` may slip."""
    band = _band(price, limits)
    if band is None:
        return Slip(limits.exit_slip_max_bps, limits.exit_slip_max)
    bps = limits.exit_slip_max_bps if band.exit_slip_max_bps is None else band.exit_slip_max_bps
    return Slip(bps, limits.exit_slip_max if band.exit_slip_max is None else band.exit_slip_max)


def slip_allowed(price: Price, slip: Slip) -> Price:
    """The tighter of the two for a buy, rounded down to the micro."""
    by_bps = Price(int(price) * slip.bps // BPS)
    return by_bps if slip.most is None else min(by_bps, slip.most)


def entry_limit(signal: Signal, snapshot: Snapshot, limits: Limits) -> Price:
    """The most we pay: within the slip of the leader's price and of the best ask, on the tick, inside the grid (I7).

    Zero, which no order has, where the best ask is needed and not known.
    """
    market, slip = snapshot.market, entry_slip(signal.price, limits)
    limit = buy_limit(signal.price, slip.bps, market)
    if slip.most is not None:
        limit = min(limit, tick_below(signal.price + slip.most, market.tick))
    if limits.touch_slip_max_bps is not None:
        book = snapshot.book
        if book is None or not book.asks:
            return _NO_PRICE
        limit = min(limit, buy_limit(book.asks[0].price, limits.touch_slip_max_bps, market))
    return limit


def exit_limit(price: Price, limits: Limits, market: Market) -> Price:
    """The least we take: within the slip of the leader's price, on the tick, inside the grid (I7)."""
    slip = exit_slip(price, limits)
    limit = sell_limit(price, slip.bps, market)
    if slip.most is None or slip.most >= price:
        return limit
    return max(limit, min(tick_above(price - slip.most, market.tick), sell_limit(price, 0, market)))


def _band(price: Price, limits: Limits) -> SlipBand | None:
    """The first band that reaches the price; bands are in rising order."""
    return next((band for band in limits.slip_bands if price <= band.price_to), None)
