"""Out a while before the market ends: the last hours are the wildest (C25, S2.21)."""

from __future__ import annotations

from copydesk.domain.exits import Exits
from copydesk.domain.ids import TimeMs
from copydesk.flow.decide.own_exits.seen import Reading, Seen


def rule(seen: Seen, exits: Exits) -> Reading | None:
    """Out when less than the limit is left, unless the position was opened later than that."""
    limit = exits.before_end_ms
    if limit is None:
        return None
    if seen.ends_at is None:
        return Reading(None, limit, "ms", is_out=False)
    left = seen.ends_at - seen.now
    return Reading(left, limit, "ms", is_out=left <= limit and due_at(seen, exits) is not None)


def due_at(seen: Seen, exits: Exits) -> TimeMs | None:
    """When it is time; None if that cannot be said, or the position was opened after it."""
    if exits.before_end_ms is None or seen.ends_at is None:
        return None
    at = TimeMs(seen.ends_at - exits.before_end_ms)
    return at if seen.leaving.opened_at < at else None
