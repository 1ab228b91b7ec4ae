"""No entry less than ten minutes before the market ends (S3.22, C25): a floor that settings can only raise."""

from __future__ import annotations

from copydesk.domain.limits import RESOLUTION_FLOOR_MS, Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check:
    """Refuse a market that ends too soon; an unknown end refuses unless the settings allow it by name."""
    floor_ms = max(limits.gates.resolution_floor_ms, RESOLUTION_FLOOR_MS)
    ends_at = snapshot.market.ends_at
    if ends_at is None:
        return Check(Reason.RESOLVES_SOON, None, floor_ms, "ms", limits.gates.allow_unknown_end)
    left_ms = ends_at - snapshot.now
    return Check(Reason.RESOLVES_SOON, left_ms, floor_ms, "ms", left_ms >= floor_ms)
