"""The copy stop-loss: a leader whose copies lost too much in all is not copied (E3)."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.money import share_of
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse once copies of the leader had lost more than the tighter of both limits."""
    most, most_bps = limits.stops.relation_loss_max, limits.stops.relation_loss_max_bps
    if most_bps is not None:
        budget = share_of(snapshot.bankroll, limits.caps.leader_bps)
        part = share_of(budget, most_bps)
        most = part if most is None else min(most, part)
    if most is None:
        return None
    record = snapshot.leader_record
    loss = None if record is None else -record.lowest
    seen = None if loss is None else int(loss)
    return Check(Reason.RELATION_LOSS, seen, int(most), "micros", loss is not None and loss <= most)
