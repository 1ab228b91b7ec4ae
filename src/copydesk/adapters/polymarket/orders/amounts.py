"""What an order gives and takes, in whole micros, by the venue's decimals for each tick.

| tick   | price | size | amount |
|--------|-------|------|--------|
| 0.1    | 1     | 2    | 3      |
| 0.01   | 2     | 2    | 4      |
| 0.005  | 3     | 2    | 5      |
| 0.0025 | 4     | 2    | 6      |
| 0.001  | 3     | 2    | 5      |
| 0.0001 | 4     | 2    | 6      |

The two official clients do not agree. We follow `polymarket-client`, which computes in decimals; `py-clob-client-v2`
rounds binary floats and loses a hundredth of a share on sizes such as 4.35 and 64.1. Source: docs/venue.md, "Amounts".
"""

from __future__ import annotations

from typing import NamedTuple

from copydesk.adapters.polymarket.orders.order import OrderSide
from copydesk.domain.errors import BadInput
from copydesk.domain.money import MICROS, Price, Shares, Usdc, decimal_text

AMOUNT_DECIMALS = {100_000: 3, 10_000: 4, 5_000: 5, 2_500: 6, 1_000: 5, 100: 6}
"""For each tick in micros, how many decimals of a dollar, or of a share bought for dollars, the venue reads."""
SIZE_STEP = 10_000
"""A hundredth, of a share or of a dollar, in micros."""
STEPS = {3: 1_000, 4: 100, 5: 10, 6: 1}
"""The last decimal that counts, in micros."""
FINER = 10_000
"""Four more decimals, to which what has too many is first rounded up."""
FINEST_STEP = 100
"""The finest tick the venue has, in micros: a market's tick may become finer while an order is on its way."""


class Amounts(NamedTuple):
    """What the maker gives and what they get for it at least, in micros."""

    maker: int
    taker: int


def limit_amounts(side: OrderSide, price: Price, shares: Shares, tick: Price) -> Amounts:
    """A limit order of `shares`, rounded down to the hundredth, at `price`, which must lie on the grid.

    Dollars have no more decimals than the venue reads: a price on the grid times hundredths of shares never has.
    """
    decimals = _decimals(price, tick)
    size = _step_below(int(shares))
    dollars = _rounded(size * int(price), MICROS, decimals)
    return _checked(Amounts(dollars, size) if side is OrderSide.BUY else Amounts(size, dollars))


def market_buy(spend: Usdc, price: Price, tick: Price) -> Amounts:
    """An order that spends `spend` dollars, rounded down to the cent, on shares at `price` or better.

    The shares are rounded down, so that the price the amounts imply is a little above `price` and an offer at `price`
    itself is taken; `check_price_kept` says whether it is too far above.
    """
    decimals = _decimals(price, tick)
    dollars = _step_below(int(spend))
    return _checked(Amounts(dollars, _rounded(dollars * MICROS, int(price), decimals)))


def check_price_kept(bought: Amounts, price: Price) -> None:
    """Raise `BadInput` for a buy so small that its rounded amounts would reach the next offer there could be."""
    if bought.maker * MICROS >= bought.taker * (int(price) + FINEST_STEP):
        raise BadInput(
            "amount to spend",
            found=f"{decimal_text(Usdc(bought.maker))} dollars at {decimal_text(price)}",
            allowed="an amount whose shares, rounded, still keep the price",
            remedy="spend more, or name another price",
        )


def market_sell(shares: Shares, price: Price, tick: Price) -> Amounts:
    """An order that sells `shares`, rounded down to the hundredth, for `price` or better."""
    decimals = _decimals(price, tick)
    size = _step_below(int(shares))
    return _checked(Amounts(size, _rounded(size * int(price), MICROS, decimals)))


def _decimals(price: Price, tick: Price) -> int:
    decimals = AMOUNT_DECIMALS.get(int(tick))
    if decimals is None:
        allowed = ", ".join(decimal_text(Price(each)) for each in AMOUNT_DECIMALS)
        raise BadInput("tick", found=decimal_text(tick), allowed=allowed, remedy="read the market's rules again")
    if int(price) % int(tick) or not int(tick) <= int(price) <= MICROS - int(tick):
        raise BadInput(
            "price",
            found=decimal_text(price),
            allowed=f"a multiple of {decimal_text(tick)} that is neither 0 nor 1",
        )
    return decimals


def _step_below(micros: int) -> int:
    return micros // SIZE_STEP * SIZE_STEP


def _rounded(numerator: int, denominator: int, decimals: int) -> int:
    """numerator / denominator micros as the venue's clients round: up to four more decimals, then down to `decimals`.

    What has no more than `decimals` to begin with stays as it is.
    """
    step = STEPS[decimals]
    if numerator % (denominator * step) == 0:
        return numerator // denominator
    up = -(-numerator * FINER // (denominator * step))
    return up // FINER * step


def _checked(amounts: Amounts) -> Amounts:
    if not amounts.maker or not amounts.taker:
        raise BadInput("order", found="an amount that rounds to nothing", allowed="a hundredth at least")
    return amounts
