"""The daily soft stop: after such a loss since the UTC day began, no entry until the next one (S2.10, S3.19)."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.record import day_of
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse for the rest of a day in which equity was ever so far below the day's anchor."""
    most = limits.stops.daily_loss_max_bps
    if most is None:
        return None
    record = snapshot.account_record
    lost = None if record is None else record.day.lost_in(day_of(snapshot.now))
    return Check(Reason.DAILY_LOSS, lost, most, "bps", lost is not None and lost <= most)
