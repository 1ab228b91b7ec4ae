"""From where the venue takes orders, as its list had it when somebody last looked (C41, E47)."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import NamedTuple

import msgspec
import yaml

from copydesk.domain.errors import BadInput
from copydesk.domain.ids import TimeMs
from copydesk.domain.venue_health import Location, Standing

_EPOCH = date(1970, 1, 1)
_DAY_MS = 86_400_000


class Places(NamedTuple):
    """The list: standing by code, and the day it was last compared with the venue's."""

    reviewed: date
    standings: dict[str, Standing]

    def standing(self, country: str, region: str) -> Standing:
        """What one may do in a place; the country's standing counts where its region has none of its own."""
        whole = self.standings.get(country, Standing.OPEN)
        return self.standings.get(f"{country}-{region}", whole)


class GeoblockAnswer(msgspec.Struct, frozen=True):
    """What the venue's page says of whoever asks. The address it saw is not kept."""

    blocked: bool
    country: str = ""
    region: str = ""

    def located(self, now: TimeMs) -> Location:
        """The answer beside what our list says."""
        places = known_places()
        today = _EPOCH + timedelta(days=now // _DAY_MS)
        return Location(
            country=self.country,
            region=self.region,
            is_refused=self.blocked,
            standing=places.standing(self.country, self.region),
            reviewed=places.reviewed.isoformat(),
            review_age_days=(today - places.reviewed).days,
        )


@cache
def known_places() -> Places:
    """The list that comes with the program."""
    text = (resources.files("copydesk.adapters.polymarket") / "places.yaml").read_text(encoding="utf-8")
    table = yaml.safe_load(text)
    standings: dict[str, Standing] = {}
    for standing in (Standing.SITE_CLOSE_ONLY, Standing.CLOSE_ONLY, Standing.BLOCKED):
        standings.update(dict.fromkeys(_codes(table[standing]), standing))
    return Places(table["reviewed"], standings)


def _codes(rows: object) -> list[str]:
    """The codes in a list of codes or of such lists. YAML reads some countries as other things; those are refused."""
    if isinstance(rows, list):
        return [code for row in rows for code in _codes(row)]
    if isinstance(rows, str):
        return [rows]
    raise BadInput("places.yaml", found=repr(rows), allowed="a country's code as text")
