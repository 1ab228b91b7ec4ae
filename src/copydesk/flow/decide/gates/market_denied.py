"""Markets on the deny list are never entered (S4.10)."""

from __future__ import annotations

from copydesk.domain.limits import Limits, market_named
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse a market listed by condition id, slug, event slug or title."""
    denied, token = limits.gates.markets_denied, signal.token
    if not denied:
        return None
    named = market_named(token.market, denied, token.slug, token.event_slug, token.title)
    return Check(Reason.MARKET_DENIED, token.market, len(denied), "count", not named)
