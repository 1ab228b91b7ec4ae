"""The ledger in one SQLite file: WAL, `synchronous=FULL`, one writer thread, group commit at step boundaries."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from copydesk.adapters.storage.claims import action_keys, event_keys, keys_of
from copydesk.adapters.storage.group import Rows
from copydesk.adapters.storage.lookup import ClaimLookup
from copydesk.adapters.storage.schema import connect_to_read, prepare, readable
from copydesk.adapters.storage.writer import GroupWriter
from copydesk.domain.errors import Unreadable, require
from copydesk.domain.events import Head, SealedRow

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from copydesk.domain.events import Entry, Fact
    from copydesk.domain.ids import AccountId, ActionId, EventId

_COLUMNS = "SELECT position, account, seq, recorded_at, kind, origin, hash, body FROM entry WHERE position > ?"

_SHAPES = tuple((int, str, int, int, str, origin, bytes, bytes) for origin in (str, type(None)))


class SqliteLedgerStore:
    """A `ports.LedgerStore` in a file. Appending is for one thread of one process; reading is for any.

    A second process that appends is found by the positions it takes: the later one gets `Broken`. Reads see what is
    durable; `claimed` and `decided` see also what was appended and not yet committed.
    """

    def __init__(self, path: Path, opener: Callable[[SealedRow], Entry]) -> None:
        """Open or create the file at `path`; `opener` decodes a row. Raises `Unreadable` if it is no ledger."""
        prepare(path)
        self._path = path
        self._open_row = opener
        self._lookup = ClaimLookup(path)
        self._writer = GroupWriter(path, self._lookup)
        self._kinds: dict[type[Fact], str] = {}
        self._step = Rows()
        self._next = 0

    def head(self) -> int:
        """The position of the last durable entry, 0 if there is none."""
        with readable(self._path), closing(connect_to_read(self._path)) as connection:
            return int(connection.execute("SELECT coalesce(max(position), 0) FROM entry").fetchone()[0])

    def heads(self) -> dict[AccountId, Head]:
        """Where the chain of each account ends, as written down apart from the entries."""
        with readable(self._path), closing(connect_to_read(self._path)) as connection:
            found = connection.execute("SELECT account, seq, hash FROM head ORDER BY account").fetchall()
        return {account: Head(seq=seq, hash=seal) for account, seq, seal in found}

    def append(self, entry: Entry, events: Sequence[EventId], actions: Sequence[ActionId]) -> None:
        """Add one entry to the step at hand. Raises `Broken` naming the field if something is claimed already.

        What only the permanent index knows of is found when the group is written, and raised by a later call.
        """
        if self._writer.failure is not None:
            raise self._writer.failure
        position = self._next or self._start()
        step, account, fact = self._step, entry.account, entry.fact
        keys = keys_of(account, fact, events, actions)
        if keys:
            self._lookup.claim(keys, position, step.claims)
        kind = self._kinds.get(type(fact)) or self._kind_of(type(fact))
        step.entries += (position, account, entry.seq, entry.recorded_at, kind, entry.origin, entry.hash, entry.body)
        self._next = position + 1

    def step_done(self) -> None:
        """Hand the step over. Waits while the queue to the writer is full."""
        if self._step.entries:
            self._writer.put(self._step)

    def flush(self) -> None:
        """Return when everything appended is durable. Raises what the writer raised, or `Broken` inside a step."""
        require(not self._step.entries, "a ledger is flushed between steps, never inside one")
        self._writer.flush()

    def rows(self, account: AccountId | None = None, after: int = 0) -> Iterator[SealedRow]:
        """Yield the stored rows of one account or all, in order, undecoded: what `verify` and exports read."""
        with readable(self._path), closing(connect_to_read(self._path)) as connection:
            for values in _selected(connection, account, after):
                if tuple(map(type, values)) not in _SHAPES:
                    raise Unreadable(str(self._path), f"the row at position {values[0]} has values of the wrong type")
                yield SealedRow(**dict(zip(SealedRow.__struct_fields__, values, strict=True)))

    def entries(self, account: AccountId | None = None, after: int = 0) -> Iterator[tuple[int, Entry]]:
        """Yield (position, entry) of one account or all, in order, from the first position above `after`."""
        for row in self.rows(account, after):
            yield row.position, self._open_row(row)

    def claimed(self, events: Sequence[EventId], up_to: int) -> frozenset[EventId]:
        """Which of `events` were claimed by an entry at a position not above `up_to`."""
        if not self._next:
            self._start()
        return self._lookup.taken(events, event_keys(events), up_to)

    def decided(self, account: AccountId, actions: Sequence[ActionId], up_to: int) -> frozenset[ActionId]:
        """Which of `actions` the account has decided by an entry at a position not above `up_to`."""
        if not self._next:
            self._start()
        return self._lookup.taken(actions, action_keys(account, actions), up_to)

    def close(self) -> None:
        """Make durable every whole step, drop one that was not done, and let go of the file."""
        try:
            self._writer.close()
        finally:
            self._lookup.close()

    def _start(self) -> int:
        self._lookup.load()
        self._next = self.head() + 1
        return self._next

    def _kind_of(self, fact: type[Fact]) -> str:
        kind = str(fact.__struct_config__.tag)
        self._kinds[fact] = kind
        return kind


def _selected(connection: sqlite3.Connection, account: AccountId | None, after: int) -> sqlite3.Cursor:
    if account is None:
        return connection.execute(f"{_COLUMNS} ORDER BY position", (after,))
    return connection.execute(f"{_COLUMNS} AND account = ? ORDER BY seq", (after, account))
