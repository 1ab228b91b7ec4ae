"""From a snapshot to the scene that is put on record, and from a recorded scene back to market and book (N7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from copydesk.domain.book import Book, Level
from copydesk.domain.errors import CopydeskError
from copydesk.domain.market import Market
from copydesk.domain.money import Price, Usdc, decimal_text
from copydesk.domain.scene import LEVELS_MAX, BookSeen, MarketSeen, Scene
from copydesk.flow.decide.snapshot import looks_at_book, looks_at_leader, looks_at_scores

if TYPE_CHECKING:
    from copydesk.domain.leader import LeaderKnowledge
    from copydesk.domain.limits import Limits
    from copydesk.domain.signal import Signal
    from copydesk.flow.decide.snapshot import Snapshot


class NotRecorded(CopydeskError):
    """A decision would need something that the record of the earlier one does not hold."""


class RecalledBook(Book, frozen=True, kw_only=True):
    """A book as far as it was put on record: the best bid, and the asks up to `reach` above the best."""

    reach: Price | None

    def ask_depth(self, within: Price) -> Usdc:
        """As `Book.ask_depth`. Raises `NotRecorded` where that is further than the record goes."""
        if self.reach is not None and within > self.reach:
            raise NotRecorded(f"asks further than {decimal_text(self.reach)} from the best")
        return Book.ask_depth(self, within)


def scene_of(signal: Signal, snapshot: Snapshot, limits: Limits) -> Scene:
    """What `snapshot` had that the ledger has nowhere else."""
    market = snapshot.market
    return Scene(
        market=MarketSeen(
            market.category,
            market.tick,
            market.lot,
            market.shares_min,
            market.notional_min,
            market.taker_fee_bps,
            market.ends_at,
            market.is_neg_risk,
            market.is_open,
            market.unknown,
        ),
        book=_book_seen(snapshot.book, limits.gates.depth_within) if looks_at_book(signal, limits) else msgspec.UNSET,
        leaders_followed=snapshot.leaders_followed,
        is_halted=snapshot.is_halted,
        is_resolved=snapshot.is_resolved,
        leader=snapshot.leader if looks_at_leader(signal, limits) else None,
        scores_followed=snapshot.scores_followed if looks_at_scores(signal, limits) else 0,
        series=market.series,
    )


def market_of(scene: Scene, signal: Signal) -> Market:
    """The market as it was."""
    seen = scene.market
    return Market(
        id=signal.token.market,
        category=seen.category,
        tick=seen.tick,
        lot=seen.lot,
        shares_min=seen.shares_min,
        notional_min=seen.notional_min,
        taker_fee_bps=seen.taker_fee_bps,
        ends_at=seen.ends_at,
        is_neg_risk=seen.is_neg_risk,
        is_open=seen.is_open,
        unknown=seen.unknown,
        series=scene.series,
    )


def book_of(scene: Scene, signal: Signal, limits: Limits) -> RecalledBook | None:
    """The book as it was. Raises `NotRecorded` where one is needed and none was looked at."""
    if not looks_at_book(signal, limits):
        return None
    seen = scene.book
    if seen is msgspec.UNSET:
        raise NotRecorded("the book, which was not looked at")
    if seen is None:
        return None
    return RecalledBook(
        token=signal.token.id,
        at=seen.at,
        bids=() if seen.bid is None else (seen.bid,),
        asks=seen.asks,
        origin=seen.origin,
        reach=seen.reach,
    )


def leader_of(scene: Scene, signal: Signal, limits: Limits) -> LeaderKnowledge | None:
    """What was known of the leader. Raises `NotRecorded` where that is needed and was not looked at."""
    if not looks_at_leader(signal, limits):
        return None
    if scene.leader is None:
        raise NotRecorded("what was known of the leader, which was not looked at")
    return scene.leader


def scores_of(scene: Scene, signal: Signal, limits: Limits) -> int:
    """The scores of all followed added up. Raises `NotRecorded` where they are needed and were not looked at."""
    if not looks_at_scores(signal, limits):
        return 0
    if not scene.scores_followed:
        raise NotRecorded("the scores of the leaders followed, which were not looked at")
    return scene.scores_followed


def _book_seen(book: Book | None, within: Price) -> BookSeen | None:
    if book is None:
        return None
    bid = book.bids[0] if book.bids else None
    asks, reach = _near(book.asks, within) if book.asks else ((), None)
    return BookSeen(book.origin, book.at, bid, asks, reach)


def _near(asks: tuple[Level, ...], within: Price) -> tuple[tuple[Level, ...], Price | None]:
    """The asks up to `within` above the best, and how far above it none is missing; None if none is missing at all."""
    best = asks[0].price
    last = best + within
    for place, level in enumerate(asks):
        if level.price > last:
            return asks[:place], within
        if place == LEVELS_MAX:
            return asks[:place], asks[place - 1].price - best
    return asks, None
