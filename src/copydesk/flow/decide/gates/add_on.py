"""How often one position may be entered: once, once more, or so many times (E6)."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse where the position was entered as often as it may be; buys on their way count."""
    most = limits.gates.entries_max
    if most is None:
        return None
    return Check(Reason.ADD_ON, snapshot.entries, most, "count", snapshot.entries < most)
