"""Copy only the sides the relation asks for (E7)."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check:
    """Refuse a side that is not listed."""
    sides = limits.gates.sides
    return Check(Reason.SIDE, str(signal.side), "+".join(sides), "text", signal.side in sides)
