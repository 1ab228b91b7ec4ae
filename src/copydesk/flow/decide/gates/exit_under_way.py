"""What is being sold is not sold again: a position is closed once (I8, C27)."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.money import NO_SHARES
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse an exit where all that is held is in orders that may still be filled."""
    if snapshot.selling == NO_SHARES:
        return None
    return Check(Reason.EXIT_UNDER_WAY, int(snapshot.sellable), 1, "micros", int(snapshot.sellable) > 0)
