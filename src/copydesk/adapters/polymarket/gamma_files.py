"""Files of the venue's catalogue and of market results: every market object and every result row in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.adapters.polymarket.gamma_market import is_object
from copydesk.adapters.polymarket.parse.refusals import Refused
from copydesk.adapters.polymarket.records.decoding import csv_rows, json_document, json_lines
from copydesk.adapters.polymarket.records.files import RecordFile, suffix_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LISTS = ("markets", "events")


def is_table(path: Path) -> bool:
    """Whether a file is CSV, and so a table of results. Raises `Unreadable` for a name of no known kind."""
    return suffix_of(path) == ".csv"


def catalogue_objects(path: Path) -> Iterator[tuple[int, object]]:
    """Yield (line, object) for each market object in a JSON or JSON lines file, or the `Refused` in its place.

    Markets stand alone, in lists, in events, in search answers, or under `raw` where a collector kept them. A market
    inside an event gets the event's tags and slug, where it has none of its own.
    """
    with RecordFile(path) as file:
        rows = json_lines(file) if suffix_of(path) == ".jsonl" else json_document(file)
        for line, value in rows:
            for found in _markets_in(value):
                yield line, found


def result_table(path: Path) -> Iterator[tuple[int, dict[str, str] | Refused]]:
    """Yield (line, row by column name) of a CSV file, or the `Refused` in its place."""
    with RecordFile(path) as file:
        header, rows = csv_rows(file)
        for line, row in rows:
            if isinstance(row, Refused):
                yield line, row
            elif isinstance(row, list):
                yield line, dict(zip(header, row, strict=True))


def _markets_in(value: object) -> Iterator[object]:
    if not is_object(value) or value.get("conditionId"):
        yield value
        return
    if is_object(value.get("raw")):
        yield from _markets_in(value["raw"])
        return
    lists = [(name, listed) for name in _LISTS if isinstance(listed := value.get(name), list)]
    if not lists:
        yield value
    for name, listed in lists:
        for inner in listed:
            yield from _markets_in(_with_event(inner, value) if name == "markets" else inner)


def _with_event(market: object, event: dict[str, object]) -> object:
    if not is_object(market):
        return market
    known = {"tags": event.get("tags"), "events": [{"slug": event.get("slug")}]}
    return {**known, **{name: field for name, field in market.items() if field is not None}}
