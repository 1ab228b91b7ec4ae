"""Reads recorded book samples (one JSON object a line, best level first, with the prints between them)."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple
from zlib import error as DeflateError  # noqa: N812 - a class

import msgspec

from copydesk.domain.errors import Unreadable
from copydesk.domain.ids import TimeMs, TokenId
from copydesk.domain.money import MICROS
from copydesk.domain.trade import RowRefused, Side

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_FIRST_YEAR, _LAST_YEAR = 2020, 2100
_AMOUNT_END = 10**12
_FOUND_MAX = 120


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
    """Yield what the rows of `path` say. Raises `Unreadable` if the file cannot be opened."""
    line = 0
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            for line, row in enumerate(file, 1):
                yield _parsed(row, path, line)
    except (EOFError, DeflateError, gzip.BadGzipFile) as why:
        if not line:
            raise Unreadable(str(path), str(why)) from why
        yield _refusal("truncated", path, line + 1, str(why), "a whole compressed file")
    except OSError as why:
        raise Unreadable(str(path), why.strerror or str(why)) from why


def _parsed(row: bytes, path: Path, line: int) -> Sampled | Printed | RowRefused:
    try:
        read = _decode(row)
        return _sampled(read) if isinstance(read, _SampleRow) else _printed(read)
    except (ValueError, OverflowError) as why:  # msgspec's errors are ValueErrors
        return _refusal("not_a_book_row", path, line, f"{why}: {row[:_FOUND_MAX]!r}", "a sample or trade row")


def _sampled(row: _SampleRow) -> Sampled:
    at = _checked_time((row.ts_utc - _EPOCH) // _MILLISECOND)
    token = TokenId(row.token_id)
    if not row.data_ready:
        return Sampled(token, at, None, None)
    return Sampled(token, at, tuple(map(_level, row.bids)), tuple(map(_level, row.asks)))


def _printed(row: _TradeRow) -> Printed:
    if not 0 < row.price < 1:
        raise ValueError(f"price {row.price} is not between 0 and 1")
    return Printed(TokenId(row.token_id), _checked_time(int(row.exchange_timestamp)), row.side, _micros(row.size))


def _level(level: tuple[Decimal, Decimal]) -> tuple[int, int]:
    price, shares = level
    if not 0 < price < 1:
        raise ValueError(f"price {price} is not between 0 and 1")
    return _micros(price), _micros(shares)


def _micros(amount: Decimal) -> int:
    """Whole micros, rounded down; refuses what is no positive number of a plausible size."""
    if not (amount.is_finite() and 0 < amount < _AMOUNT_END):
        raise ValueError(f"{amount} is not between 0 and {_AMOUNT_END}")
    return int(amount * MICROS)


def _checked_time(at_ms: int) -> TimeMs:
    if not _FIRST_YEAR <= (_EPOCH + at_ms * _MILLISECOND).year < _LAST_YEAR:
        raise ValueError(f"{at_ms} is not in milliseconds since 1970")
    return TimeMs(at_ms)


def _refusal(reason: str, path: Path, line: int, found: str, allowed: str) -> RowRefused:
    return RowRefused(reason=reason, file=str(path), line=line, found=found, allowed=allowed)
