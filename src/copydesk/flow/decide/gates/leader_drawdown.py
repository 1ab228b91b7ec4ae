"""A leader whose copies fell too far from their highest profit is not copied (S2.12)."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.money import share_of
from copydesk.domain.record import share_lost
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse after such a fall, as a part of the most ever at stake behind the leader, at least of what may be."""
    most = limits.stops.leader_drawdown_max_bps
    if most is None:
        return None
    record = snapshot.leader_record
    if record is None:
        return Check(Reason.LEADER_DRAWDOWN, None, most, "bps", passed=False)
    budget = share_of(snapshot.bankroll, limits.caps.leader_bps)
    fallen = share_lost(int(record.fallen), int(max(record.staked, budget)))
    return Check(Reason.LEADER_DRAWDOWN, fallen, most, "bps", fallen is not None and fallen <= most)
