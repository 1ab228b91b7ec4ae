"""What `doctor` looks at the venue with."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from copydesk.adapters.clocks.dice import SystemDice
from copydesk.adapters.clocks.live import RunningClock
from copydesk.adapters.clocks.system import SystemClock
from copydesk.adapters.polymarket.http.hosts import Hosts
from copydesk.adapters.polymarket.http.venue_http import VenueHttp
from copydesk.adapters.polymarket.probe import Probe

if TYPE_CHECKING:
    from copydesk.domain.venue_health import VenueHealth
    from copydesk.settings.schema import VenueSettings


def look_at_venue(venue: VenueSettings) -> VenueHealth:
    """How the venue is to be reached from here. Takes as long as its slowest face, at most some seconds."""
    return asyncio.run(_look(Hosts(**venue.model_dump())))


async def _look(hosts: Hosts) -> VenueHealth:
    timer = RunningClock()
    http = VenueHttp(hosts, timer, SystemDice())
    try:
        return await Probe(hosts, http, SystemClock(), timer).look()
    finally:
        await http.close()
