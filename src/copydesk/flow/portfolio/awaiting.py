"""Positions that wait for their market's result, in order of when it is known."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from copydesk.domain.ids import AccountId, EventId, MarketId, TimeMs, TokenId, Wallet
    from copydesk.domain.market import Payout
    from copydesk.domain.trade import Token


class Waiting(NamedTuple):
    """One position that waits, and the leader event it began with."""

    account: AccountId
    leader: Wallet
    token: TokenId


class Awaiting:
    """A calendar of results: each open position stands in it once.

    A result without a time is due when the period ends. A position whose result is unknown is not in the calendar.
    """

    def __init__(self) -> None:
        self._dated: list[tuple[TimeMs, Waiting]] = []
        self._origins: dict[Waiting, tuple[Token, EventId | None]] = {}

    def add(self, waiting: Waiting, token: Token, payout: Payout | None, origin: EventId | None) -> None:
        """Wait for the result of a position, unless it is waited for already."""
        if waiting in self._origins:
            return
        self._origins[waiting] = (token, origin)
        if payout is not None and payout.resolved_at is not None:
            heappush(self._dated, (payout.resolved_at, waiting))

    def due_at(self) -> TimeMs | None:
        """When the next dated result is due."""
        return self._dated[0][0] if self._dated else None

    def pop(self) -> tuple[Waiting, Token, EventId | None]:
        """The position whose result is due next; it waits no longer."""
        _, waiting = heappop(self._dated)
        return (waiting, *self._origins.pop(waiting))

    def take_of(self, market: MarketId) -> list[tuple[Waiting, Token, EventId | None]]:
        """Every position that waits for the result of `market` and has no date, by name; they wait no longer."""
        dated = {waiting for _, waiting in self._dated}
        found = sorted(
            waiting for waiting, (token, _) in self._origins.items() if token.market == market and waiting not in dated
        )
        return [(waiting, *self._origins.pop(waiting)) for waiting in found]

    def tokens(self) -> list[Token]:
        """The tokens that are waited for, each once, in order of name."""
        tokens = {token.id: token for token, _ in self._origins.values()}
        return [tokens[name] for name in sorted(tokens)]

    def drain(self) -> list[tuple[Waiting, Token, EventId | None]]:
        """Every position that still waits, by name; none waits any longer."""
        left = [(waiting, *self._origins[waiting]) for waiting in sorted(self._origins)]
        self._origins.clear()
        self._dated.clear()
        return left
