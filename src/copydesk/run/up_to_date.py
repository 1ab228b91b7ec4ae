"""Whether the venue's record of a leader is up to date, told by whether it shows the latest trade that we know of."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from copydesk.domain.ids import EventId, TimeMs, Wallet
    from copydesk.domain.trade import LeaderTrade

LISTED_MS = 600_000
"""So long a trade is in every answer of the record: a poll looks back as far."""
SHOWN_MS = 30_000
"""A record that has not shown such a trade for so long is behind, or went back."""


class _Latest(NamedTuple):
    """The youngest trade of a leader that any source showed."""

    content_id: EventId
    happened_at: TimeMs


class UpToDate:
    """A list of what a leader holds is evidence of leaving only where the same record has all that we know (F37, F45).

    An index may be minutes behind, and an answer as old as a cache keeps it. What was found of a record holds until
    there is another trade to tell by.
    """

    def __init__(self, last_shown: Callable[[EventId], TimeMs | None]) -> None:
        self._last_shown = last_shown
        self._latest: dict[Wallet, _Latest] = {}
        self._found: dict[Wallet, bool] = {}

    def saw(self, trade: LeaderTrade) -> None:
        """A source showed a trade."""
        known = self._latest.get(trade.leader)
        if known is None or trade.happened_at >= known.happened_at:
            self._latest[trade.leader] = _Latest(trade.content_id, trade.happened_at)

    def has_all(self, leader: Wallet, now: TimeMs) -> bool:
        """Whether the record has all of `leader` that we know. Without a trade to tell by it is believed."""
        latest = self._latest.get(leader)
        if latest is not None and now - latest.happened_at < LISTED_MS:
            shown_at = self._last_shown(latest.content_id)
            self._found[leader] = shown_at is not None and now - shown_at <= SHOWN_MS
        return self._found.get(leader, True)
