"""What a decision may look at: one instant of one account, its market and its book. A gate never calls out."""

from __future__ import annotations

import msgspec

from copydesk.domain.book import Book
from copydesk.domain.ids import TimeMs
from copydesk.domain.market import Market
from copydesk.domain.money import NO_USDC, Shares, Usdc


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers a decision is made from.

    `bankroll` is free + reserved + deployed at cost. Exposures are deployed at cost plus reserved. `held` is what the
    account holds of the signal's token because of the signal's leader. `leaders_followed` divides an equal share.
    """

    now: TimeMs
    market: Market
    book: Book | None
    is_halted: bool
    is_resolved: bool
    is_decided: bool
    free: Usdc
    bankroll: Usdc
    deposited: Usdc
    market_exposure: Usdc
    leader_exposure: Usdc
    total_exposure: Usdc
    positions_open: int
    held: Shares
    is_new_position: bool
    leaders_followed: int


def room(cap: Usdc, used: Usdc) -> Usdc:
    """What is left under a cap, never negative."""
    return cap - used if cap > used else NO_USDC
