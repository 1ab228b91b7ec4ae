"""The greatest drawdown: after such a fall from the account's highest equity, no entry (E46)."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse once equity was ever so far below the highest it had been."""
    most = limits.stops.drawdown_max_bps
    if most is None:
        return None
    record = snapshot.account_record
    fallen = None if record is None else record.fallen
    return Check(Reason.DRAWDOWN, fallen, most, "bps", fallen is not None and fallen <= most)
