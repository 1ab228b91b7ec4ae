"""An order book at one instant, best level first."""

from __future__ import annotations

import msgspec

from copydesk.domain.ids import TimeMs, TokenId
from copydesk.domain.money import NO_USDC, Price, Shares, Usdc, proceeds


class Level(msgspec.Struct, frozen=True, array_like=True):
    """The shares on offer at one price."""

    price: Price
    shares: Shares


class Book(msgspec.Struct, frozen=True, kw_only=True):
    """Bids from the highest down and asks from the lowest up, as of `at`. Shares per level are positive.

    `origin` says what it is: `recorded` (a book somebody saw), `modelled` (made from recorded prints) or `live`.
    """

    token: TokenId
    at: TimeMs
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]
    origin: str

    @property
    def spread(self) -> Price | None:
        """Best ask less best bid; None if a side is empty. Negative if the book is crossed."""
        if not self.bids or not self.asks:
            return None
        return self.asks[0].price - self.bids[0].price

    def ask_depth(self, within: Price) -> Usdc:
        """Dollars on offer at the best ask and up to `within` above it."""
        if not self.asks:
            return NO_USDC
        limit = self.asks[0].price + within
        return Usdc(sum(int(proceeds(level.shares, level.price)) for level in self.asks if level.price <= limit))
