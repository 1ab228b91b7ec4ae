"""Only so many entries in any hour, however many trades there are to copy (E15). Exits count for nothing."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse where as many buys as the limit were placed in the hour before, whatever became of them."""
    most = limits.gates.orders_hour_max
    if most is None:
        return None
    placed = snapshot.orders_last_hour
    return Check(Reason.ORDERS_HOUR, placed, most, "count", placed < most)
