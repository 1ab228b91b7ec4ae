"""Track records: how an account, and what it copied of one leader, has done so far, as the stops look at it.

Equity is the bankroll at cost: what was paid in plus realised profit less fees; what an open position would bring now
is left out (C23). A share is in basis points, rounded up, of the equity it is lost from; None means that it cannot be
told, because money was lost and there was no equity to lose it from.
"""

from __future__ import annotations

import msgspec

from copydesk.domain.ids import TimeMs
from copydesk.domain.money import BPS, NO_USDC, Usdc

DAY_MS = 86_400_000
_MONDAY = 3
"""1970-01-01 was a Thursday: this many days after a Monday."""
LOSSES_KEPT = 128
"""So many losses of one account are kept."""


def day_of(at: TimeMs) -> int:
    """The UTC day `at` falls into, counted from 1970-01-01."""
    return at // DAY_MS


def week_of(at: TimeMs) -> int:
    """The UTC week `at` falls into; a week begins on Monday, 00:00."""
    return (at // DAY_MS + _MONDAY) // 7


def share_lost(loss: int, equity: int) -> int | None:
    """`loss` in basis points of `equity`, rounded up; nothing lost is 0 of anything."""
    if loss <= 0:
        return 0
    return -(-loss * BPS // equity) if equity > 0 else None


def deeper(share: int | None, other: int | None) -> int | None:
    """The deeper of two shares; one that cannot be told is deeper than any."""
    return None if share is None or other is None else max(share, other)


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """One UTC day or week of an account, and the anchor it is measured from (S2.20).

    `anchor` is the equity at its first entry, `profit` the account's net profit until then. `lost` is the deepest loss
    since: money that comes back, or is paid in, does not make it less.
    """

    number: int
    anchor: Usdc
    profit: Usdc
    lost: int | None = 0

    def lost_in(self, number: int) -> int | None:
        """What was lost in the day or week `number`: nothing yet where that one has no entry."""
        return self.lost if number <= self.number else 0


NO_PERIOD = Period(number=-1, anchor=NO_USDC, profit=NO_USDC)


class AccountRecord(msgspec.Struct, frozen=True, kw_only=True):
    """How one account has done: its day, its week, the deepest fall from its highest equity, and its last losses.

    `lost_at` is when positions ended below what they cost, the latest last.
    """

    day: Period = NO_PERIOD
    week: Period = NO_PERIOD
    peak: Usdc = NO_USDC
    fallen: int | None = 0
    lost_at: tuple[TimeMs, ...] = ()
