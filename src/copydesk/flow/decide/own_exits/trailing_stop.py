"""Out when the price has fallen so much from its peak: gains are kept, not given back (E24)."""

from __future__ import annotations

from copydesk.domain.exits import Exits
from copydesk.flow.decide.own_exits.seen import Reading, Seen, fallen


def rule(seen: Seen, exits: Exits) -> Reading | None:
    """Out when the best bid is the limit or more below the highest since the position was opened."""
    limit = exits.trailing_bps
    return None if limit is None else fallen(seen.bid, seen.peak, limit)
