"""Reads a recording of the market channel (CSV, one row a book level or level change) as books after each moment."""

from __future__ import annotations

import csv
from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import TYPE_CHECKING, Final

from copydesk.adapters.paper.lines import checked_time, micros, numbered_lines, price_micros, refusal
from copydesk.adapters.paper.samples import Sampled
from copydesk.domain.errors import Unreadable
from copydesk.domain.ids import TimeMs, TokenId
from copydesk.domain.trade import RowRefused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

LEVELS_MAX: Final = 10
"""Levels kept on each side: what a sample has."""

_COLUMNS: Final = ("asset_id", "event_type", "price", "side", "size", "hash", "timestamp")
_SIDES: Final = {"bid": 0, "buy": 0, "ask": 1, "sell": 1}
_KINDS: Final = ("book", "price_change")

Row = dict[str, str]


class _Sides:
    """The book of one token as it builds up: shares by price, bids first, and the snapshot it began with."""

    __slots__ = ("levels", "snapshot")

    def __init__(self) -> None:
        self.levels: tuple[dict[int, int], dict[int, int]] = ({}, {})
        self.snapshot = ""

    def apply(self, row: Row) -> None:
        """Take in one level: of a new snapshot, of the one that is being read, or changed since."""
        side, price = _SIDES[row["side"].lower()], price_micros(Decimal(row["price"]))
        size = Decimal(row["size"])
        if row["event_type"] == "book" and row["hash"] != self.snapshot:
            self.levels = ({}, {})
        self.snapshot = row["hash"] if row["event_type"] == "book" else ""
        if size == 0:
            self.levels[side].pop(price, None)
        else:
            self.levels[side][price] = micros(size)

    def sampled(self, token: TokenId, at: TimeMs) -> Sampled:
        bids, asks = self.levels
        best_bids = sorted(bids.items(), reverse=True)[:LEVELS_MAX]
        return Sampled(token, at, tuple(best_bids), tuple(sorted(asks.items())[:LEVELS_MAX]))


def read_channel(path: Path) -> Iterator[Sampled | RowRefused]:
    """Yield the book of every token after each moment in which it changed. Raises `Unreadable` as `numbered_lines`."""
    sides: dict[TokenId, _Sides] = {}
    for _, rows in groupby(_rows(path), key=_moment):
        changed: dict[TokenId, TimeMs] = {}
        for line, row in rows:
            if isinstance(row, RowRefused):
                yield row
                continue
            try:
                token, at = _token_and_time(row)
                sides.setdefault(token, _Sides()).apply(row)
            except (ValueError, KeyError, InvalidOperation) as why:
                yield refusal("not_a_book_row", path, line, f"{why} in {row}", "a level of a book or a change of one")
                continue
            changed[token] = at
        for token, at in changed.items():
            yield sides[token].sampled(token, at)


def _token_and_time(row: Row) -> tuple[TokenId, TimeMs]:
    if row["event_type"] not in _KINDS or not row["asset_id"].isdecimal():
        raise ValueError("no book or price_change of a token")
    return TokenId(row["asset_id"]), checked_time(int(row["timestamp"]))


def _moment(numbered: tuple[int, Row | RowRefused]) -> str:
    row = numbered[1]
    return "" if isinstance(row, RowRefused) else row["timestamp"]


def _rows(path: Path) -> Iterator[tuple[int, Row | RowRefused]]:
    header: list[str] = []
    for line, text in numbered_lines(path):
        if isinstance(text, RowRefused):
            yield line, text
            continue
        cells = _cells(text)
        if not header:
            header = cells
            if not set(_COLUMNS) <= set(header):
                raise Unreadable(str(path), f"it has not the columns {', '.join(_COLUMNS)}")
        elif len(cells) == len(header):
            yield line, dict(zip(header, cells, strict=True))
        elif cells:
            yield line, refusal("wrong_columns", path, line, f"{len(cells)} fields", f"{len(header)} fields")


def _cells(text: bytes) -> list[str]:
    rows: Iterable[list[str]] = csv.reader([text.decode(errors="replace")])
    return next(iter(rows), [])
