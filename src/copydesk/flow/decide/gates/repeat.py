"""No second entry into the same token behind the same leader so soon after the last (E6)."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse within the wait after the last buy that was placed, also if the position was left since."""
    least_ms = limits.gates.repeat_after_ms
    if least_ms is None:
        return None
    if snapshot.entered_at is None:
        return Check(Reason.REPEAT, "never", least_ms, "ms", passed=True)
    passed_ms = snapshot.now - snapshot.entered_at
    return Check(Reason.REPEAT, passed_ms, least_ms, "ms", passed_ms >= least_ms)
