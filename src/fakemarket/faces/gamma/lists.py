"""Gamma's lists: sorted, filtered and cut, by cursor and, still answered though announced dead, by offset."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from fakemarket.faces.gamma.filters import Parameters, flag, integer, invalid, order_of
from fakemarket.world.tokens import Event, Market

LIMIT_DEFAULT: Final = 20
MARKETS_MAX: Final = 100
EVENTS_MAX: Final = 500
SUNSET: Final = {"Deprecation": "true", "Sunset": "Fri, 01 May 2026 00:00:00 GMT"}
Row = TypeVar("Row", Market, Event)


def sorted_rows(rows: Sequence[Row], parameters: Parameters, ranks: dict[str, Callable[..., object]]) -> list[Row]:
    """Sort by the fields asked for, else by number; ascending unless told otherwise."""
    keys = order_of(parameters, ranks) or [ranks["id"]]
    ascending = flag(parameters, "ascending")

    def rank(row: Row) -> tuple[object, ...]:
        return tuple(key(row) for key in keys)

    return sorted(rows, key=rank, reverse=ascending is False)


def keyset_page(rows: list[Row], parameters: Parameters, *, top: int) -> tuple[list[Row], str | None]:
    """Cut a page behind the cursor, and make the next one; more than the top is cut down without a word."""
    if "offset" in parameters:
        raise invalid("offset is not supported with keyset pagination")
    limit = min(integer(parameters, "limit", LIMIT_DEFAULT) or LIMIT_DEFAULT, top)
    start = _start(rows, parameters.get("after_cursor", ""))
    page = rows[start : start + limit]
    has_more = start + limit < len(rows)
    return page, _written(start + limit, page[-1].id) if has_more else None


def offset_page(rows: list[Row], parameters: Parameters, *, top: int) -> list[Row]:
    limit = min(integer(parameters, "limit", LIMIT_DEFAULT), top)
    offset = integer(parameters, "offset", 0)
    return rows[offset : offset + limit]


def _written(place: int, last: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([place, last]).encode()).decode().rstrip("=")


def _start(rows: list[Row], cursor: str) -> int:
    """Find where a page begins: after the row the cursor names, or at its place when that row has left the list."""
    if cursor == "":
        return 0
    try:
        place, last = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        place = int(place)
    except (binascii.Error, ValueError, TypeError) as error:
        raise invalid("after_cursor is invalid") from error
    return next((index + 1 for index, row in enumerate(rows) if row.id == last), place)
