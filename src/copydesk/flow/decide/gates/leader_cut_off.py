"""No entry follows a leader that is cut off. Exits go on."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse while the signal's leader is cut off; a control nobody has used leaves no check."""
    cut = snapshot.cut_off
    if cut is None:
        return None
    return Check(Reason.LEADER_CUT_OFF, f"{cut.source}: {cut.words}", "copied", "text", passed=False)
