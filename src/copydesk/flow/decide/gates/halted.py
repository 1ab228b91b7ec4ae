"""No entry while the account is halted. Exits go on."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check:
    """Refuse while halted: by the ledger's oldest halt, which says who and why, or by the settings."""
    halt = snapshot.halt
    if halt is not None:
        return Check(Reason.HALTED, f"{halt.source}: {halt.words}", "running", "text", passed=False)
    halted = snapshot.is_halted
    return Check(Reason.HALTED, "halted" if halted else "running", "running", "text", not halted)
