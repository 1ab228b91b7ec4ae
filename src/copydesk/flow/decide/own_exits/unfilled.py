"""What an exit meant to sell and did not is tried again (K6)."""

from __future__ import annotations

from copydesk.domain.exits import Exits
from copydesk.flow.decide.own_exits.seen import Reading, Seen


def rule(seen: Seen, exits: Exits) -> Reading | None:
    """Out with what is owed."""
    if not exits.retries_max:
        return None
    owed = int(seen.leaving.owed)
    return Reading(owed, 1, "micros", is_out=owed > 0)
