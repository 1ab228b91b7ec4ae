"""`FillModel`: every number the paper venue assumes, in one place; docs/paper.md gives the reason of each."""

from __future__ import annotations

import msgspec


class FillModel(msgspec.Struct, frozen=True, kw_only=True):
    """What we assume of a market we did not see. Times in milliseconds, shares of a whole in basis points.

    `delays_ms` names the categories whose taker orders the venue holds back, and for how long. `window_ms` is how far
    back printed volume counts as depth; `recent_ms` how far back prices count for the touch, or twice the age of the
    last print if that is more; `age_max_ms` how old the last print may be. Each `stale_tick_ms` of its age moves both
    best prices one tick away. `refill_ms` is how long shares we took from a recorded book stay away.
    """

    latency_ms: int = 500
    delays_ms: tuple[tuple[str, int], ...] = ()
    window_ms: int = 600_000
    recent_ms: int = 10_000
    age_max_ms: int = 600_000
    depth_bps: int = 2_500
    levels: int = 5
    spread_ticks_min: int = 1
    stale_tick_ms: int = 60_000
    widen_bps: int = 5_000
    prints_max: int = 128
    tokens_max: int = 4_096
    refill_ms: int = 60_000
    recorded_age_max_ms: int = 25_000


STANDARD = FillModel()
