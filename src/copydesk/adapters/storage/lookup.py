"""Look-ups of claims: what is on its way or recent from memory, everything else from the permanent index."""

from __future__ import annotations

import sqlite3
import threading
from typing import TYPE_CHECKING, TypeVar

from copydesk.adapters.storage.claims import words_of
from copydesk.adapters.storage.schema import LOOKUP_CACHE_KIB, connect_to_read, readable
from copydesk.adapters.storage.sieve import Sieve
from copydesk.domain.errors import Broken, Unreadable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_Name = TypeVar("_Name", bound=str)
_ONE = "SELECT position FROM claim WHERE key = ?"


class ClaimLookup:
    """What keys are claimed and by which position.

    In memory are the keys in flight and those in `recent`: bounded by the writer's queue and its merge threshold.
    The connection keeps its view of the file open from look-up to look-up, which halves their cost. The writer ends
    the view around each commit, else the log could never be written back and would grow for ever. It forgets keys
    that moved to the index only after that, so a key is always in one of the two.

    A sieve of all keys in the index is asked before the index is: what was never claimed costs no look-up, however
    large the index is. It is filled by one walk through the index, before the writer starts.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._positions: dict[bytes, int] = {}
        self._lock = threading.Lock()
        self._sieve = Sieve()
        self.recent: list[bytes] = []
        """The keys that are in the table `recent`: the writer adds to it and empties it."""

    def load(self) -> None:
        """Read what the table `recent` holds into memory, and the index into the sieve. Once, before all else."""
        with readable(self._path), self._lock:
            recent = self._view().execute("SELECT key, position FROM recent").fetchall()
            self._sieve.add(key for (key,) in self._view().execute("SELECT key FROM claim"))
        self._positions.update(recent)
        self.recent.extend([key for key, _ in recent])

    def claim(self, keys: list[bytes], position: int, claims: list[bytes | int]) -> None:
        """Take `keys` and add them to `claims`, each with `position`.

        Raises `Broken` if one of them is taken by what is in memory; the permanent index is checked by the writer.
        """
        positions = self._positions
        for key in keys:
            if key in positions:
                raise Broken(
                    f"I1: the {words_of(key)} of the entry at position {position} was claimed before,"
                    f" at position {positions[key]}"
                )
            positions[key] = position
            claims += (key, position)

    def taken(self, names: Sequence[_Name], keys: Sequence[bytes], up_to: int) -> frozenset[_Name]:
        """Those of `names` whose key, at the same place in `keys`, an entry at a position not above `up_to` claimed."""
        found = []
        for name, key in zip(names, keys, strict=True):
            position = self._positions.get(key)
            if position is None:
                position = self._stored(key)
            if position is not None and position <= up_to:
                found.append(name)
        return frozenset(found)

    def maybe_stored(self, keys: Sequence[bytes]) -> list[bytes]:
        """Those of `keys` that the permanent index could hold: never wrong about those it leaves out."""
        return self._sieve.unsure(keys)

    def forget(self, keys: list[bytes]) -> None:
        """Take out of memory what has moved to the permanent index. Called by the writer, after `end_view`."""
        self._sieve.add(keys)
        for key in keys:
            self._positions.pop(key, None)

    def end_view(self) -> None:
        """Let the next look-up see the file as it then is. Called by the writer."""
        with self._lock:
            if self._connection is not None and self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _stored(self, key: bytes) -> int | None:
        if self._sieve.is_absent(key):
            return None
        try:
            with self._lock:
                row = self._view().execute(_ONE, (key,)).fetchone()
        except (sqlite3.Error, UnicodeDecodeError) as wrong:
            raise Unreadable(str(self._path), str(wrong)) from wrong
        return row[0] if row is not None else None

    def _view(self) -> sqlite3.Connection:
        connection = self._connection
        if connection is None:
            connection = self._connection = connect_to_read(self._path, LOOKUP_CACHE_KIB)
        if not connection.in_transaction:
            connection.execute("BEGIN")
        return connection
