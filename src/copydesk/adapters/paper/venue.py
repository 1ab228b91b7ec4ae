"""`PaperVenue`: takes orders and fills them against the book as it stands when they arrive, never kinder than real."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

from copydesk.adapters.paper.model import STANDARD, FillModel
from copydesk.adapters.paper.rules import objection
from copydesk.adapters.paper.taken import Taken
from copydesk.domain.book import Level
from copydesk.domain.errors import require
from copydesk.domain.ids import OrderId, TimeMs, fill_key
from copydesk.domain.money import NO_SHARES, NO_USDC, Shares, Usdc, cost, lot_below, proceeds, taker_fee
from copydesk.domain.order import Ending, Fill, Order, OrderClosed, OrderEvent
from copydesk.domain.trade import Side

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from copydesk.domain.book import Book
    from copydesk.domain.market import Market
    from copydesk.domain.trade import LeaderTrade
    from copydesk.ports import BookSource, MarketDirectory, ResultSource

_NO_BOOK = "no book to fill against"
_NO_MATCH = "no orders found to match"


class _Underway(NamedTuple):
    """An order on its way; `number` keeps orders that arrive together in the order they were handed over."""

    arrives_at: TimeMs
    number: int
    order: Order


class PaperVenue:
    """A venue on paper. An order arrives `latency_ms` (and the category's delay) after it was placed.

    On arrival it takes the levels at its limit or better, best first, one fill a level, and what is left of it is
    cancelled. A buy never spends more than its reserve. With `results`, a market that has resolved takes no orders.
    """

    def __init__(
        self,
        books: BookSource,
        markets: MarketDirectory,
        model: FillModel = STANDARD,
        results: ResultSource | None = None,
    ) -> None:
        self._books, self._markets, self._results = books, markets, results
        self._latency_ms = model.latency_ms
        self._delays_ms = dict(model.delays_ms)
        self._taken = Taken(model)
        self._underway: list[_Underway] = []
        self._open: set[OrderId] = set()
        self._handed_over = 0

    def observe(self, trade: LeaderTrade) -> None:
        """Pass a print on to the books."""
        self._books.observe(trade)

    def submit(self, order: Order) -> None:
        """Take an order; the same order must not be handed over twice."""
        require(order.id not in self._open, f"order {order.id} was already handed over")
        self._open.add(order.id)
        arrives_at = TimeMs(order.placed_at + self._latency_ms + self._delays_ms.get(order.category, 0))
        self._handed_over += 1
        heappush(self._underway, _Underway(arrives_at, self._handed_over, order))

    def due_at(self) -> TimeMs | None:
        """When the next order arrives; None if none is on its way."""
        return self._underway[0].arrives_at if self._underway else None

    def events(self, now: TimeMs) -> Sequence[OrderEvent]:
        """The fills and the end of every order that has arrived by `now`, in order of arrival."""
        events: list[OrderEvent] = []
        while self._underway and self._underway[0].arrives_at <= now:
            arrives_at, _, order = heappop(self._underway)
            self._open.discard(order.id)
            events.extend(self._met(order, arrives_at))
        return events

    def _met(self, order: Order, at: TimeMs) -> Iterator[OrderEvent]:
        market = self._markets.market(order.token)
        words = self._resolved_words(order, at) or objection(order, market)
        if words:
            yield OrderClosed(order=order.id, ending=Ending.REJECTED, closed_at=at, words=words)
            return
        book = self._books.book(order.token, at)
        filled = NO_SHARES
        for fill in self._fills(order, market, book, at):
            filled = filled + fill.shares
            yield fill
        if filled == order.shares:
            yield OrderClosed(order=order.id, ending=Ending.FILLED, closed_at=at)
        elif filled:
            yield OrderClosed(order=order.id, ending=Ending.PART_FILLED, closed_at=at)
        else:
            yield OrderClosed(
                order=order.id, ending=Ending.UNFILLED, closed_at=at, words=_NO_MATCH if book else _NO_BOOK
            )

    def _resolved_words(self, order: Order, at: TimeMs) -> str:
        payout = self._results.payout(order.token) if self._results else None
        if payout is None or payout.resolved_at is None or payout.resolved_at > at:
            return ""
        return f"the orderbook {order.token.id} does not exist"

    def _fills(self, order: Order, market: Market, book: Book | None, at: TimeMs) -> Iterator[Fill]:
        if book is None:
            return
        left, purse = order.shares, order.reserve
        for number, level in enumerate(self._taken.left(book, order.side, at), 1):
            if not left or not _within_limit(level, order):
                return
            shares = lot_below(min(left, level.shares), market.lot)
            if order.side is Side.BUY:
                shares = _affordable(Level(level.price, shares), order, market, purse)
            if not shares:
                continue
            bite = Level(level.price, shares)
            fill = _fill(bite, order, number, at)
            self._taken.add(book.token, order.side, bite, at)
            left, purse = left - shares, purse - fill.amount - fill.fee
            yield fill


def _within_limit(level: Level, order: Order) -> bool:
    return level.price <= order.limit if order.side is Side.BUY else level.price >= order.limit


def _fill(level: Level, order: Order, number: int, at: TimeMs) -> Fill:
    amount = cost if order.side is Side.BUY else proceeds
    return Fill(
        key=fill_key(order.id, str(number)),
        order=order.id,
        shares=level.shares,
        amount=amount(level.shares, level.price),
        fee=taker_fee(level.shares, level.price, order.taker_fee_bps),
        filled_at=at,
    )


def _spent(level: Level, order: Order) -> Usdc:
    return cost(level.shares, level.price) + taker_fee(level.shares, level.price, order.taker_fee_bps)


def _affordable(level: Level, order: Order, market: Market, purse: Usdc) -> Shares:
    """The most of `level` that `purse` pays for, fee included: a venue takes no order it cannot settle."""
    spent = _spent(level, order)
    if spent <= purse:
        return level.shares
    if purse <= NO_USDC:
        return NO_SHARES
    fewer = lot_below(Shares(int(level.shares) * int(purse) // int(spent)), market.lot)
    while fewer and _spent(Level(level.price, fewer), order) > purse:
        fewer = fewer - market.lot
    return fewer
