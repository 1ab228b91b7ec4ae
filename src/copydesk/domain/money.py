"""Money and quantity in whole micros (1e-6): `Usdc`, `Shares`, `Price`, and the only ways to combine them.

The three are distinct to the type checker and plain `int` at run time: a unit costs nothing on the hot path and
adding shares to dollars does not pass `make check`.

| function        | from                | to     | rounds                                    |
|-----------------|---------------------|--------|-------------------------------------------|
| `cost`          | shares x price      | Usdc   | up: what we pay is never understated      |
| `proceeds`      | shares x price      | Usdc   | down: what we get is never overstated     |
| `amount_traded` | shares x price      | Usdc   | nearest: what a recorded trade moved      |
| `shares_bought` | usdc / price        | Shares | down                                      |
| `average_price` | usdc / shares       | Price  | nearest: for showing and comparing only   |
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

MICROS = 1_000_000
BPS = 10_000

if TYPE_CHECKING:

    class _Micros:
        """What the three units share: an exact count of micros, compared and added within one unit only."""

        def __init__(self, micros: int) -> None: ...
        def __int__(self) -> int: ...
        def __index__(self) -> int: ...
        def __bool__(self) -> bool: ...
        def __hash__(self) -> int: ...

    class Usdc(_Micros):
        """An amount of pUSD (or, in history, USDC.e) in micros."""

        def __add__(self, other: Usdc) -> Usdc: ...
        def __sub__(self, other: Usdc) -> Usdc: ...
        def __neg__(self) -> Usdc: ...
        def __lt__(self, other: Usdc) -> bool: ...
        def __le__(self, other: Usdc) -> bool: ...
        def __gt__(self, other: Usdc) -> bool: ...
        def __ge__(self, other: Usdc) -> bool: ...

    class Shares(_Micros):
        """A number of outcome tokens in micros."""

        def __add__(self, other: Shares) -> Shares: ...
        def __sub__(self, other: Shares) -> Shares: ...
        def __neg__(self) -> Shares: ...
        def __lt__(self, other: Shares) -> bool: ...
        def __le__(self, other: Shares) -> bool: ...
        def __gt__(self, other: Shares) -> bool: ...
        def __ge__(self, other: Shares) -> bool: ...

    class Price(_Micros):
        """Micro-dollars for one share: 0 to 1,000,000; a limit price also lies on the market's tick grid."""

        def __add__(self, other: Price) -> Price: ...
        def __sub__(self, other: Price) -> Price: ...
        def __lt__(self, other: Price) -> bool: ...
        def __le__(self, other: Price) -> bool: ...
        def __gt__(self, other: Price) -> bool: ...
        def __ge__(self, other: Price) -> bool: ...

else:
    Usdc = Shares = Price = int

NO_USDC = Usdc(0)
NO_SHARES = Shares(0)
ONE_DOLLAR = Price(MICROS)


def cost(shares: Shares, price: Price) -> Usdc:
    """What `shares` at `price` cost, rounded up to the micro."""
    return Usdc(-(-int(shares) * int(price) // MICROS))


def proceeds(shares: Shares, price: Price) -> Usdc:
    """What `shares` at `price` bring, rounded down to the micro."""
    return Usdc(int(shares) * int(price) // MICROS)


def amount_traded(shares: Shares, price: Price) -> Usdc:
    """What a trade of `shares` at `price` moved, to the nearest micro, halves up."""
    return Usdc((2 * int(shares) * int(price) + MICROS) // (2 * MICROS))


def shares_bought(amount: Usdc, price: Price) -> Shares:
    """The most shares that `amount` buys at `price`, rounded down. `price` must be positive."""
    return Shares(int(amount) * MICROS // int(price))


@lru_cache(maxsize=1_024)
def average_price(amount: Usdc, shares: Shares) -> Price:
    """`amount` for one share, to the nearest micro, halves up. `shares` must be positive."""
    return Price((2 * int(amount) * MICROS + int(shares)) // (2 * int(shares)))


def share_of(amount: Usdc, part_bps: int) -> Usdc:
    """`part_bps` of `amount`, rounded down (towards the smaller cap)."""
    return Usdc(int(amount) * part_bps // BPS)


def portion(whole: Shares, numerator: int, denominator: int) -> Shares:
    """`whole` x numerator / denominator, rounded down. `denominator` must be positive."""
    return Shares(int(whole) * numerator // denominator)


def tick_below(price: Price, tick: Price) -> Price:
    """The highest multiple of `tick` that is not above `price`."""
    return Price(int(price) // int(tick) * int(tick))


def tick_above(price: Price, tick: Price) -> Price:
    """The lowest multiple of `tick` that is not below `price`."""
    return Price(-(-int(price) // int(tick)) * int(tick))


def lot_below(shares: Shares, lot: Shares) -> Shares:
    """The largest multiple of `lot` that is not above `shares`."""
    return Shares(int(shares) // int(lot) * int(lot))


def taker_fee(shares: Shares, price: Price, rate_bps: int) -> Usdc:
    """The venue's taker fee: shares x rate x p x (1 - p), rounded up to the venue's fifth decimal.

    The venue rounds to five decimals with a minimum of 0.00001; rounding up is never kinder than that.
    Source: docs/venue.md, "Fees".
    """
    if not rate_bps or not shares:
        return NO_USDC
    p = int(price)
    exact = int(shares) * rate_bps * p * (MICROS - p)
    return Usdc(-(-exact // (BPS * MICROS * MICROS * 10)) * 10)


def decimal_text(amount: Usdc | Shares | Price) -> str:
    """The amount in dollars or shares as plain decimal text without trailing zeros: `-0.5`, `12`, `2376.94`."""
    whole, part = divmod(abs(int(amount)), MICROS)
    fraction = f".{part:06d}".rstrip("0").rstrip(".") if part else ""
    return f"{'-' if int(amount) < 0 else ''}{whole}{fraction}"
