"""Markets of events on the deny list are never entered (E19)."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse a market whose event is listed by its slug, or is not known."""
    denied = limits.gates.events_denied
    if not denied:
        return None
    event = signal.token.event_slug
    if not event:
        return Check(Reason.EVENT_DENIED, None, len(denied), "count", passed=False)
    return Check(Reason.EVENT_DENIED, event, len(denied), "count", event.casefold() not in denied)
