"""No exit while a halt freezes exits too: the one control that keeps what is held."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse while frozen; otherwise nothing was asked."""
    freeze = snapshot.freeze
    if freeze is None:
        return None
    return Check(Reason.FROZEN, f"{freeze.source}: {freeze.words}", "running", "text", passed=False)
