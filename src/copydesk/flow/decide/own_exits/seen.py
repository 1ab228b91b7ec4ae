"""What an own exit looks at: one position, the best bid, the market's end; and what it read there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from copydesk.domain.money import BPS

if TYPE_CHECKING:
    from copydesk.domain.exits import Leaving
    from copydesk.domain.ids import TimeMs
    from copydesk.domain.money import Price, Shares


class Seen(NamedTuple):
    """One position at one instant. `average` is what a share cost us; `peak` the highest bid since it was opened."""

    now: TimeMs
    sellable: Shares
    average: Price
    bid: Price | None
    peak: Price | None
    ends_at: TimeMs | None
    leaving: Leaving


class Reading(NamedTuple):
    """What one rule saw against its limit, in `unit`, and whether it says out. `seen` is None where it was blind."""

    seen: int | None
    limit: int
    unit: str
    is_out: bool


def change_bps(price: Price, since: Price) -> int:
    """What a price changed by since another, in basis points towards zero."""
    change = (int(price) - int(since)) * BPS
    return change // int(since) if change >= 0 else -(-change // int(since))


def fallen(price: Price | None, since: Price | None, limit_bps: int) -> Reading:
    """Whether a price is `limit_bps` or more below another. Without both there is nothing to say."""
    if price is None or since is None or int(since) <= 0:
        return Reading(None, -limit_bps, "bps", is_out=False)
    change = change_bps(price, since)
    return Reading(change, -limit_bps, "bps", is_out=change <= -limit_bps)
