"""A wide spread costs twice, on the way in and on the way out (S2.5)."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse a spread above the limit, or one that cannot be seen because a side is empty."""
    most = limits.gates.spread_max
    if most is None:
        return None
    spread = None if snapshot.book is None else snapshot.book.spread
    if spread is None:
        return Check(Reason.SPREAD, None, int(most), "micros", passed=False)
    return Check(Reason.SPREAD, int(spread), int(most), "micros", spread <= most)
