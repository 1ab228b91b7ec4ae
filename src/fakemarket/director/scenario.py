"""Scenarios by name: who trades how often on how many markets, and what the venue is like meanwhile."""

from dataclasses import dataclass, field, replace
from typing import Final

from fakemarket.world.money import ONE

HOUR_S: Final = 3_600
DAY_S: Final = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaderPlan:
    """A leader that is wanted: his name, his way of trading, his money and how often he decides."""

    name: str
    style: str
    gap_s: float = 120
    pusd: int = 50_000 * ONE
    size: tuple[int, int] = (20, 200)
    skill: float = 0.6
    signature_type: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Everything the director needs to know beside the seed."""

    name: str
    leaders: tuple[LeaderPlan, ...] = ()
    single_markets: int = 6
    race_events: int = 1
    race_runners: int = 3
    life_s: tuple[float, float] = (2 * HOUR_S, 12 * HOUR_S)
    challenge_s: float = 300
    dispute_share: float = 0.05
    half_share: float = 0.02
    v2_share: float = 0.34
    is_renewed: bool = True
    levels: int = 4
    level_size: tuple[int, int] = (80, 600)
    requote_s: float = 10
    passers: int = 4
    passer_gap_s: float = 20
    account_pusd: int = 10_000 * ONE
    faults: dict[str, dict[str, object]] = field(default_factory=dict)
    script: str = ""
    recording: str = ""


THREE: Final = (
    LeaderPlan(name="Northwind", style="directional"),
    LeaderPlan(name="quickhands", style="scalper"),
    LeaderPlan(name="TheLongView", style="holder", gap_s=300),
)
FIVE: Final = (
    *THREE,
    LeaderPlan(name="spreadsheet", style="maker", gap_s=60),
    LeaderPlan(name="MergeLane", style="merger", gap_s=240, signature_type=2),
)

QUIET: Final = Scenario(
    name="quiet", leaders=FIVE, passers=0, race_events=2, life_s=(30 * DAY_S, 60 * DAY_S), is_renewed=False
)
ALL_DAY: Final = Scenario(name="day", leaders=FIVE)
BUILT_IN: Final[dict[str, Scenario]] = {
    # Books and accounts, and nobody who trades: for clients that want the market to themselves.
    "quiet": replace(QUIET, leaders=tuple(replace(leader, gap_s=0) for leader in FIVE)),
    # Five leaders of five styles over markets that come and go within hours: the one to run for long.
    "day": ALL_DAY,
    # Three leaders who make about thirty signals a minute together.
    "demo": replace(
        ALL_DAY,
        name="demo",
        leaders=(
            *(replace(leader, gap_s=11, size=(10, 60)) for leader in THREE[:2]),
            LeaderPlan(name="MergeLane", style="merger", gap_s=12, size=(10, 60)),
        ),
        single_markets=8,
        life_s=(600, 3_600),
        challenge_s=60,
        passer_gap_s=6,
    ),
    # The life of a market in minutes: births, tick changes, disputes, halves and redemptions in plenty.
    "brief": replace(
        ALL_DAY,
        name="brief",
        leaders=tuple(replace(leader, gap_s=30) for leader in FIVE),
        life_s=(240, 900),
        challenge_s=30,
        dispute_share=0.3,
        half_share=0.15,
        requote_s=5,
    ),
    # The venue as it is on a bad day: late, cached, doubled and out of order.
    "storm": replace(
        ALL_DAY,
        name="storm",
        leaders=tuple(replace(leader, gap_s=60) for leader in FIVE),
        faults={
            "data_cache": {"max_age_s": 300},
            "data_lag": {"lag_ms": 80_000},
            "duplicate_event": {"probability": 0.1},
            "reorder": {"probability": 0.1},
            "ghost_fill": {"probability": 0.05, "retries": 1},
        },
    ),
}


def scenario_named(name: str) -> Scenario:
    """Find a scenario: a built-in name, a YAML script (`*.yaml`), or a recording (`recorded:PATH`)."""
    if name in BUILT_IN:
        return BUILT_IN[name]
    if name.endswith((".yaml", ".yml")):
        return replace(BUILT_IN["quiet"], name=name, leaders=(), single_markets=0, race_events=0, script=name)
    if name.startswith("recorded:"):
        path = name.removeprefix("recorded:")
        return replace(BUILT_IN["quiet"], name=name, leaders=(), single_markets=0, race_events=0, recording=path)
    known = ", ".join(sorted(BUILT_IN))
    raise ValueError(f"no scenario {name!r}: there are {known}, a path to a .yaml script, and recorded:PATH")
