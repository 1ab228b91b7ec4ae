"""An inverse relation trades the opposite outcome, or nothing where nobody knows which that is (E7)."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse an inverse copy of a signal that could not be turned; others are not asked."""
    if not limits.is_inverse or signal.opposite_of is not None:
        return None
    return Check(Reason.OPPOSITE_UNKNOWN, None, "two outcomes", "text", passed=False)
