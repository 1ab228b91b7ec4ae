"""How often, how far back and how much of it at a time: `PollPlan`."""

from __future__ import annotations

import msgspec

_HOUR_MS = 3_600_000


class PollPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a poller, in time of its clock. Cadences by lane are 10, 2 and 1 s (C11); 2 s is the default.

    | field              | means                                                                            |
    |--------------------|----------------------------------------------------------------------------------|
    | `cadence_ms`       | from one look at a leader's trades to the next (S2.8, S4.6)                      |
    | `holdings_every_ms`| the same for activity and positions (S0.14, S0.42)                               |
    | `overlap_ms`       | what every look sees once more, so that late rows are found (K14)                |
    | `deep_every_ms`    | from one look as far back as `reach_ms` to the next                              |
    | `reach_ms`         | how far a first look goes back, before now or before what is known already       |
    | `rows_min`         | rows asked for where little happens; more where the overlap has more             |
    | `rows_kept`        | of how many rows at least, however old, it is remembered that they were shown    |
    | `rows_kept_max`    | and of how many at most                                                          |
    | `pages_max`        | pages asked for in one look                                                      |
    | `at_once_max`      | leaders looked at at the same time                                               |
    | `stale_after_ms`   | data older than this is not valid (S0.43)                                        |
    | `off_ms`           | how long nothing is asked after the venue has refused access (K15)               |
    """

    cadence_ms: int = 2_000
    holdings_every_ms: int = 10_000
    overlap_ms: int = 600_000
    deep_every_ms: int = 300_000
    reach_ms: int = _HOUR_MS
    rows_min: int = 50
    rows_kept: int = 1_000
    rows_kept_max: int = 20_000
    pages_max: int = 12
    at_once_max: int = 8
    stale_after_ms: int = 25_000
    off_ms: int = 300_000
