"""Twenty-five categories, guessed with care (C32, S3.18), and what the venue charges in each."""

import csv
import gzip
import json
from pathlib import Path

import pytest

from copydesk.adapters.polymarket.categories import (
    SPORTS,
    TAKER_DELAYS_MS,
    category_of,
    taker_fee_bps,
)
from copydesk.domain.category import CATEGORIES, UNKNOWN, Category

STABLE_IDS = (
    "crypto_updown crypto soccer american_football basketball baseball hockey tennis combat motorsport cricket golf"
    " esports sports_other politics_us politics_world elections geopolitics economics finance tech science mentions"
    " culture weather"
)


def test_there_are_twenty_five_and_their_ids_never_change() -> None:
    """C32: ledgers and settings hold these ids. Adding one is a decision, renaming one is not possible."""
    assert tuple(STABLE_IDS.split()) == CATEGORIES
    assert len(set(CATEGORIES)) == 25
    assert UNKNOWN not in CATEGORIES


@pytest.mark.parametrize(
    ("slug", "category"),
    [
        ("btc-updown-15m-1766577600", "crypto_updown"),
        ("bitcoin-up-or-down-july-27-4pm-et", "crypto_updown"),
        ("spx-up-or-down-on-november-3-2025", "finance"),
        ("nba-lal-bos-2026-04-05", "basketball"),
        ("mlb-laa-nyy-2025-06-19", "baseball"),
        ("cs2-faze-ill-2026-04-05-map-handicap-away-1pt5", "esports"),
        ("epl-ars-che-2026-01-03-ars", "soccer"),
        ("lol-nobody-knows-what-this-is", "unknown"),
        ("bra-will-it-rain", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_slug_that_the_venue_builds_by_rule_settles_it(slug: str, category: str) -> None:
    assert category_of(slug=slug, title="Some words") == category


def test_a_slug_wins_over_tags_and_tags_win_over_words() -> None:
    assert category_of(slug="nba-lal-bos-2026-04-05", tags=["Politics"], title="Bitcoin above 100k?") == "basketball"
    assert category_of(tags=["Politics", "Middle East"], title="Bitcoin above 100k?") == "geopolitics"
    assert category_of(title="Bitcoin above 100k?") == "crypto"


@pytest.mark.parametrize(
    ("title", "category"),
    [
        ("Bitcoin Up or Down - March 22, 1:25PM-1:30PM ET", "crypto_updown"),
        ('Will Jerome Powell say "Trump" during December FOMC Press Conference?', "mentions"),
        ("Highest temperature in London on May 3?", "weather"),
        ("Fed decreases interest rates by 25 bps?", "economics"),
        ("Will Donald Trump win the 2024 US Presidential Election?", "elections"),
        ("Russia x Ukraine ceasefire by end of 2027?", "geopolitics"),
        ("Peek vs. Ashmoz", "unknown"),
        ("Will it happen?", "unknown"),
    ],
)
def test_words_that_mean_one_thing_only_settle_the_rest(title: str, category: str) -> None:
    assert category_of(title=title) == category


def test_a_part_of_a_word_means_nothing() -> None:
    assert category_of(title="Will Solanas win the cricketer prize?") == "unknown"


def test_the_rates_are_those_of_the_venue() -> None:
    """Fact sheet 4.12. What we do not know pays what most categories pay, never nothing."""
    assert taker_fee_bps("crypto") == taker_fee_bps("crypto_updown") == 700
    assert taker_fee_bps("soccer") == taker_fee_bps("economics") == taker_fee_bps("weather") == 500
    assert taker_fee_bps("finance") == taker_fee_bps("politics_us") == taker_fee_bps("tech") == 400
    assert taker_fee_bps("geopolitics") == 0
    assert taker_fee_bps(UNKNOWN) == taker_fee_bps("no such category") == 500
    assert [category for category in CATEGORIES if not taker_fee_bps(category)] == ["geopolitics"]


def test_taker_orders_are_held_in_sports_and_crypto() -> None:
    delays = dict(TAKER_DELAYS_MS)
    assert {delays[category.value] for category in SPORTS} == {3_000}
    assert delays["crypto"] == delays["crypto_updown"] == 250
    assert set(delays) <= set(CATEGORIES)


def test_the_answer_is_plain_text() -> None:
    """It is stored and compared; an enum member must not leak."""
    assert type(category_of(slug="nba-lal-bos-2026-04-05")) is str
    assert Category("basketball") is Category.BASKETBALL


@pytest.mark.recorded
def test_words_agree_with_the_venues_own_tags(recorded_data: Path) -> None:
    """On 3,363 recorded markets with tags: where both speak, they agree in 98 of 100."""
    folder = recorded_data / "gamma"
    with gzip.open(folder / "hiiliketocode_polycopy" / "market_titles_tags.json.gz") as file:
        tagged = [(market["tags"], market["title"]) for market in json.load(file)]
    with gzip.open(folder / "johnstew324_polymarket-whale-watch" / "resolved_markets_with_tags.json.gz") as file:
        tagged += [(market["tags"], market["question"]) for market in json.load(file)]
    guesses = [(category_of(tags=tags or ()), category_of(title=title or "")) for tags, title in tagged]
    both = [(tag, word) for tag, word in guesses if UNKNOWN not in (tag, word)]
    assert len(both) > 1_000
    assert sum(tag == word for tag, word in both) > 97 * len(both) // 100


@pytest.mark.recorded
def test_most_recorded_markets_are_placed(recorded_data: Path) -> None:
    path = recorded_data / "gamma" / "Br4cky_polymarket-wallet-engine" / "token_titles.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        found = [
            category_of(slug=row["slug"], event_slug=row["event_slug"], title=row["title"])
            for row in csv.DictReader(file)
        ]
    assert found.count(UNKNOWN) < len(found) // 5
    assert set(found) - {UNKNOWN} <= set(CATEGORIES)
