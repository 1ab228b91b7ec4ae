"""A `Scene`: what a decision looked at that no other fact of the ledger tells, kept so that it can be made again (N7).

The account's holdings are not in it: they are the fold of every entry before the decision. Whoever lets a decision
look at more than this records more here; `tests/flow/decide/test_scene.py` fails until it is so.
"""

from __future__ import annotations

import msgspec

from copydesk.domain.book import Level
from copydesk.domain.ids import TimeMs
from copydesk.domain.leader import LeaderKnowledge
from copydesk.domain.money import Price, Shares, Usdc

LEVELS_MAX = 32
"""So many asks of one book are kept at most."""


class MarketSeen(msgspec.Struct, frozen=True, array_like=True):
    """The rules of the signal's market at that instant; names mean what they mean in `Market`."""

    category: str
    tick: Price
    lot: Shares
    shares_min: Shares
    notional_min: Usdc
    taker_fee_bps: int
    ends_at: TimeMs | None
    is_neg_risk: bool
    is_open: bool
    unknown: tuple[str, ...]


class BookSeen(msgspec.Struct, frozen=True, array_like=True):
    """The part of the book that a decision uses: the best bid, and the asks as far as the depth gate looks.

    `asks` has every level up to `reach` above the best; `reach` is None where it has all there were.
    """

    origin: str
    at: TimeMs
    bid: Level | None
    asks: tuple[Level, ...]
    reach: Price | None


class Scene(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What surrounded one decision. `book` is None where none was known, and unset where none was looked at.

    `leader` is what was known of the leader and `scores_followed` the sum of the scores of all who were followed; both
    are left out where the limits do not look at track records.
    """

    market: MarketSeen
    book: BookSeen | msgspec.UnsetType | None = msgspec.UNSET
    leaders_followed: int = 0
    is_halted: bool = False
    is_resolved: bool = False
    leader: LeaderKnowledge | None = None
    scores_followed: int = 0
    series: str | None = None
