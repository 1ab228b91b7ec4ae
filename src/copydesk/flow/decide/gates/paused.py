"""No entry while the relation is paused. Exits go on."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse while the account pauses this leader, or all; a control nobody has used leaves no check."""
    pause = snapshot.pause
    return None if pause is None else Check(Reason.PAUSED, pause.words, "copied", "text", passed=False)
