"""No entry for a relation that is paused or stopped in the settings. Exits go on as its state says."""

from __future__ import annotations

from copydesk.domain.limits import Limits, RelationState
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse where the relation does not copy; one that does leaves no check."""
    if limits.state is RelationState.COPYING:
        return None
    return Check(Reason.NOT_COPYING, str(limits.state), str(RelationState.COPYING), "text", passed=False)
