"""The settings of the gates that ask how good a leader is, from the leader's own track record (docs/scoring.md)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from copydesk.domain.leader import ThinSample, TrackRecordRules, UnusualSize
from copydesk.settings.fields import Bps, Part


class LeaderGateSettings(Part):
    """What a leader's track record must be like; `null` switches a gate off."""

    leader_score_min_bps: Bps | None = None
    """No entry behind a leader with a lower composite score; 5,000 is neutral (S2.6, C22)."""
    leader_ratio_min_bps: Annotated[int | None, Field(ge=-100_000, le=100_000)] = None
    """No entry behind a leader with a lower Sharpe-like ratio; 16,000 is 1.6 (S3.12, C22)."""
    leader_trades_min: Annotated[int | None, Field(ge=1, le=256)] = None
    """No entry behind a leader with fewer trades whose result is known; 30, or a stricter 100 (S3.13)."""
    leader_age_max_s: Annotated[int | None, Field(ge=1)] = None
    """No entry where the leader's score rests on results older than this; 900 is a quarter of an hour (S3.12)."""
    leader_size_max_bps: Annotated[int | None, Field(ge=10_000, le=10_000_000)] = None
    """A leader's trade is unusual above this part of the 90th percentile of the leader's buys (S3.14)."""
    unusual_size: UnusualSize = UnusualSize.BOUND
    """Whether an unusual trade gets the size of probation or is refused (S3.14)."""
    thin_sample: ThinSample = ThinSample.REFUSE
    """Whether a leader with too few results is refused or gets the size of probation (C22)."""


def track_record_rules(gates: LeaderGateSettings, probation_bps: int) -> TrackRecordRules:
    """The limits of these gates."""
    return TrackRecordRules(
        score_min_bps=gates.leader_score_min_bps,
        ratio_min_bps=gates.leader_ratio_min_bps,
        trades_min=gates.leader_trades_min,
        age_max_ms=None if gates.leader_age_max_s is None else gates.leader_age_max_s * 1000,
        size_max_bps=gates.leader_size_max_bps,
        unusual_size=gates.unusual_size,
        thin_sample=gates.thin_sample,
        probation_bps=probation_bps,
    )
