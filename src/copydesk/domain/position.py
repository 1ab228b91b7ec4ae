"""A `Position`: what one account holds of one token because of one leader."""

from __future__ import annotations

import msgspec

from copydesk.domain.ids import MarketId, TokenId, Wallet
from copydesk.domain.money import Shares, Usdc


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """Shares held and what they cost, at average cost, fees apart.

    `shares` is negative only where the settings let a sell go beyond what is held (the audit preset `exact`);
    `basis` is then what the shares were sold for, as a negative amount. `realised` is profit before `fees`.
    """

    leader: Wallet
    token: TokenId
    market: MarketId
    category: str
    outcome: str
    title: str
    shares: Shares
    basis: Usdc
    realised: Usdc
    fees: Usdc
    fills: int

    @property
    def is_open(self) -> bool:
        """Whether any share is left."""
        return bool(self.shares)
