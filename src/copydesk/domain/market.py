"""What is known of a market before it ends (`Market`) and after (`Payout`)."""

from __future__ import annotations

import msgspec

from copydesk.domain.ids import MarketId, TimeMs, TokenId
from copydesk.domain.money import Price, Shares, Usdc
from copydesk.domain.trade import Token


class Market(msgspec.Struct, frozen=True, kw_only=True):
    """The rules one market trades under. A `None` means unknown; `assumed` lists the fields that are a stated guess.

    `unknown` lists what a live source should have told and did not: no entry into such a market (K11). `version` is
    the protocol the market trades by, empty where no record says; `delay_ms` is how long the venue may hold a taker
    order back there, None where it does not say. `series` is the slug of the series of events it belongs to: empty
    where it belongs to none, None where nobody told. `outcomes` are its tokens with their names, empty where nobody
    told.
    """

    id: MarketId
    category: str
    tick: Price
    lot: Shares
    shares_min: Shares
    notional_min: Usdc
    taker_fee_bps: int
    ends_at: TimeMs | None
    is_neg_risk: bool = False
    is_open: bool = True
    assumed: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    version: str = ""
    delay_ms: int | None = None
    series: str | None = None
    outcomes: tuple[tuple[TokenId, str], ...] = ()

    def opposite(self, token: Token) -> Token | None:
        """The other of the market's two outcomes; None where the market is not known to have just these two."""
        others = [each for each in self.outcomes if each[0] != token.id]
        if len(self.outcomes) != len(others) + 1 or len(others) != 1:
            return None
        other, outcome = others[0]
        return msgspec.structs.replace(token, id=other, outcome=outcome)


class Payout(msgspec.Struct, frozen=True, kw_only=True):
    """What one share of a token pays once its market has resolved: 0, 0.5 or 1 dollar.

    `resolved_at` is None where the record has no time: the result then counts from the end of the period.
    """

    per_share: Price
    resolved_at: TimeMs | None
