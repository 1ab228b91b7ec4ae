"""With a list of allowed markets, nothing else is entered."""

from __future__ import annotations

from copydesk.domain.limits import Limits, market_named
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse a market that is on no list by condition id, slug, event slug or title; an empty list is none."""
    allowed, token = limits.gates.markets_allowed, signal.token
    if not allowed:
        return None
    passed = market_named(token.market, allowed, token.slug, token.event_slug, token.title)
    return Check(Reason.MARKET_NOT_ALLOWED, token.market, len(allowed), "count", passed)
