"""The loss guard: after so many losses within so long, no entry for a while (E46)."""

from __future__ import annotations

from copydesk.domain.ids import TimeMs
from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse while the pause that began with the last of such losses is not over; seen is what is left of it."""
    stops = limits.stops
    if stops.guard_losses_max is None:
        return None
    record = snapshot.account_record
    if record is None:
        return Check(Reason.LOSS_GUARD, None, 0, "ms", passed=False)
    begun = _begun_at(record.lost_at, stops.guard_losses_max, stops.guard_within_ms)
    left = 0 if begun is None else max(0, begun + stops.guard_pause_ms - snapshot.now)
    return Check(Reason.LOSS_GUARD, left, 0, "ms", left <= 0)


def _begun_at(lost_at: tuple[TimeMs, ...], losses: int, within_ms: int) -> TimeMs | None:
    """When so many losses last came within that time, counted at the last of them."""
    for last in range(len(lost_at) - 1, losses - 2, -1):
        if lost_at[last] - lost_at[last - losses + 1] <= within_ms:
            return lost_at[last]
    return None
