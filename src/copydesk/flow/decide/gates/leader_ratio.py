"""What a leader earns must be worth its spread: the Sharpe-like ratio of docs/scoring.md (S3.12)."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.probation import is_excused
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse a leader whose ratio is below the threshold. Without a closed trade there is none to see (C22)."""
    least = limits.track_record.ratio_min_bps
    if least is None:
        return None
    known = snapshot.leader
    ratio = known.ratio_bps if known is not None and known.closed else None
    passed = is_excused(known, limits) or (ratio is not None and ratio >= least)
    return Check(Reason.LEADER_RATIO, ratio, least, "bps", passed)
