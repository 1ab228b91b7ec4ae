"""One group of steps in one transaction: entries, their claims, the ends of the chains, and now and then a merge."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, cast

from copydesk.adapters.storage.claims import words_of
from copydesk.adapters.storage.schema import PAGE_BYTES, connect
from copydesk.domain.errors import Broken, require

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from copydesk.adapters.storage.lookup import ClaimLookup

RECENT_KEYS = 131_072
"""So many claims gather in `recent` (and in memory) before they move to `claim`."""
LOG_PAGES = 2_000
"""About so many pages of log are written back at once."""

_PAGES_A_COMMIT = 6
ENTRY_WIDTH = 8
_ACCOUNT, _SEQ, _HASH, _BODY = 1, 2, 6, 7
_RECENT_WIDTH = 2
_ROWS_A_STATEMENT = (256, 128, 64, 32, 16, 8, 4, 2, 1)
"""The largest is where a row is cheapest; halves after it, so that what is left over takes few statements."""
_HEAD = "INSERT INTO head VALUES (?,?,?) ON CONFLICT(account) DO UPDATE SET seq=excluded.seq, hash=excluded.hash"
_CLAIMED = "SELECT position FROM claim WHERE key = ?"
_MERGE = "INSERT INTO claim SELECT key, position FROM recent ORDER BY key"


def _statements(table: str, width: int) -> dict[int, str]:
    marks = f"({','.join('?' * width)})"
    return {rows * width: f"INSERT INTO {table} VALUES {','.join([marks] * rows)}" for rows in _ROWS_A_STATEMENT}


_ENTRY = _statements("entry", ENTRY_WIDTH)
_RECENT = _statements("recent", _RECENT_WIDTH)


class Rows:
    """What to write, as flat lists of values, which is how they are bound: eight an entry, key and position a claim."""

    __slots__ = ("_whole", "claims", "entries", "is_torn")

    def __init__(self) -> None:
        self.entries: list[object] = []
        self.claims: list[bytes | int] = []
        self._whole = (0, 0)
        self.is_torn = False

    @property
    def count(self) -> int:
        """How many entries were taken."""
        return self._whole[0] // ENTRY_WIDTH

    def take(self, step: Rows) -> None:
        """Add all that is in `step` and leave it empty. An interrupt in the middle leaves nothing that counts."""
        self.is_torn = True
        entries, claims = self.entries, self.claims
        entries += step.entries
        claims += step.claims
        self._whole = (len(entries), len(claims))
        self.is_torn = False
        step.entries.clear()
        step.claims.clear()

    def drop_torn(self) -> None:
        """Forget what an interrupt left of a step that was not taken whole."""
        entries, claims = self._whole
        del self.entries[entries:]
        del self.claims[claims:]
        self.is_torn = False


class GroupFile:
    """The file as its writer has it open. Used by one thread; after a failure it may only be closed."""

    def __init__(self, path: Path, lookup: ClaimLookup) -> None:
        self._connection = connect(path)
        self._lookup = lookup
        self._log_pages = 0
        self._next = self._connection.execute("SELECT coalesce(max(position), 0) + 1 FROM entry").fetchone()[0]

    def write(self, group: Rows) -> None:
        """Commit `group` as a whole. Raises `Broken` if it does not follow what is stored, else what SQLite raised."""
        connection = self._connection
        self._lookup.end_view()
        connection.execute("BEGIN IMMEDIATE")
        after = self._next + len(group.entries) // ENTRY_WIDTH
        follows = group.entries[0] == self._next and group.entries[-ENTRY_WIDTH] == after - 1
        require(follows, f"I9: the entries from position {group.entries[0]} on leave a gap after {self._next - 1}")
        try:
            self._insert(_ENTRY, group.entries)
            self._claim(group)
            self._move_heads(group)
            merged = self._merge()
            connection.execute("COMMIT")
            self._next = after
        except sqlite3.IntegrityError as wrong:
            at = group.entries[0]
            raise Broken(f"I9: the entries from position {at} do not follow what is stored: {wrong}") from wrong
        self._lookup.end_view()
        self._lookup.forget(merged)
        self._log_pages += LOG_PAGES if merged else _PAGES_A_COMMIT + _bytes(group) // PAGE_BYTES

    @property
    def is_log_long(self) -> bool:
        """Whether the log should be written back now."""
        return self._log_pages >= LOG_PAGES

    def write_back(self) -> None:
        """Write what is committed from the log to its place, so that the next group can begin the log anew."""
        self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        self._log_pages = 0

    def close(self) -> None:
        """Let go of the file; what was not committed is rolled back."""
        self._connection.close()

    def _claim(self, group: Rows) -> None:
        """Keep the claims of a group. The sieve says which could be in the index; those are looked up."""
        self._insert(_RECENT, group.claims)
        keys = cast("list[bytes]", group.claims[::_RECENT_WIDTH])
        for key in self._lookup.maybe_stored(keys):
            found = self._connection.execute(_CLAIMED, (key,)).fetchone()
            if found is not None:
                position = cast("int", group.claims[_RECENT_WIDTH * keys.index(key) + 1])
                raise Broken(
                    f"I1: the {words_of(key)} of the entry at position {position} was claimed before,"
                    f" at position {found[0]}"
                )
        self._lookup.recent += keys

    def _move_heads(self, group: Rows) -> None:
        accounts, seqs, seals = (group.entries[column::ENTRY_WIDTH] for column in (_ACCOUNT, _SEQ, _HASH))
        ends: dict[object, int] = dict(self._connection.execute("SELECT account, seq FROM head"))
        _follow(ends, accounts, cast("list[int]", seqs))
        last = dict(zip(accounts, seals, strict=True))
        self._connection.executemany(_HEAD, [(account, ends[account], seal) for account, seal in last.items()])

    def _merge(self) -> list[bytes]:
        if len(self._lookup.recent) < RECENT_KEYS:
            return []
        self._connection.execute(_MERGE)
        self._connection.execute("DELETE FROM recent")
        merged, self._lookup.recent = self._lookup.recent, []
        return merged

    def _insert(self, statements: Mapping[int, str], values: Sequence[object]) -> None:
        """Insert many rows a statement: each gives up the interpreter's lock once, not once a row."""
        start, left = 0, len(values)
        for size, statement in statements.items():
            while left >= size:
                self._connection.execute(statement, values[start : start + size])
                start += size
                left -= size


def _follow(ends: dict[object, int], accounts: list[object], seqs: list[int]) -> None:
    """Move `ends` on over `seqs`. Raises `Broken` at the first that does not follow the one before it."""
    only, first = accounts[0], ends.get(accounts[0], 0) + 1
    if accounts.count(only) == len(accounts) and seqs == list(range(first, first + len(seqs))):
        ends[only] = seqs[-1]
        return
    for account, seq in zip(accounts, seqs, strict=True):
        before = ends.get(account, 0)
        if seq != before + 1:
            raise Broken(f"I9: entry {seq} of account {account} does not follow entry {before}")
        ends[account] = seq


def _bytes(group: Rows) -> int:
    return sum(map(len, cast("list[bytes]", group.entries[_BODY::ENTRY_WIDTH])))
