"""What is known of the leader must be fresh: results that nobody asked for lately tell of an earlier leader (S3.12)."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse where the leader's score rests on results older than `age_max_ms`, or none is known."""
    most = limits.track_record.age_max_ms
    if most is None:
        return None
    known = snapshot.leader
    if known is None:
        return Check(Reason.LEADER_STALE, None, most, "ms", passed=False)
    age_ms = snapshot.now - known.as_of
    return Check(Reason.LEADER_STALE, age_ms, most, "ms", age_ms <= most)
