"""There must be something to buy near the touch (S2.4)."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse fewer dollars on offer near the best ask than the minimum."""
    least = limits.gates.depth_min
    if least is None:
        return None
    if snapshot.book is None:
        return Check(Reason.DEPTH, None, int(least), "micros", passed=False)
    depth = snapshot.book.ask_depth(limits.gates.depth_within)
    return Check(Reason.DEPTH, int(depth), int(least), "micros", depth >= least)
