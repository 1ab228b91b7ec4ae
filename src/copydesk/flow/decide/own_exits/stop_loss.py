"""Out when a position has lost so much of what it cost (S2.21)."""

from __future__ import annotations

from copydesk.domain.exits import Exits
from copydesk.flow.decide.own_exits.seen import Reading, Seen, fallen


def rule(seen: Seen, exits: Exits) -> Reading | None:
    """Out when the best bid is the limit or more below our average cost."""
    limit = exits.stop_loss_bps
    return None if limit is None else fallen(seen.bid, seen.average, limit)
