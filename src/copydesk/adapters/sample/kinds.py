"""What kinds of market the sample world has: how long they run, how lively they are and what they are called."""

from __future__ import annotations

from typing import Final

import msgspec

_MINUTE, _HOUR, _DAY = 60_000, 3_600_000, 86_400_000


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """Markets of one sort. `lanes` of them run at any time, each followed by the next when it ends.

    `weight` is how much of the trading one of them draws, `moves` how many ticks its price may move at a trade, and
    `settling_ms` how long after the end its result is known. Names are drawn from `names`, and but for the coins
    nothing in them is real. Markets on the clock all begin together, one for each name.
    """

    category: str
    slug: str
    title: str
    outcomes: tuple[str, str]
    names: tuple[str, ...]
    lanes: int
    duration_ms: int
    settling_ms: int
    weight: int
    moves: int
    taker_fee_bps: int
    is_on_the_clock: bool = False


_COINS: Final = ("btc Bitcoin", "eth Ethereum", "sol Solana", "xrp XRP")
_TEAMS: Final = (
    *("Harbor Foxes", "Granite Owls", "Lantern City", "Salt Flat Rovers", "North Mill", "Copper Hill"),
    *("Windward Union", "Old Quay", "Juniper Town", "Ashby Comets"),
)
_PEOPLE: Final = ("Marlow", "Quist", "Ferrand", "Okwonko", "Halvard", "Tessaly", "Brandt", "Iriye")
_PLACES: Final = ("Eastmark", "Velden", "Port Amber", "Tarn Valley", "Lower Sund", "Cape Orrin")
_YES_NO: Final = ("Yes", "No")

# fmt: off
KINDS: Final = (
    Kind(
        category="crypto_updown", slug="{short}-updown-15m-{start}", title="{name} Up or Down - {window} UTC",
        outcomes=("Up", "Down"), names=_COINS, lanes=4, duration_ms=15 * _MINUTE, settling_ms=_MINUTE,
        weight=14, moves=3, taker_fee_bps=700, is_on_the_clock=True,
    ),
    Kind(
        category="crypto_updown", slug="{short}-updown-1h-{start}", title="{name} Up or Down - {window} UTC",
        outcomes=("Up", "Down"), names=_COINS, lanes=4, duration_ms=_HOUR, settling_ms=_MINUTE,
        weight=8, moves=2, taker_fee_bps=700, is_on_the_clock=True,
    ),
    Kind(
        category="crypto_updown", slug="{short}-updown-4h-{start}", title="{name} Up or Down - {window} UTC",
        outcomes=("Up", "Down"), names=_COINS, lanes=4, duration_ms=4 * _HOUR, settling_ms=_MINUTE,
        weight=6, moves=2, taker_fee_bps=700, is_on_the_clock=True,
    ),
    Kind(
        category="soccer", slug="epl-{short}-{day}-{start}", title="Will {name} win on {day}, {clock}?",
        outcomes=_YES_NO, names=_TEAMS, lanes=4, duration_ms=2 * _HOUR, settling_ms=10 * _MINUTE,
        weight=8, moves=2, taker_fee_bps=500,
    ),
    Kind(
        category="basketball", slug="nba-{short}-{day}-{start}", title="{name} vs. {other}, {day} {clock}",
        outcomes=("{name}", "{other}"), names=_TEAMS, lanes=3, duration_ms=5 * _HOUR // 2, settling_ms=10 * _MINUTE,
        weight=8, moves=2, taker_fee_bps=500,
    ),
    Kind(
        category="tennis", slug="atp-{short}-{day}-{start}", title="{name} vs. {other}, {day} {clock}",
        outcomes=("{name}", "{other}"), names=_PEOPLE, lanes=2, duration_ms=2 * _HOUR, settling_ms=5 * _MINUTE,
        weight=6, moves=2, taker_fee_bps=500,
    ),
    Kind(
        category="esports", slug="cs2-{short}-{day}-{start}", title="{name} vs. {other}, {day} {clock}, map 1",
        outcomes=("{name}", "{other}"), names=_TEAMS, lanes=2, duration_ms=_HOUR, settling_ms=5 * _MINUTE,
        weight=5, moves=3, taker_fee_bps=500,
    ),
    Kind(
        category="elections", slug="will-{short}-win-{start}", title="Will {name} beat {other} in the vote?",
        outcomes=_YES_NO, names=_PEOPLE, lanes=3, duration_ms=2 * _DAY, settling_ms=2 * _HOUR,
        weight=3, moves=1, taker_fee_bps=400,
    ),
    Kind(
        category="politics_us", slug="will-{short}-resign-{start}", title="Will Secretary {name} resign by {day}?",
        outcomes=_YES_NO, names=_PEOPLE, lanes=3, duration_ms=_DAY, settling_ms=2 * _HOUR,
        weight=3, moves=1, taker_fee_bps=400,
    ),
    Kind(
        category="geopolitics", slug="truce-in-{short}-{start}", title="Truce in {name} by {day}?",
        outcomes=_YES_NO, names=_PLACES, lanes=2, duration_ms=_DAY, settling_ms=2 * _HOUR,
        weight=3, moves=1, taker_fee_bps=0,
    ),
    Kind(
        category="economics", slug="inflation-in-{short}-{start}", title="Inflation in {name} above 3%?",
        outcomes=_YES_NO, names=_PLACES, lanes=3, duration_ms=6 * _HOUR, settling_ms=30 * _MINUTE,
        weight=3, moves=1, taker_fee_bps=500,
    ),
    Kind(
        category="weather", slug="highest-temperature-in-{short}-{start}", title="Highest in {name} above 20 degrees?",
        outcomes=_YES_NO, names=_PLACES, lanes=3, duration_ms=12 * _HOUR, settling_ms=_HOUR,
        weight=2, moves=1, taker_fee_bps=500,
    ),
    Kind(
        category="culture", slug="{short}-album-first-{start}", title="Will {name}'s album be first this week?",
        outcomes=_YES_NO, names=_PEOPLE, lanes=3, duration_ms=8 * _HOUR, settling_ms=_HOUR,
        weight=2, moves=1, taker_fee_bps=500,
    ),
)
# fmt: on
LANES: Final = tuple(kind for kind in KINDS for _ in range(kind.lanes))
"""The kind of each market that runs at a time."""
