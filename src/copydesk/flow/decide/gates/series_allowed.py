"""With a list of allowed series, no market outside of them is entered (E19)."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse a market whose series is not listed by its slug, or is not known."""
    allowed = limits.gates.series_allowed
    if not allowed:
        return None
    series = snapshot.market.series
    if series is None:
        return Check(Reason.SERIES_NOT_ALLOWED, None, len(allowed), "count", passed=False)
    return Check(Reason.SERIES_NOT_ALLOWED, series, len(allowed), "count", series.casefold() in allowed)
