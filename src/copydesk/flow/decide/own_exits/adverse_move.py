"""Out when the price turned against us right after we bought: we were the ones who were waited for."""

from __future__ import annotations

from copydesk.domain.exits import Exits
from copydesk.flow.decide.own_exits.seen import Reading, Seen, fallen


def rule(seen: Seen, exits: Exits) -> Reading | None:
    """Out when, soon after our last buy, the best bid is the limit or more below our average cost."""
    limit = exits.adverse_bps
    if limit is None:
        return None
    reading = fallen(seen.bid, seen.average, limit)
    is_soon = seen.now - seen.leaving.bought_at <= exits.adverse_within_ms
    return reading._replace(is_out=reading.is_out and is_soon)
