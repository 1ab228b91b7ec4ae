"""Prices on the grid of a market and sizes of the kind people type."""

from typing import Final

from fakemarket.world.dice import Dice
from fakemarket.world.money import ONE

CENT_OF_A_SHARE: Final = 10_000
ROUND: Final = 0.7


def floored(price: int, tick: int) -> int:
    """Round a price down to the grid, within what can be traded."""
    return min(ONE - tick, max(tick, price // tick * tick))


def raised(price: int, tick: int) -> int:
    """Round a price up to the grid, within what can be traded."""
    return min(ONE - tick, max(tick, -(-price // tick) * tick))


def whole(shares: int) -> int:
    """Cut a size to hundredths of a share, as every order must be."""
    return shares // CENT_OF_A_SHARE * CENT_OF_A_SHARE


def drawn_size(dice: Dice, low: int, high: int) -> int:
    """Draw a size between two numbers of shares: mostly round ones, sometimes to the hundredth."""
    shares = dice.uniform(low, high)
    if dice.random() < ROUND:
        return max(low, round(shares / 5) * 5) * ONE
    return whole(round(shares * ONE))


def drawn_ms(dice: Dice, mean_s: float) -> int:
    """Draw a wait of exponential length, at least a millisecond."""
    return max(1, round(dice.expovariate(1 / mean_s) * 1000))
