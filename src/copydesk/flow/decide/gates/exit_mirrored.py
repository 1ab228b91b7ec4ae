"""A leader's exit is followed only where the settings mirror exits (E5)."""

from __future__ import annotations

from copydesk.domain.exits import IS_MIRRORED
from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse a leader's exit under a style that mirrors none."""
    style = limits.exits.mirror
    if style in IS_MIRRORED:
        return None
    return Check(Reason.EXIT_NOT_MIRRORED, str(style), "mirrored", "text", passed=False)
