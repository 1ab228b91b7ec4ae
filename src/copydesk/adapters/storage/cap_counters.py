"""What is counted against each cap, in one SQLite file that any number of processes may write (I17).

A reservation is one conditional update for each of its caps, all in one transaction that holds the write lock from its
first statement on. Nothing is ever read, compared outside, and written back: two writers that read the same room would
both take it.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from copydesk.adapters.storage.schema import BUSY_MS, readable
from copydesk.domain.errors import require
from copydesk.domain.money import NO_USDC, Usdc

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from copydesk.domain.cap_bound import CapBound, CapKey
    from copydesk.domain.ids import OrderId

_TABLES = (
    "CREATE TABLE IF NOT EXISTS cap("
    "key TEXT PRIMARY KEY, used INTEGER NOT NULL CHECK(used >= 0)) WITHOUT ROWID, STRICT",
    "CREATE TABLE IF NOT EXISTS reservation(holder TEXT NOT NULL, key TEXT NOT NULL, "
    "amount INTEGER NOT NULL CHECK(amount >= 0), PRIMARY KEY(holder, key)) WITHOUT ROWID, STRICT",
)
_TAKE = "UPDATE cap SET used = used + :amount WHERE key = :key AND used + :amount <= :most"
_GIVE_BACK = """
UPDATE cap SET used = used - :amount WHERE key IN (SELECT key FROM reservation WHERE holder = :holder)
"""


class SqliteCapCounters:
    """A `ports.CapCounters` in a file. One instance is for one thread; a writer waits for the others."""

    def __init__(self, path: Path) -> None:
        """Open or create the file at `path`. Raises `Unreadable` if it cannot be."""
        with readable(path):
            self._connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_MS // 1000)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=NORMAL")
            with self._writing():
                for table in _TABLES:
                    self._connection.execute(table)

    def reserve(self, holder: OrderId, amount: Usdc, bounds: Sequence[CapBound]) -> CapBound | None:
        """Count `amount` against every cap for `holder`, or against none: then the first without room is returned.

        The same again is a repetition and counts once. Raises `Broken` if `holder` has reserved something else.
        """
        require(amount > NO_USDC and bool(bounds), f"order {holder} reserves nothing")
        with self._writing() as connection:
            held = self._held(holder)
            if held:
                require(held == {bound.key: amount for bound in bounds}, f"order {holder} has reserved something else")
                return None
            for bound in bounds:
                if not self._take(bound, amount):
                    connection.execute("ROLLBACK")
                    return bound
            rows = [(holder, bound.key, int(amount)) for bound in bounds]
            connection.executemany("INSERT INTO reservation VALUES(?, ?, ?)", rows)
        return None

    def give_back(self, holder: OrderId, amount: Usdc) -> None:
        """Count `amount` less for `holder`: unspent, sold or settled. Raises `Broken` if it does not hold as much."""
        with self._writing() as connection:
            keys = len(self._held(holder))
            said = {"holder": holder, "amount": int(amount)}
            lessened = connection.execute(
                "UPDATE reservation SET amount = amount - :amount WHERE holder = :holder AND amount >= :amount", said
            ).rowcount
            require(keys > 0 and lessened == keys, f"order {holder} gives back more than it holds")
            connection.execute(_GIVE_BACK, said)
            connection.execute("DELETE FROM reservation WHERE holder = :holder AND amount = 0", said)

    def used(self, key: CapKey) -> Usdc:
        """What is counted against a cap."""
        row = self._connection.execute("SELECT used FROM cap WHERE key = ?", (key,)).fetchone()
        return NO_USDC if row is None else Usdc(row[0])

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _take(self, bound: CapBound, amount: Usdc) -> bool:
        """One conditional update: whether the cap had room, which is then taken."""
        self._connection.execute("INSERT OR IGNORE INTO cap VALUES(?, 0)", (bound.key,))
        said = {"key": bound.key, "amount": int(amount), "most": int(bound.most)}
        return self._connection.execute(_TAKE, said).rowcount == 1

    def _held(self, holder: OrderId) -> dict[CapKey, Usdc]:
        rows = self._connection.execute("SELECT key, amount FROM reservation WHERE holder = ?", (holder,))
        return {key: Usdc(amount) for key, amount in rows}

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that has the write lock from the start; undone if anything is raised inside."""
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            if connection.in_transaction:
                connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
