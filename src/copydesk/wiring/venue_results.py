"""How markets ended, asked of the venue itself for a command that reads a ledger."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from copydesk.adapters.clocks.dice import SystemDice
from copydesk.adapters.clocks.live import RunningClock
from copydesk.adapters.polymarket.http.hosts import Hosts
from copydesk.adapters.polymarket.http.trouble import VenueTrouble
from copydesk.adapters.polymarket.http.venue_http import VenueHttp
from copydesk.adapters.polymarket.live.results import KNOWN_MAX, LiveResults
from copydesk.domain.errors import Unreadable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copydesk.domain.ids import TokenId
    from copydesk.domain.market import Payout
    from copydesk.domain.trade import Token
    from copydesk.settings.schema import VenueSettings


class VenueResults:
    """The payouts that the venue knows for good, of the tokens it was asked about."""

    def __init__(self) -> None:
        self._paid: dict[TokenId, Payout] = {}

    def payout(self, token: Token) -> Payout | None:
        """As `ResultSource.payout`."""
        return self._paid.get(token.id)

    async def learn(self, results: LiveResults, tokens: Sequence[Token]) -> None:
        """Take over what `results` finds out. Raises `VenueTrouble` if the venue does not answer."""
        for begin in range(0, len(tokens), KNOWN_MAX):
            part = tokens[begin : begin + KNOWN_MAX]
            await results.learn(part)
            self._paid.update({token.id: paid for token in part if (paid := results.payout(token)) is not None})


def results_of_venue(venue: VenueSettings, tokens: Sequence[Token]) -> VenueResults:
    """What the venue says these tokens paid. Takes a request for every twenty markets and every fifty tokens.

    Raises `Unreadable` if it does not answer.
    """
    try:
        return asyncio.run(_asked(Hosts(**venue.model_dump()), tokens))
    except VenueTrouble as error:
        raise Unreadable("the venue", f"{error}; `copydesk doctor` looks at each part of it") from error


async def _asked(hosts: Hosts, tokens: Sequence[Token]) -> VenueResults:
    clock, found = RunningClock(), VenueResults()
    http = VenueHttp(hosts, clock, SystemDice())
    try:
        await found.learn(LiveResults(http, clock), tokens)
    finally:
        await http.close()
    return found
