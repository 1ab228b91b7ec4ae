"""From where the venue takes orders: the list as data, by country and by region (C41, E47)."""

from __future__ import annotations

import pytest

from copydesk.adapters.polymarket.places import GeoblockAnswer, known_places
from copydesk.domain.ids import TimeMs
from copydesk.domain.venue_health import Standing

REVIEWED_MS = 1_795_132_800_000


@pytest.mark.parametrize(
    ("country", "region", "standing"),
    [
        ("US", "NY", Standing.CLOSE_ONLY),
        ("GB", "", Standing.CLOSE_ONLY),
        ("KP", "", Standing.BLOCKED),
        ("UA", "43", Standing.BLOCKED),
        ("UA", "30", Standing.OPEN),
        ("CA", "ON", Standing.CLOSE_ONLY),
        ("CA", "MB", Standing.OPEN),
        ("IE", "L", Standing.SITE_CLOSE_ONLY),
        ("NO", "03", Standing.OPEN),
        ("", "", Standing.OPEN),
    ],
)
def test_a_place_has_the_standing_of_its_region_else_of_its_country(country: str, region: str, standing: str) -> None:
    assert known_places().standing(country, region) == standing


def test_the_list_knows_how_old_it_is() -> None:
    location = GeoblockAnswer(blocked=True, country="US", region="NY").located(TimeMs(REVIEWED_MS + 5 * 86_400_000))
    assert (location.is_refused, location.place, location.reviewed) == (True, "US-NY", "2026-11-20")
    assert location.review_age_days == 5


def test_every_code_is_a_code() -> None:
    """YAML reads `NO` as false; a code that is no text is refused when the list is read."""
    assert all(len(code.partition("-")[0]) == 2 and code.isupper() for code in known_places().standings)
    assert len(known_places().standings) == 7 + 36 + 5
