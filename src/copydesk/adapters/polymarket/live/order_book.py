"""`OrderBook`: one token's book rebuilt from snapshots and changes, best level first, whatever order they come in."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from copydesk.domain.book import Level
from copydesk.domain.ids import MarketId, TimeMs, TokenId
from copydesk.domain.money import NO_SHARES, ONE_DOLLAR, Price, Shares
from copydesk.domain.trade import Side

if TYPE_CHECKING:
    from collections.abc import Iterable

Levels = tuple[Level, ...]
NO_PRICE = Price(0)


class Sides(NamedTuple):
    """Both sides of a book, best level first. Replaced as a whole, never changed (S0.15)."""

    bids: Levels
    asks: Levels

    @property
    def is_empty(self) -> bool:
        """Whether nothing rests on either side."""
        return not self.bids and not self.asks

    @property
    def is_crossed(self) -> bool:
        """Whether the best bid is not below the best ask: no book of the venue ever is, so ours must be wrong."""
        return bool(self.bids and self.asks) and self.bids[0].price >= self.asks[0].price

    @property
    def best(self) -> tuple[Price, Price]:
        """The best bid and ask as the venue writes them: 0 for no bid, a dollar for no ask."""
        return self.bids[0].price if self.bids else NO_PRICE, self.asks[0].price if self.asks else ONE_DOLLAR


NOTHING = Sides((), ())


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """A whole book as the venue sent it; `at` is the venue's time of its last change."""

    token: TokenId
    market: MarketId
    at: TimeMs
    sides: Sides
    tick: Price | None = None


class Change(NamedTuple):
    """The new total at one price of one side; no shares mean the level is gone (#21)."""

    side: Side
    price: Price
    shares: Shares


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What one frame says of one token; `best` is what the best prices are afterwards, None if it does not say."""

    token: TokenId
    at: TimeMs
    changes: tuple[Change, ...]
    best: tuple[Price, Price] | None = None


class OrderBook:
    """One book, made of the latest snapshot and of every later change.

    Each price remembers when it last changed, so a frame that comes late or twice changes nothing it should not
    (F30, F32): of two totals of one price the later counts, and a snapshot is brought up to the changes after it.
    Without a snapshot there is no book; changes are kept for when it comes.
    """

    __slots__ = ("_anchored_at", "_touched", "latest_at", "sides")

    def __init__(self) -> None:
        self._anchored_at: TimeMs | None = None
        self._touched: dict[tuple[Side, Price], tuple[TimeMs, Shares]] = {}
        self.latest_at = TimeMs(0)
        self.sides = NOTHING

    @property
    def is_anchored(self) -> bool:
        """Whether a snapshot is known."""
        return self._anchored_at is not None

    def forget(self) -> None:
        """Trust nothing of it any more: wait for the next snapshot."""
        self._anchored_at, self.latest_at, self.sides = None, TimeMs(0), NOTHING
        self._touched.clear()

    def anchor(self, snapshot: Snapshot) -> bool:
        """Begin anew from a snapshot. False, and nothing is changed, if it is older than the last one."""
        if self._anchored_at is not None and snapshot.at < self._anchored_at:
            return False
        later = {key: told for key, told in self._touched.items() if told[0] > snapshot.at}
        self._touched = later
        self._anchored_at = snapshot.at
        self.latest_at = max([snapshot.at, *(at for at, _ in later.values())])
        self.sides = _with_changes(
            snapshot.sides, (Change(side, price, shares) for (side, price), (_, shares) in later.items())
        )
        return True

    def apply(self, told: Changes) -> None:
        """Take in the changes of one frame: whoever reads `sides` sees all of them or none."""
        at = told.at
        if self._anchored_at is not None and at < self._anchored_at:
            return
        news = [change for change in told.changes if self._is_news(change, at)]
        self.latest_at = max(self.latest_at, at)
        if self._anchored_at is not None:
            self.sides = _with_changes(self.sides, news)

    def _is_news(self, change: Change, at: TimeMs) -> bool:
        key = (change.side, change.price)
        before = self._touched.get(key)
        if before is not None and at < before[0]:
            return False
        self._touched[key] = (at, change.shares)
        return True


def sorted_sides(bids: Iterable[tuple[Price, Shares]], asks: Iterable[tuple[Price, Shares]]) -> Sides:
    """Both sides best first, from levels in any order: the venue puts the best last, old documents say first (K12)."""
    best_bids = sorted(dict(bids).items(), key=lambda level: -int(level[0]))
    best_asks = sorted(dict(asks).items(), key=lambda level: int(level[0]))
    return Sides(_levels(best_bids), _levels(best_asks))


def _levels(pairs: Iterable[tuple[Price, Shares]]) -> Levels:
    return tuple(Level(price, shares) for price, shares in pairs if shares > NO_SHARES)


def _with_changes(sides: Sides, changes: Iterable[Change]) -> Sides:
    bids, asks = sides
    for side, price, shares in changes:
        if side is Side.BUY:
            bids = _placed(bids, bisect_left(bids, -int(price), key=_falling), price, shares)
        else:
            asks = _placed(asks, bisect_left(asks, int(price), key=_rising), price, shares)
    return Sides(bids, asks)


def _placed(levels: Levels, index: int, price: Price, shares: Shares) -> Levels:
    is_there = index < len(levels) and levels[index].price == price
    level = (Level(price, shares),) if shares > NO_SHARES else ()
    return levels[:index] + level + levels[index + is_there :]


def _falling(level: Level) -> int:
    return -int(level.price)


def _rising(level: Level) -> int:
    return int(level.price)
