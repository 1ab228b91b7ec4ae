"""`RecordedBooks`: books somebody saw and wrote down; `FirstKnown`: those where there are any, else a model."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, TypeAlias

from copydesk.adapters.paper.channel import read_channel
from copydesk.adapters.paper.model import STANDARD
from copydesk.adapters.paper.samples import Printed, Sampled, read_samples
from copydesk.domain.book import Book, Level
from copydesk.domain.ids import TimeMs, TokenId
from copydesk.domain.money import Price, Shares
from copydesk.domain.trade import RowRefused, Side

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from copydesk.domain.trade import LeaderTrade, Token
    from copydesk.ports import BookSource

_Flat: TypeAlias = "array[int]"
"""Price and shares of one level after another, best first, in micros."""


class _Recording:
    """Everything recorded of one token: books by time, and the running sum of shares taken from each side."""

    __slots__ = ("asks", "bids", "bought", "doubts", "print_times", "sold", "times")

    def __init__(self) -> None:
        self.times = array("q")
        self.doubts: list[str] = []
        self.bids: list[_Flat] = []
        self.asks: list[_Flat] = []
        self.print_times = array("q")
        self.bought = array("q", [0])
        self.sold = array("q", [0])

    def add_book(self, row: Sampled, doubt: str) -> None:
        self.times.append(row.at)
        self.doubts.append(doubt)
        self.bids.append(_flat(row.bids or ()))
        self.asks.append(_flat(row.asks or ()))

    def drop_last(self) -> str:
        """Forget the last book and give the doubt it was under."""
        for column in (self.times, self.bids, self.asks):
            column.pop()
        return self.doubts.pop()

    def add_print(self, printed: Printed) -> None:
        self.print_times.append(printed.at)
        self.bought.append(self.bought[-1] + (printed.shares if printed.side is Side.BUY else 0))
        self.sold.append(self.sold[-1] + (printed.shares if printed.side is Side.SELL else 0))

    def taken(self, after: int, up_to: int) -> tuple[int, int]:
        """The shares takers bought and sold in (after, up_to]."""
        first, last = bisect_right(self.print_times, after), bisect_right(self.print_times, up_to)
        return self.bought[last] - self.bought[first], self.sold[last] - self.sold[first]


class RecordedBooks:
    """The latest recorded book of a token, if it is fresh and can be trusted, less what printed since (docs/paper.md).

    Of several books of one moment the last counts. An empty or crossed book, or one its recorder marked as not ready,
    is not trusted; nor is the one before it then. A CSV file is a recording of the market channel, any other one of
    samples. Raises `Unreadable` if a file cannot be opened; rows that cannot be read are in `refused`.
    """

    def __init__(self, paths: Iterable[Path], *, age_max_ms: int = STANDARD.recorded_age_max_ms) -> None:
        self._age_max_ms = age_max_ms
        self._recordings: defaultdict[TokenId, _Recording] = defaultdict(_Recording)
        self._prints: list[Printed] = []
        self.refused: list[RowRefused] = []
        self.untrusted: Counter[str] = Counter()
        self.books = 0
        for path in paths:
            self._read(path)
        for printed in sorted(self._prints, key=lambda each: each.at):
            self._recordings[printed.token].add_print(printed)
        self._prints.clear()

    def observe(self, trade: LeaderTrade) -> None:
        """Change nothing: a recorded book shows what a print did to it."""

    def book(self, token: Token, at: TimeMs) -> Book | None:
        """The book of `token` as last recorded at or before `at`, less the volume recorded as traded since."""
        recording = self._recordings.get(token.id)
        if recording is None:
            return None
        index = bisect_right(recording.times, at) - 1
        if index < 0 or recording.doubts[index] or at - recording.times[index] > self._age_max_ms:
            return None
        seen_at = recording.times[index]
        bought, sold = recording.taken(seen_at, at)
        bids, asks = _levels(recording.bids[index], sold), _levels(recording.asks[index], bought)
        if not bids or not asks:
            return None
        return Book(token=token.id, at=TimeMs(seen_at), bids=bids, asks=asks, origin="recorded")

    def _read(self, path: Path) -> None:
        is_table = path.name.removesuffix(".gz").endswith(".csv")
        for row in read_channel(path) if is_table else read_samples(path):
            if isinstance(row, RowRefused):
                self.refused.append(row)
            elif isinstance(row, Printed):
                self._prints.append(row)
            else:
                self._add(row)

    def _add(self, row: Sampled) -> None:
        recording = self._recordings[row.token]
        if recording.times and row.at < recording.times[-1]:
            self.untrusted["not_later"] += 1
            return
        if recording.times and row.at == recording.times[-1]:
            self._count(recording.drop_last(), -1)
        doubt = _doubt(row)
        recording.add_book(row, doubt)
        self._count(doubt, 1)

    def _count(self, doubt: str, books: int) -> None:
        if doubt:
            self.untrusted[doubt] += books
        else:
            self.books += books


class FirstKnown:
    """A recorded book where there is one, otherwise one modelled from prints; `Book.origin` says which."""

    def __init__(self, recorded: BookSource, prints: BookSource) -> None:
        self._recorded = recorded
        self._prints = prints

    def observe(self, trade: LeaderTrade) -> None:
        """Tell both sources of a print."""
        self._recorded.observe(trade)
        self._prints.observe(trade)

    def book(self, token: Token, at: TimeMs) -> Book | None:
        """The book of `token` at `at` from the first source that has one."""
        return self._recorded.book(token, at) or self._prints.book(token, at)


def _doubt(row: Sampled) -> str:
    """Why a book is not trusted, empty if it is."""
    if row.bids is None or row.asks is None:
        return "not_ready"
    if not row.bids or not row.asks:
        return "empty"
    if row.bids[0][0] >= row.asks[0][0]:
        return "crossed"
    bids_fall = all(a[0] > b[0] for a, b in zip(row.bids, row.bids[1:], strict=False))
    asks_rise = all(a[0] < b[0] for a, b in zip(row.asks, row.asks[1:], strict=False))
    return "" if bids_fall and asks_rise else "unsorted"


def _flat(levels: tuple[tuple[int, int], ...]) -> _Flat:
    return array("q", [micros for level in levels for micros in level])


def _levels(flat: _Flat, gone: int) -> tuple[Level, ...]:
    """The levels left after `gone` shares were taken from the best on."""
    levels = []
    for n in range(0, len(flat), 2):
        shares = flat[n + 1]
        if gone >= shares:
            gone -= shares
            continue
        levels.append(Level(Price(flat[n]), Shares(shares - gone)))
        gone = 0
    return tuple(levels)
