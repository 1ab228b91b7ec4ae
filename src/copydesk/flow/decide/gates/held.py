"""There must be something to sell: an exit never opens a position (I8)."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check:
    """Refuse an exit where we hold nothing of the token because of this leader."""
    return Check(Reason.NOTHING_HELD, int(snapshot.held), 1, "micros", int(snapshot.held) > 0)
