"""Kelly bets on an edge: where the leader's record has none left at our price, it bets nothing (S2.7)."""

from __future__ import annotations

from copydesk.domain.limits import AmountMode, Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.probation import is_thin
from copydesk.flow.decide.record_amount import edge_left
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse an entry sized by Kelly without an edge. A thin sample shows none: it passes, on probation (C22)."""
    if limits.amount.mode is not AmountMode.KELLY:
        return None
    known = snapshot.leader
    if known is None or is_thin(known, limits):
        return Check(Reason.LEADER_EDGE, None, 0, "micros", passed=known is not None)
    left = edge_left(signal, snapshot, known, limits)
    return Check(Reason.LEADER_EDGE, left, 0, "micros", left > 0)
