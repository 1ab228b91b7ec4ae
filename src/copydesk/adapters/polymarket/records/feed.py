"""`RecordedFeed`: leaders' doings read from files, in order of time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from copydesk.adapters.polymarket.parse.csv_columns import ColumnMap
from copydesk.adapters.polymarket.parse.identity import RowReader
from copydesk.adapters.polymarket.parse.refusals import ALLOWED, Refused, shown
from copydesk.adapters.polymarket.records.decoding import Row, csv_rows, json_document, json_lines
from copydesk.adapters.polymarket.records.files import RecordFile, stem_of, suffix_of
from copydesk.adapters.polymarket.records.shapes import SHAPES, csv_reader, object_reader, shape_of, unknown
from copydesk.adapters.polymarket.records.sorting import IN_MEMORY_MAX, Sorter
from copydesk.domain.errors import Unreadable
from copydesk.domain.trade import RowRefused, Sighting

_LOOKED_AT = 50
_TOLD_EVERY = 1024


class Seen:
    """How much of its sources a feed has read: rows, and bytes of the files as they are on disk."""

    def __init__(self) -> None:
        self.rows_read = 0
        self.bytes_read = 0
        self.bytes_total = 0


class RecordedFeed:
    """A `LeaderFeed` over record files: every row becomes one sighting, whatever is in it.

    The rows of all sources are read first, then given by (happened_at, event_id); refusals come while reading, so
    before any event. `columns` is a map the user declared, for files of their own. `told` is called now and then
    while reading, with `seen`.
    """

    def __init__(
        self,
        sources: Sequence[Path],
        *,
        columns: ColumnMap | None = None,
        in_memory_max: int = IN_MEMORY_MAX,
        told: Callable[[Seen], None] | None = None,
    ) -> None:
        self.seen = Seen()
        self._sources = tuple(sources)
        self._columns = columns
        self._in_memory_max = in_memory_max
        self._told = told

    def sightings(self) -> Iterator[Sighting]:
        """Yield every refusal, then every event in order. Raises `Unreadable` before the first event if at all."""
        self.seen = Seen()
        for path in self._sources:
            suffix_of(path)
            with RecordFile(path) as file:
                self.seen.bytes_total += file.bytes_total
        with Sorter(in_memory_max=self._in_memory_max) as sorter:
            for number, path in enumerate(self._sources):
                with RecordFile(path) as file:
                    yield from self._sort(file, number, sorter)
            yield from sorter.in_order()

    def _sort(self, file: RecordFile, number: int, sorter: Sorter) -> Iterator[RowRefused]:
        """Give the events of one file to the sorter, and yield its refusals."""
        seen, name, before = self.seen, str(file.path), self.seen.bytes_read
        rows, read = self._opened(file)
        for line, row in rows:
            seen.rows_read += 1
            if not seen.rows_read % _TOLD_EVERY:
                self._tell(before + file.bytes_read)
            if type(row) is Refused:
                yield refused(row, name, line)
                continue
            try:
                event = read(row)
            except Refused as no:
                yield refused(no, name, line)
            else:
                sorter.add(event, number)
        self._tell(before + file.bytes_read)

    def _tell(self, bytes_read: int) -> None:
        self.seen.bytes_read = bytes_read
        if self._told is not None:
            self._told(self.seen)

    def _opened(self, file: RecordFile) -> tuple[Iterable[Row], RowReader]:
        """The rows of a file and how to read one. Raises `Unreadable` for a file that holds no trades."""
        suffix, leader = suffix_of(file.path), f"unknown:{stem_of(file.path)}"
        if suffix == ".csv":
            header, rows = csv_rows(file)
            shape = shape_of(header, self._columns)
            if shape is None:
                raise unknown(file.path, header)
            return rows, csv_reader(shape, header, leader)
        rows = json_document(file) if suffix == ".json" else json_lines(file)
        first = list(islice(rows, _LOOKED_AT))
        return chain(first, rows), self._object_reader(file.path, first, leader)

    def _object_reader(self, path: Path, first: list[Row], leader: str) -> RowReader:
        """The reader of the shape that the first objects have. A file without any row has no need of one."""
        objects = [row for _, row in first if isinstance(row, dict)]
        for row in objects:
            shape = shape_of(row, self._columns)
            if shape is not None:
                return object_reader(shape, leader)
        if objects:
            raise unknown(path, list(objects[0]))
        if first:
            raise Unreadable(str(path), f"it holds no JSON object: {_said_of(first[0][1])}")
        return object_reader(SHAPES[0], leader)


def _said_of(row: object) -> str:
    return row.found if isinstance(row, Refused) else shown(row)


def refused(no: Refused, file: str, line: int) -> RowRefused:
    """The sighting that a refused row is."""
    return RowRefused(reason=no.reason.value, file=file, line=line, found=no.found, allowed=ALLOWED[no.reason])
