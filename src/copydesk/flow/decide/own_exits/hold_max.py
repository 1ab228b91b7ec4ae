"""Out when a position has been held for so long (S2.21)."""

from __future__ import annotations

from copydesk.domain.exits import Exits
from copydesk.domain.ids import TimeMs
from copydesk.flow.decide.own_exits.seen import Reading, Seen


def rule(seen: Seen, exits: Exits) -> Reading | None:
    """Out once it is held for the limit or longer."""
    limit = exits.hold_max_ms
    if limit is None:
        return None
    held = seen.now - seen.leaving.opened_at
    return Reading(held, limit, "ms", is_out=held >= limit)


def due_at(seen: Seen, exits: Exits) -> TimeMs | None:
    """When it is time; None if it never is."""
    return None if exits.hold_max_ms is None else TimeMs(seen.leaving.opened_at + exits.hold_max_ms)
