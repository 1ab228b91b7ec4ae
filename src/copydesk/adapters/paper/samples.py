"""Reads recorded book samples (one JSON object a line, best level first, with the prints between them)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from copydesk.adapters.paper.lines import checked_time, micros, milliseconds, numbered_lines, price_micros, refusal
from copydesk.domain.ids import TimeMs, TokenId
from copydesk.domain.trade import RowRefused, Side

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class _SampleRow(msgspec.Struct, tag_field="type", tag="sample"):
    """A row as the recorder wrote it: the book of one token at one second."""

    ts_utc: datetime
    token_id: str
    bids: list[tuple[Decimal, Decimal]]
    asks: list[tuple[Decimal, Decimal]]
    data_ready: bool = True


class _TradeRow(msgspec.Struct, tag_field="type", tag="trade"):
    """A row as the recorder wrote it: one trade, by its taker's side."""

    token_id: str
    price: Decimal
    size: Decimal
    side: Side
    exchange_timestamp: str


class Sampled(NamedTuple):
    """The levels of one token at one time as (price, shares) in micros, best first; None where it was not ready."""

    token: TokenId
    at: TimeMs
    bids: tuple[tuple[int, int], ...] | None
    asks: tuple[tuple[int, int], ...] | None


class Printed(NamedTuple):
    """A trade that took `shares` micros of what was on offer: of the asks if the taker bought."""

    token: TokenId
    at: TimeMs
    side: Side
    shares: int


_decode = msgspec.json.Decoder(_SampleRow | _TradeRow).decode


def read_samples(path: Path) -> Iterator[Sampled | Printed | RowRefused]:
    """Yield what the rows of `path` say. Raises `Unreadable` as `numbered_lines` does."""
    for line, row in numbered_lines(path):
        yield row if isinstance(row, RowRefused) else _parsed(row, path, line)


def _parsed(row: bytes, path: Path, line: int) -> Sampled | Printed | RowRefused:
    try:
        read = _decode(row)
        return _sampled(read) if isinstance(read, _SampleRow) else _printed(read)
    except (ValueError, TypeError) as why:  # msgspec's errors are ValueErrors; a time without a zone is a TypeError
        return refusal("not_a_book_row", path, line, f"{why}: {row.decode(errors='replace')}", "a sample or trade row")


def _sampled(row: _SampleRow) -> Sampled:
    at, token = checked_time(milliseconds(row.ts_utc)), TokenId(row.token_id)
    if not row.data_ready:
        return Sampled(token, at, None, None)
    return Sampled(token, at, tuple(map(_level, row.bids)), tuple(map(_level, row.asks)))


def _printed(row: _TradeRow) -> Printed:
    price_micros(row.price)
    return Printed(TokenId(row.token_id), checked_time(int(row.exchange_timestamp)), row.side, micros(row.size))


def _level(level: tuple[Decimal, Decimal]) -> tuple[int, int]:
    return price_micros(level[0]), micros(level[1])
