"""What is at stake, summed by everything a cap goes by: market, event, category, leader, position, group of words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from copydesk.domain.money import NO_USDC, Usdc
from copydesk.domain.topic import is_about, words_of

if TYPE_CHECKING:
    from copydesk.domain.ids import MarketId, TokenId, Wallet
    from copydesk.domain.order import Order
    from copydesk.domain.trade import Token

    PositionKey = tuple[Wallet, TokenId]

_Key = TypeVar("_Key")


class Facets(NamedTuple):
    """What a market goes by beside its id. An event that nobody told is empty; `text` is title and slugs as words."""

    event: str
    category: str
    text: str


class Exposures:
    """Deployed at cost plus reserved, by each thing a cap goes by, without zeros; each change costs O(1).

    A group of words is summed up over all markets when it is first asked for, and kept from then on.
    """

    __slots__ = ("_facets", "_groups", "_named", "by_category", "by_event", "by_leader", "by_market", "by_position")

    def __init__(self) -> None:
        self.by_market: dict[MarketId, Usdc] = {}
        self.by_leader: dict[Wallet, Usdc] = {}
        self.by_position: dict[PositionKey, Usdc] = {}
        self.by_event: dict[str, Usdc] = {}
        self.by_category: dict[str, Usdc] = {}
        self._facets: dict[MarketId, Facets] = {}
        self._named: dict[MarketId, tuple[str, ...]] = {}
        self._groups: dict[tuple[str, ...], Usdc] = {}

    def name(self, order: Order) -> None:
        """Learn from an order what its market goes by. What was not known before moves what is at stake to its place.

        A market whose event nobody told is its own event.
        """
        token = order.token
        named = (token.event_slug, order.category, token.title, token.slug)
        if self._named.get(token.market) == named:
            return
        self._named[token.market] = named
        before = self._facets.get(token.market)
        facets = _facets_of(order, before)
        if facets == before:
            return
        at_stake = self.by_market.get(token.market, NO_USDC)
        if before is not None and at_stake:
            self._add_by_facets(before, -at_stake)
        self._facets[token.market] = facets
        if at_stake:
            self._add_by_facets(facets, at_stake)

    def add(self, market: MarketId, position: PositionKey, change: Usdc) -> None:
        """More at stake in a position of a market that has been named; less if negative."""
        if not change:
            return
        _add(self.by_market, market, change)
        _add(self.by_leader, position[0], change)
        _add(self.by_position, position, change)
        self._add_by_facets(self._facets[market], change)

    def of_event(self, token: Token) -> Usdc | None:
        """What is at stake in all markets of the token's event; None if nobody ever told which event it is."""
        facets = self._facets.get(token.market)
        known = facets.event if facets is not None and facets.event != token.market else ""
        event = token.event_slug or known
        if not event:
            return None
        at_stake = self.by_event.get(event, NO_USDC)
        if facets is not None and facets.event != event:
            at_stake += self.by_market.get(token.market, NO_USDC)
        return at_stake

    def of_group(self, words: tuple[str, ...]) -> Usdc:
        """What is at stake in all markets that are about one of `words`."""
        at_stake = self._groups.get(words)
        if at_stake is None:
            about = [market for market in self.by_market if is_about(self._facets[market].text, words)]
            at_stake = self._groups[words] = Usdc(sum(int(self.by_market[market]) for market in about))
        return at_stake

    def _add_by_facets(self, facets: Facets, change: Usdc) -> None:
        _add(self.by_event, facets.event, change)
        _add(self.by_category, facets.category, change)
        for words in self._groups:
            if is_about(facets.text, words):
                self._groups[words] += change


def _facets_of(order: Order, before: Facets | None) -> Facets:
    """What the order tells of its market; where it is silent, what was known before."""
    token, text = order.token, words_of(order.token)
    if before is None:
        return Facets(token.event_slug or token.market, order.category, text)
    longer = text if len(text) > len(before.text) else before.text
    return Facets(token.event_slug or before.event, order.category or before.category, longer)


def _add(sums: dict[_Key, Usdc], key: _Key, change: Usdc) -> None:
    total = sums.get(key, NO_USDC) + change
    if total:
        sums[key] = total
    else:
        sums.pop(key, None)
