"""One answer of the Data API taken apart into rows, each left as it came until somebody needs to read it."""

from __future__ import annotations

import msgspec

from copydesk.adapters.polymarket.parse.documents import rows_in
from copydesk.adapters.polymarket.parse.identity import LeaderEvent
from copydesk.adapters.polymarket.parse.refusals import Refused, RefusedRow, shown
from copydesk.adapters.polymarket.parse.rows import MappedRows
from copydesk.adapters.polymarket.records.decoding import decoded

ROWS_MAX = 1_000
"""The most rows the venue gives in one page."""

_UNDECODABLE = (msgspec.DecodeError, ValueError, RecursionError)


class _Pagination(msgspec.Struct):
    """How an answer says that more follows."""

    next_cursor: str | None = None


class _Answer(msgspec.Struct):
    """A list in its envelope."""

    data: list[msgspec.Raw]
    pagination: _Pagination | None = None


_DECODER = msgspec.json.Decoder(_Answer | list[msgspec.Raw])


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of one answer as they came: `Raw` JSON, or decoded values where the answer as a whole was no JSON.

    `cursor` asks for the next page; empty says that this is the last. `damage` says what is wrong with the answer.
    """

    rows: list[msgspec.Raw] | list[object]
    cursor: str = ""
    damage: str = ""


def page_of(body: bytes) -> Page:
    """The page an answer is. Raises `Refused` if it is none."""
    try:
        answer = _DECODER.decode(body)
    except _UNDECODABLE:
        return _salvaged(body)
    if isinstance(answer, list):
        return Page(rows=answer, damage="an answer came without its envelope")
    follows = answer.pagination
    return Page(rows=answer.data, cursor=(follows.next_cursor or "") if follows else "")


def _salvaged(body: bytes) -> Page:
    """The rows of an answer with something in it that is no JSON, such as NaN; nothing of it can be left unread."""
    value = decoded(body)
    if isinstance(value, Refused):
        raise value
    if not isinstance(value, dict) or not isinstance(value.get("data"), list):
        raise Refused(RefusedRow.WRONG_TYPE, shown(value))
    pagination = value.get("pagination")
    cursor = pagination.get("next_cursor") if isinstance(pagination, dict) else None
    return Page(
        rows=list(rows_in(value)),
        cursor=cursor if isinstance(cursor, str) else "",
        damage="an answer was not quite JSON",
    )


def read_row(row: object, columns: MappedRows) -> LeaderEvent:
    """The event of one row of a page. Raises `Refused` if it is none."""
    value = decoded(row) if isinstance(row, msgspec.Raw) else row
    if isinstance(value, Refused):
        raise value
    if not isinstance(value, dict):
        raise Refused(RefusedRow.WRONG_TYPE, shown(value))
    return columns.event_of(value)
