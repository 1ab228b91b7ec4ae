"""Only so many positions at once (S3.20). Adding to one that is open is not a new position."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse a new position when the most are open already."""
    most = limits.gates.positions_max
    if most is None:
        return None
    passed = not snapshot.is_new_position or snapshot.positions_open < most
    return Check(Reason.POSITIONS_OPEN, snapshot.positions_open, most, "count", passed)
