"""Out, step by step, as the price rises over what we paid (S2.21, E24)."""

from __future__ import annotations

from copydesk.domain.exits import Exits
from copydesk.flow.decide.own_exits.seen import Reading, Seen, change_bps


def rule(seen: Seen, exits: Exits) -> Reading | None:
    """Out with the part of the next step once the best bid is its gain or more above our average cost."""
    taken = seen.leaving.steps
    if taken >= len(exits.take_profit):
        return None
    limit = exits.take_profit[taken].gain_bps
    if seen.bid is None or int(seen.average) <= 0:
        return Reading(None, limit, "bps", is_out=False)
    gain = change_bps(seen.bid, seen.average)
    return Reading(gain, limit, "bps", is_out=gain >= limit)
