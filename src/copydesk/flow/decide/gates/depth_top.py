"""There must be something to buy at the best ask itself, not only near it (S2.4)."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.money import proceeds
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse fewer dollars on offer at the best ask than the minimum."""
    least = limits.gates.depth_top_min
    if least is None:
        return None
    book = snapshot.book
    if book is None or not book.asks:
        return Check(Reason.DEPTH_TOP, None, int(least), "micros", passed=False)
    best = book.asks[0]
    top = proceeds(best.shares, best.price)
    return Check(Reason.DEPTH_TOP, int(top), int(least), "micros", top >= least)
