"""A leader's very large trades can be left out: what moves the market is not copied at its price (E15)."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse a combined trade above the most that is copied."""
    most = limits.gates.leader_notional_max
    if most is None:
        return None
    return Check(Reason.LEADER_NOTIONAL_MAX, int(signal.notional), int(most), "micros", signal.notional <= most)
