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
    return None if dollars is None else usdc(dollars)


def price(dollars: Decimal) -> Price:
    return Price(int(dollars * MICROS))
