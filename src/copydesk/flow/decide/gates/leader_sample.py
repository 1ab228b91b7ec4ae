"""A few trades with a result say nothing: a leader needs so many of them, or is on probation (S3.13, C22)."""

from __future__ import annotations

from copydesk.domain.leader import ThinSample
from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse a leader with fewer closed trades, unless the settings put such leaders on probation."""
    rules = limits.track_record
    least = rules.trades_min
    if least is None:
        return None
    known = snapshot.leader
    if known is None:
        return Check(Reason.LEADER_SAMPLE, None, least, "count", passed=False)
    passed = known.closed >= least or rules.thin_sample is ThinSample.PROBATION
    return Check(Reason.LEADER_SAMPLE, known.closed, least, "count", passed)
