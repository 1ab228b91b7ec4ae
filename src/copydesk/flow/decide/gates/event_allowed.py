"""With a list of allowed events, no market outside of them is entered (E19)."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse a market whose event is not listed by its slug, or is not known."""
    allowed = limits.gates.events_allowed
    if not allowed:
        return None
    event = signal.token.event_slug
    if not event:
        return Check(Reason.EVENT_NOT_ALLOWED, None, len(allowed), "count", passed=False)
    return Check(Reason.EVENT_NOT_ALLOWED, event, len(allowed), "count", event.casefold() in allowed)
