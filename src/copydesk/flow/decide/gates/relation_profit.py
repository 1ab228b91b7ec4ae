"""The copy take-profit: a leader whose copies won enough in all is not copied (E3)."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.money import share_of
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse once copies of the leader had won more than the tighter of both limits."""
    most, most_bps = limits.stops.relation_profit_max, limits.stops.relation_profit_max_bps
    if most_bps is not None:
        budget = share_of(snapshot.bankroll, limits.caps.leader_bps)
        part = share_of(budget, most_bps)
        most = part if most is None else min(most, part)
    if most is None:
        return None
    record = snapshot.leader_record
    profit = None if record is None else record.highest
    seen = None if profit is None else int(profit)
    return Check(Reason.RELATION_PROFIT, seen, int(most), "micros", profit is not None and profit <= most)
