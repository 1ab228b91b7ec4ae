"""A leader's score must be high enough; docs/scoring.md says how it is made (S2.6, S3.12)."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.probation import is_excused
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse a leader whose score is below the threshold. Without a closed trade there is no score to see (C22)."""
    least = limits.track_record.score_min_bps
    if least is None:
        return None
    known = snapshot.leader
    score = known.score_bps if known is not None and known.closed else None
    passed = is_excused(known, limits) or (score is not None and score >= least)
    return Check(Reason.LEADER_SCORE, score, least, "bps", passed)
