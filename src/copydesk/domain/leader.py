"""What is known of a leader from their own trades (`LeaderKnowledge`), and what a relation asks of it."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from copydesk.domain.ids import TimeMs
from copydesk.domain.money import Usdc

SAMPLE_FLOOR = 30
"""Fewer trades with a known result than this say little (S3.13)."""
SIZES_LEAST = 10
"""So many trades must have been seen before one can be called usual or unusual in size."""
SCORE_NEUTRAL = 5_000
"""The score of a leader of whom nothing is known, in basis points (C22)."""


class LeaderKnowledge(msgspec.Struct, frozen=True, array_like=True):
    """A leader's track record as of one instant, in whole numbers; docs/scoring.md has every formula.

    `as_of` is up to when results are known. `trades` were seen in the window, `closed` of them have a result. The
    figures in basis points are shrunk towards knowing nothing. `size_usual` and `size_high` are the median and the
    90th percentile of the last buys, of which there are `sizes`. `drawdown_bps` is of the most the leader had at stake.
    """

    as_of: TimeMs
    trades: int
    closed: int
    win_bps: int
    return_bps: int
    edge_bps: int
    ratio_bps: int
    score_bps: int
    sizes: int
    size_usual: Usdc
    size_high: Usdc
    losses_in_row: int
    drawdown_bps: int


class UnusualSize(StrEnum):
    """What to do with a trade far above the leader's usual size (S3.14)."""

    BOUND = "bound"
    REFUSE = "refuse"


class ThinSample(StrEnum):
    """What to do with a leader of whom too few results are known (C22)."""

    REFUSE = "refuse"
    PROBATION = "probation"


class TrackRecordRules(msgspec.Struct, frozen=True, kw_only=True):
    """What a leader's track record must be like. None switches a gate off: it is then not asked.

    `size_max_bps` is of the leader's high size. `probation_bps` of the bankroll is the most that a copy gets while a
    leader's sample is thin, or where a trade is unusual in size.
    """

    score_min_bps: int | None = None
    ratio_min_bps: int | None = None
    trades_min: int | None = None
    age_max_ms: int | None = None
    size_max_bps: int | None = None
    unusual_size: UnusualSize = UnusualSize.BOUND
    thin_sample: ThinSample = ThinSample.REFUSE
    probation_bps: int = 100

    @property
    def judges_skill(self) -> bool:
        """Whether any gate asks how good the leader is."""
        return self.score_min_bps is not None or self.ratio_min_bps is not None or self.trades_min is not None

    @property
    def looks(self) -> bool:
        """Whether any gate looks at the leader's track record at all."""
        return self.judges_skill or self.age_max_ms is not None or self.size_max_bps is not None
