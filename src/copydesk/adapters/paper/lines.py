"""The lines of a recorded file, plain or gzipped, and the checks every recorded level goes through."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final
from zlib import error as DeflateError  # noqa: N812 - a class

from copydesk.domain.errors import Unreadable
from copydesk.domain.ids import TimeMs
from copydesk.domain.money import MICROS
from copydesk.domain.trade import RowRefused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_FIRST_YEAR, _LAST_YEAR = 2020, 2100
_AMOUNT_END = 10**12
_FOUND_MAX: Final = 200


def numbered_lines(path: Path) -> Iterator[tuple[int, bytes | RowRefused]]:
    """Yield (line, text), and a refusal where a compressed file ends early or goes bad.

    Raises `Unreadable` if the file cannot be opened, or is not what its name says.
    """
    line = 0
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            for text in file:
                line += 1
                yield line, text
    except (EOFError, DeflateError, gzip.BadGzipFile) as why:
        if not line:
            raise Unreadable(str(path), str(why)) from why
        yield line + 1, refusal("truncated_file", path, line + 1, str(why), "a file that is whole")
    except OSError as why:
        raise Unreadable(str(path), why.strerror or str(why)) from why


def refusal(reason: str, path: Path, line: int, found: str, allowed: str) -> RowRefused:
    """A refusal of one line, what was found there cut where it is long."""
    return RowRefused(reason=reason, file=str(path), line=line, found=found[:_FOUND_MAX], allowed=allowed)


def price_micros(price: Decimal) -> int:
    """A price in micros. Raises ValueError unless it lies between 0 and 1."""
    if not (price.is_finite() and 0 < price < 1):
        raise ValueError(f"price {price} is not between 0 and 1")
    return micros(price)


def micros(amount: Decimal) -> int:
    """Whole micros, rounded down. Raises ValueError for what is no positive number of a plausible size."""
    if not (amount.is_finite() and 0 < amount < _AMOUNT_END):
        raise ValueError(f"{amount} is not between 0 and {_AMOUNT_END}")
    return int(amount * MICROS)


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970, rounded down."""
    return (moment - _EPOCH) // _MILLISECOND


def checked_time(at_ms: int) -> TimeMs:
    """A plausible time in milliseconds. Raises ValueError, also for seconds or microseconds given as milliseconds."""
    try:
        year = (_EPOCH + at_ms * _MILLISECOND).year
    except OverflowError:
        year = 0
    if not _FIRST_YEAR <= year < _LAST_YEAR:
        raise ValueError(f"{at_ms} is not in milliseconds since 1970")
    return TimeMs(at_ms)
