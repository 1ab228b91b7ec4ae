"""From a stake to an order the venue takes: limit on the tick grid, shares in whole lots, never above the stake."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from copydesk.domain.money import (
    BPS,
    MICROS,
    NO_SHARES,
    NO_USDC,
    Price,
    Shares,
    Usdc,
    cost,
    lot_below,
    taker_fee,
    tick_above,
    tick_below,
)

if TYPE_CHECKING:
    from copydesk.domain.market import Market


class Sized(NamedTuple):
    """Shares in whole lots and what they can cost at the limit, fee included."""

    shares: Shares
    reserve: Usdc


def buy_limit(leader_price: Price, slip_max_bps: int, market: Market) -> Price:
    """The most we pay: the leader's price plus the slip, rounded down to the tick and kept inside the grid (I7)."""
    wanted = Price(int(leader_price) * (BPS + slip_max_bps) // BPS)
    top = Price(MICROS - int(market.tick))
    limit = tick_below(wanted, market.tick)
    return top if limit > top else limit


def sell_limit(leader_price: Price, slip_max_bps: int, market: Market) -> Price:
    """The least we take: the leader's price less the slip, rounded up to the tick and kept inside the grid (I7)."""
    wanted = Price(int(leader_price) * (BPS - min(slip_max_bps, BPS)) // BPS)
    limit = tick_above(wanted, market.tick)
    top = Price(MICROS - int(market.tick))
    if limit < market.tick:
        return market.tick
    return top if limit > top else limit


def all_in(shares: Shares, limit: Price, market: Market) -> Usdc:
    """Cost and fee of `shares` all bought at `limit`: no fill at a better price comes dearer.

    Holds because price + rate x price x (1 - price) rises with the price for every rate below 100 %.
    """
    return cost(shares, limit) + taker_fee(shares, limit, market.taker_fee_bps)


def shares_within(stake: Usdc, limit: Price, market: Market) -> Sized:
    """The most whole lots whose cost and fee at `limit` stay within `stake`."""
    if int(limit) <= 0 or stake <= NO_USDC:
        return Sized(NO_SHARES, NO_USDC)
    price = int(limit)
    fee_scaled = market.taker_fee_bps * price * (MICROS - price)
    per_share_scaled = price * BPS * MICROS + fee_scaled
    shares = lot_below(Shares(int(stake) * BPS * MICROS * MICROS // per_share_scaled), market.lot)
    reserve = all_in(shares, limit, market)
    while reserve > stake and shares > NO_SHARES:
        shares = shares - market.lot
        reserve = all_in(shares, limit, market)
    return Sized(shares, reserve)


def smallest_order(limit: Price, market: Market) -> Shares:
    """The fewest whole lots the venue takes at `limit`: the minimum shares and the minimum notional together."""
    by_notional = -(-int(market.notional_min) * MICROS // int(limit))
    needed = max(int(market.shares_min), by_notional)
    lot = int(market.lot)
    return Shares(-(-needed // lot) * lot)
