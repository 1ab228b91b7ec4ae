"""Any number of events put in order of time with a bounded part of them in memory.

Up to a limit they are sorted where they are; beyond it, sorted runs go to a temporary file without a name, which the
system removes however this program ends, and are merged from there.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from heapq import merge
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import msgspec

from copydesk.adapters.polymarket.parse.identity import LeaderEvent, nth
from copydesk.domain.trade import LeaderActivity, LeaderTrade

Placed = tuple[int, str, int, int, LeaderEvent]
"""When it happened, its id, its place in the order of reading, the number of its source, and the event itself.

No two have the same place, so sorting never comes to compare sources or events.
"""

IN_MEMORY_MAX = 20_000
_BATCH = 64
_LENGTH_BYTES = 4
_Packed = tuple[int, int, LeaderTrade | None, LeaderActivity | None]
_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(list[_Packed])
_ROOMY = Path("/var/tmp")


class Sorter:
    """Takes events in any order and gives them back by time and id, equal ones in the order they came.

    Close it, or use it as a context, to let go of its temporary file.
    """

    def __init__(self, *, in_memory_max: int = IN_MEMORY_MAX) -> None:
        self._limit = in_memory_max
        self._held: list[Placed] = []
        self._taken = 0
        self._file: BinaryIO | None = None
        self._runs: list[tuple[int, int]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def add(self, event: LeaderEvent, source: int) -> None:
        """Take one event of the source with that number."""
        self._held.append((event.happened_at, event.event_id, self._taken, source, event))
        self._taken += 1
        if len(self._held) >= self._limit:
            self._spill()

    def in_order(self) -> Iterator[LeaderEvent]:
        """Yield everything taken, by time and id, equal records without a transaction numbered source by source."""
        self._held.sort()
        if self._file is None:
            return _numbered(self._held)
        return _numbered(merge(self._held, *(self._run(start, end) for start, end in self._runs)))

    def close(self) -> None:
        """Forget everything and remove the temporary file."""
        self._held = []
        if self._file is not None:
            self._file.close()

    def _spill(self) -> None:
        if self._file is None:
            folder = _ROOMY if os.access(_ROOMY, os.W_OK) else None
            self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed by `close`
        self._held.sort()
        start = self._file.tell()
        for first in range(0, len(self._held), _BATCH):
            batch = _ENCODER.encode([_packed(placed) for placed in self._held[first : first + _BATCH]])
            self._file.write(len(batch).to_bytes(_LENGTH_BYTES))
            self._file.write(batch)
        self._runs.append((start, self._file.tell()))
        self._held = []

    def _run(self, start: int, end: int) -> Iterator[Placed]:
        """Yield one run back, a batch in memory at a time."""
        if self._file is None:
            return
        self._file.flush()
        descriptor = self._file.fileno()
        while start < end:
            length = int.from_bytes(os.pread(descriptor, _LENGTH_BYTES, start))
            batch = os.pread(descriptor, length, start + _LENGTH_BYTES)
            start += _LENGTH_BYTES + length
            for order, source, trade, activity in _DECODER.decode(batch):
                event = trade or activity
                if event is not None:
                    yield (event.happened_at, event.event_id, order, source, event)


def _packed(placed: Placed) -> _Packed:
    _, _, order, source, event = placed
    return (order, source, event, None) if isinstance(event, LeaderTrade) else (order, source, None, event)


def _numbered(ordered: Iterable[Placed]) -> Iterator[LeaderEvent]:
    """Number equal records of one moment, source by source. Records are equal where their ids are."""
    moment: list[Placed] = []
    for placed in ordered:
        if moment and placed[0] != moment[0][0]:
            yield from _of_one_moment(moment)
            moment = []
        moment.append(placed)
    yield from _of_one_moment(moment)


def _of_one_moment(moment: list[Placed]) -> Iterable[LeaderEvent]:
    if all(placed[4].tx_hash for placed in moment):
        return [placed[4] for placed in moment]
    seen: dict[tuple[str, int], int] = {}
    events = []
    for _, event_id, _, source, event in moment:
        occurrence = 0 if event.tx_hash else seen.get((event_id, source), 0)
        if not event.tx_hash:
            seen[event_id, source] = occurrence + 1
        events.append(nth(event, occurrence))
    return sorted(events, key=lambda event: event.event_id)
