"""For inverse relations: the rules and the book of the opposite outcome, fetched as the leader's own are (E7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from copydesk.domain.market import Market
    from copydesk.domain.trade import Token
    from copydesk.ports import Preparation


class PreparedMarkets(Protocol):
    """A directory whose markets have to be fetched."""

    def market(self, token: Token) -> Market:
        """As `MarketDirectory.market`."""
        ...

    def is_ready(self, token: Token) -> bool:
        """As `Preparation.is_ready`."""
        ...

    async def prepare(self, token: Token) -> None:
        """As `Preparation.prepare`."""
        ...


class Opposites:
    """A preparation of the other outcome's market and book, while `is_wanted` says that some relation is inverse."""

    def __init__(self, markets: PreparedMarkets, books: Preparation, is_wanted: Callable[[], bool]) -> None:
        self._markets, self._books, self._is_wanted = markets, books, is_wanted

    def is_ready(self, token: Token) -> bool:
        """As `Preparation.is_ready`; where the opposite is not known there is nothing to wait for."""
        if not self._is_wanted():
            return True
        if not self._markets.is_ready(token):
            return False
        opposite = self._markets.market(token).opposite(token)
        return opposite is None or (self._markets.is_ready(opposite) and self._books.is_ready(opposite))

    async def prepare(self, token: Token) -> None:
        """As `Preparation.prepare`: first which outcome is the opposite, then what is needed of it."""
        await self._markets.prepare(token)
        opposite = self._markets.market(token).opposite(token)
        if opposite is not None:
            await self._markets.prepare(opposite)
            await self._books.prepare(opposite)
