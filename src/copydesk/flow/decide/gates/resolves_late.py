"""No entry into a market that binds the money for too long (E19)."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse a market that ends too late; an unknown end refuses unless the settings allow it by name."""
    most_ms = limits.gates.resolution_max_ms
    if most_ms is None:
        return None
    ends_at = snapshot.market.ends_at
    if ends_at is None:
        return Check(Reason.RESOLVES_LATE, None, most_ms, "ms", limits.gates.allow_unknown_end)
    left_ms = ends_at - snapshot.now
    return Check(Reason.RESOLVES_LATE, left_ms, most_ms, "ms", left_ms <= most_ms)
