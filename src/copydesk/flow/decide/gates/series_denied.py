"""Markets of series on the deny list are never entered (E19)."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse a market whose series is listed by its slug, or is not known."""
    denied = limits.gates.series_denied
    if not denied:
        return None
    series = snapshot.market.series
    if series is None:
        return Check(Reason.SERIES_DENIED, None, len(denied), "count", passed=False)
    return Check(Reason.SERIES_DENIED, series, len(denied), "count", series.casefold() not in denied)
