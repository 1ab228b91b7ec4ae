"""What the markets are about: questions, tags and fees of the kinds the venue lists."""

from dataclasses import dataclass
from typing import Final

from fakemarket.world.dice import Dice
from fakemarket.world.money import FeeSchedule
from fakemarket.world.tokens import Tag

TAG_IDS: Final = {
    "crypto": "21",
    "bitcoin": "235",
    "up-or-down": "102127",
    "sports": "1",
    "soccer": "100350",
    "nba": "745",
    "politics": "2",
    "us-politics": "100265",
    "elections": "144",
    "geopolitics": "100266",
    "weather": "84",
    "economy": "100328",
    "tech": "1401",
    "culture": "596",
    "mentions": "100343",
}


def tag(slug: str) -> Tag:
    return Tag(id=TAG_IDS[slug], slug=slug, label=slug.replace("-", " ").title())


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of market: how it is worded, tagged, charged and delayed."""

    category: str
    question: str
    event: str
    tags: tuple[str, ...]
    rate_bps: int
    rebate_bps: int
    outcomes: tuple[str, str] = ("Yes", "No")
    is_game: bool = False


SINGLES: Final = (
    Kind(
        category="crypto",
        question="Bitcoin above ${n},000 at close of window {k}?",
        event="Bitcoin above ${n},000, window {k}",
        tags=("crypto", "bitcoin"),
        rate_bps=700,
        rebate_bps=2_000,
    ),
    Kind(
        category="sports",
        question="{a} vs. {b}, game {k}",
        event="{a} vs. {b}, game {k}",
        tags=("sports", "nba"),
        rate_bps=500,
        rebate_bps=1_500,
        outcomes=("Home", "Away"),
        is_game=True,
    ),
    Kind(
        category="politics",
        question="Will bill {n} pass by day {k}?",
        event="Bill {n}, day {k}",
        tags=("politics", "us-politics"),
        rate_bps=400,
        rebate_bps=2_500,
    ),
    Kind(
        category="weather",
        question="Highest temperature in {a} above {m}°C on day {k}?",
        event="Temperature in {a}, day {k}",
        tags=("weather",),
        rate_bps=500,
        rebate_bps=2_500,
    ),
    Kind(
        category="geopolitics",
        question="Will {a} and {b} sign a treaty in round {k}?",
        event="{a} and {b}, round {k}",
        tags=("geopolitics",),
        rate_bps=0,
        rebate_bps=0,
    ),
    Kind(
        category="economics",
        question="Will inflation print above {m}.{k} percent in report {n}?",
        event="Inflation report {n}, {m}.{k}",
        tags=("economy",),
        rate_bps=500,
        rebate_bps=2_500,
    ),
)
RACE: Final = Kind(
    category="elections",
    question="Will {a} win seat {n}?",
    event="Who wins seat {n}, round {k}?",
    tags=("politics", "elections"),
    rate_bps=400,
    rebate_bps=2_500,
)
PLACES: Final = (
    *("Alder Bay", "Brackwater", "Calder", "Dunmore", "Eastfield", "Fenwick", "Greyhaven", "Harrow Point"),
    *("Ironbridge", "Jasper", "Kestrel", "Longmere", "Marrow", "Northam", "Oakridge", "Pellham"),
)


def fees_of(kind: Kind) -> FeeSchedule | None:
    return FeeSchedule(rate_bps=kind.rate_bps, rebate_bps=kind.rebate_bps) if kind.rate_bps else None


def words(dice: Dice, number: int) -> dict[str, object]:
    """Draw the blanks of one question; the number keeps questions apart."""
    first, second = dice.sample(PLACES, 2)
    return {"a": first, "b": second, "n": dice.randint(40, 160), "m": dice.randint(2, 40), "k": number}
