"""`Taken`: what our own orders have already taken out of the books, so that nothing is sold to us twice."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import TYPE_CHECKING, NamedTuple

from copydesk.domain.book import Level
from copydesk.domain.money import Shares
from copydesk.domain.trade import Side

if TYPE_CHECKING:
    from copydesk.adapters.paper.model import FillModel
    from copydesk.domain.book import Book
    from copydesk.domain.ids import TimeMs, TokenId


class _Bite(NamedTuple):
    """Shares one fill of ours took, in plain micros."""

    at: int
    side: Side
    price: int
    shares: int


class Taken:
    """Our own fills of late, token by token, at most `tokens_max` tokens.

    A modelled book offers a part of what printed in the window: what we took in the window, at whatever price, comes
    off its best levels. In a recorded book others refill what we took: it comes off the same price, until `refill_ms`
    have gone by and a newer book was recorded.
    """

    def __init__(self, model: FillModel) -> None:
        self._model = model
        self._remember_ms = max(model.window_ms, model.refill_ms + model.recorded_age_max_ms)
        self._bites: OrderedDict[TokenId, deque[_Bite]] = OrderedDict()

    def add(self, token: TokenId, side: Side, level: Level, at: TimeMs) -> None:
        """Remember that an order of ours on `side` took `level`."""
        bites = self._bites.get(token)
        if bites is None:
            if len(self._bites) >= self._model.tokens_max:
                self._bites.popitem(last=False)
            bites = self._bites[token] = deque()
        else:
            self._bites.move_to_end(token)
        bites.append(_Bite(at, side, int(level.price), int(level.shares)))

    def left(self, book: Book, side: Side, at: TimeMs) -> tuple[Level, ...]:
        """The levels an order of ours on `side` can still take from `book` at `at`, best first."""
        levels = book.asks if side is Side.BUY else book.bids
        bites = self._bites.get(book.token)
        if bites is None:
            return levels
        while bites and bites[0].at < at - self._remember_ms:
            bites.popleft()
        if not bites:
            del self._bites[book.token]
            return levels
        if book.origin == "modelled":
            since = at - self._model.window_ms
            return _less_in_all(levels, sum(bite.shares for bite in bites if bite.side is side and bite.at >= since))
        since = min(at - self._model.refill_ms, book.at)
        return _less_at_each(levels, [bite for bite in bites if bite.side is side and bite.at >= since])


def _less_in_all(levels: tuple[Level, ...], gone: int) -> tuple[Level, ...]:
    left = []
    for level in levels:
        shares = int(level.shares)
        if gone < shares:
            left.append(Level(level.price, Shares(shares - gone)))
        gone = max(0, gone - shares)
    return tuple(left)


def _less_at_each(levels: tuple[Level, ...], bites: list[_Bite]) -> tuple[Level, ...]:
    left = []
    for level in levels:
        gone = sum(bite.shares for bite in bites if bite.price == int(level.price))
        if gone < int(level.shares):
            left.append(Level(level.price, Shares(int(level.shares) - gone)))
    return tuple(left)
