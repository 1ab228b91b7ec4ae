"""Below the minimum, put aside: small copies of one leader in one token add up until they are enough (E14, K23)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.decision import SizingLine
from copydesk.domain.limits import BelowMinimum
from copydesk.domain.money import NO_USDC, Usdc
from copydesk.domain.rest import PUT_ASIDE

if TYPE_CHECKING:
    from copydesk.domain.limits import Limits
    from copydesk.flow.decide.snapshot import Snapshot

Lines = tuple[SizingLine, ...]


def with_rest(lines: Lines, snapshot: Snapshot, limits: Limits) -> Lines:
    """The arithmetic of the first amount, and on top of it what was put aside. Only the policy that puts aside adds."""
    earlier = rest_of(snapshot, limits)
    if earlier == NO_USDC:
        return lines
    return (*lines, SizingLine("with what was put aside", int(earlier), lines[-1].amount + int(earlier)))


def rest_of(snapshot: Snapshot, limits: Limits) -> Usdc:
    """What was put aside and has not expired: it counts up to its age in the settings, and then no more."""
    rest = snapshot.rest
    if rest is None or limits.below_minimum is not BelowMinimum.ACCUMULATE:
        return NO_USDC
    return rest.amount if snapshot.now - rest.since <= limits.put_aside_max_ms else NO_USDC


def put_aside(lines: Lines, stake: Usdc, snapshot: Snapshot, limits: Limits) -> Lines:
    """The arithmetic of a copy that is put aside: how much was there before, and how much there is now in all."""
    return (*lines, SizingLine(PUT_ASIDE, int(rest_of(snapshot, limits)), int(stake)))
