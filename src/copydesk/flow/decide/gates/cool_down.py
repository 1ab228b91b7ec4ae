"""The cool-down: after a loss, of this leader or of any, no entry for a while (E46)."""

from __future__ import annotations

from copydesk.domain.ids import TimeMs
from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.domain.stops import CoolDown
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse for so long after the last loss; seen is what is left of it."""
    pause_ms = limits.stops.cool_down_ms
    if pause_ms is None:
        return None
    account, leader = snapshot.account_record, snapshot.leader_record
    if account is None or leader is None:
        return Check(Reason.COOL_DOWN, None, 0, "ms", passed=False)
    lost_at: TimeMs | None = leader.lost_at
    if limits.stops.cool_down_of is CoolDown.ACCOUNT:
        lost_at = account.lost_at[-1] if account.lost_at else None
    left = 0 if lost_at is None else max(0, lost_at + pause_ms - snapshot.now)
    return Check(Reason.COOL_DOWN, left, 0, "ms", left <= 0)
