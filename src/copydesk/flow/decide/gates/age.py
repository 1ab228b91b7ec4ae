"""An entry must be young: its age counts from the leader's first trade, not from when we saw it (C10)."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check:
    """Refuse an entry older than `age_max_ms`."""
    age_ms = snapshot.now - signal.happened_at
    age_max_ms = limits.gates.age_max_ms
    return Check(Reason.AGE, age_ms, age_max_ms, "ms", age_ms <= age_max_ms)
