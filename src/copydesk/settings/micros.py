"""Dollars as the settings have them, in the whole micros that the flow counts in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.money import MICROS, Price, Usdc

if TYPE_CHECKING:
    from decimal import Decimal


def usdc(dollars: Decimal) -> Usdc:
    """Dollars with at most six decimals as micros, exactly."""
    return Usdc(int(dollars * MICROS))


def maybe_usdc(dollars: Decimal | None) -> Usdc | None:
    """As `usdc`, where there is an amount."""
    return None if dollars is None else usdc(dollars)


def price(dollars: Decimal) -> Price:
    """A price with at most six decimals, exactly."""
    return Price(int(dollars * MICROS))


def maybe_price(dollars: Decimal | None) -> Price | None:
    """As `price`, where there is one."""
    return None if dollars is None else price(dollars)
