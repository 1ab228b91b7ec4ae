"""What the venue lists of a leader, set beside what we saw and what is held because of that leader (C26, K6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.ids import TimeMs, row_event_id
from copydesk.domain.trade import LeaderTrade, RowRefused
from copydesk.flow.clean.departures import Departures
from copydesk.flow.clean.fan_out import Happening

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from copydesk.domain.ids import TokenId, Wallet
    from copydesk.domain.money import Shares
    from copydesk.domain.trade import LeaderPositions, Sighting
    from copydesk.flow.clean.holdings import Fall
    from copydesk.flow.portfolio.fold import Portfolio

RECONCILE_MS = 60_000
"""How often all that is held because of a leader is set beside what the venue lists of that leader."""


class Reconciling:
    """Finds the leaders who left without a trade that anybody saw."""

    def __init__(self) -> None:
        self._departures = Departures()
        self._reconciled: dict[Wallet, TimeMs] = {}

    def explained(self, happening: Sighting) -> None:
        """A leader did something that we saw."""
        if isinstance(happening, RowRefused):
            return
        token = happening.token.id if isinstance(happening, LeaderTrade) else None
        self._departures.explained(happening.leader, token)

    def doubt_nothing(self, leader: Wallet) -> None:
        """What the lists of a leader said before is no evidence."""
        self._departures.explained(leader, None)

    def falls(
        self, positions: LeaderPositions, known: Mapping[TokenId, Shares], followers: Iterable[Portfolio]
    ) -> list[Fall]:
        """What the leader holds less of than we knew, confirmed. `followers` are looked through once a minute."""
        leader, at = positions.leader, positions.seen_at
        all_known: dict[TokenId, Shares | None] = {}
        if at - self._reconciled.get(leader, TimeMs(0)) >= RECONCILE_MS:
            self._reconciled[leader] = at
            all_known.update(dict.fromkeys(_held_because_of(leader, followers)))
        all_known.update(known)
        return self._departures.compare(positions, all_known)


def left(positions: LeaderPositions, fall: Fall, now: TimeMs) -> Happening:
    """The event that a list of positions is, for one token."""
    seen = row_event_id(("left", positions.leader, fall.token, str(positions.seen_at)), 0)
    return Happening(positions.leader, seen, now, now)


def _held_because_of(leader: Wallet, followers: Iterable[Portfolio]) -> list[TokenId]:
    """The tokens that any account holds because of `leader`, each once."""
    held: dict[TokenId, None] = {}
    for portfolio in followers:
        for (who, token), position in portfolio.positions.items():
            if who == leader and position.is_open:
                held[token] = None
    return list(held)
