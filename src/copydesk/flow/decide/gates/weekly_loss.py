"""The weekly hard halt: after such a loss since the UTC week began, no entry (S2.11)."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.record import week_of
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse for the rest of a week in which equity was ever so far below the week's anchor."""
    most = limits.stops.weekly_loss_max_bps
    if most is None:
        return None
    record = snapshot.account_record
    lost = None if record is None else record.week.lost_in(week_of(snapshot.now))
    return Check(Reason.WEEKLY_LOSS, lost, most, "bps", lost is not None and lost <= most)
