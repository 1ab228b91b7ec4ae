"""A leader whose copies lost so many times in a row is not copied (S2.12)."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse once there was such a row; a later win does not undo it."""
    most = limits.stops.leader_losses_max
    if most is None:
        return None
    record = snapshot.leader_record
    losses = None if record is None else record.losses_most
    return Check(Reason.LEADER_LOSSES, losses, most, "count", losses is not None and losses < most)
