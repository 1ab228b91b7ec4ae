"""A leader's small trades say little: they are not copied (E15)."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check:
    """Refuse a combined trade below the minimum notional."""
    least = limits.gates.leader_notional_min
    return Check(Reason.LEADER_NOTIONAL, int(signal.notional), int(least), "micros", signal.notional >= least)
