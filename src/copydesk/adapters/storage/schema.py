"""The SQLite file of a ledger: its tables, its marks, and the only two ways to open it.

`entry` is append-only, and so is `claim`, the permanent index of what entries have claimed; triggers refuse to change
or delete a row of either. A claim first lands in `recent`, in the order of arrival, in the transaction of its entry;
many at once then move to `claim`, sorted. Keys are digests, so each one put straight into a large sorted table would
rewrite a page of its own: at a million keys that costs three times as much as the entry itself.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from copydesk.domain.errors import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

APPLICATION_ID = int.from_bytes(b"Cdsk")
SCHEMA = 1
BUSY_MS = 30_000
PAGE_BYTES = 32_768
WRITER_CACHE_KIB = 32_768
LOOKUP_CACHE_KIB = 32_768
SCAN_CACHE_KIB = 2_048

sqlite3.register_adapter(bytes, bytes.__bytes__)
"""`sqlite3` asks of each value of `bytes`, if nothing is said of them, what it would be bound as: 0.3 us a value."""

_TABLES = """
CREATE TABLE entry(
  position INTEGER PRIMARY KEY, account TEXT NOT NULL, seq INTEGER NOT NULL, recorded_at INTEGER NOT NULL,
  kind TEXT NOT NULL, origin TEXT, hash BLOB NOT NULL, body BLOB NOT NULL, UNIQUE(account, seq)) STRICT;
CREATE TABLE head(account TEXT PRIMARY KEY, seq INTEGER NOT NULL, hash BLOB NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE recent(key BLOB NOT NULL, position INTEGER NOT NULL) STRICT;
CREATE TABLE claim(key BLOB PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID, STRICT;
"""
_GUARD = """
CREATE TRIGGER {table}_{verb} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
"""
_GUARDS = "".join(
    _GUARD.format(table=table, verb=verb) for table in ("entry", "claim") for verb in ("UPDATE", "DELETE")
)


def prepare(path: Path) -> None:
    """Make the file at `path` a ledger if there is none, readable by its owner only; else see that it is one of ours.

    Raises `Unreadable` if it is something else, of a later release, or cannot be opened.
    """
    with readable(path):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        with closing(sqlite3.connect(path, isolation_level=None, timeout=BUSY_MS // 1000)) as connection:
            _create_or_check(connection, str(path))


def connect(path: Path) -> sqlite3.Connection:
    """Open a prepared file to write. Whoever writes also writes the log back, now and then."""
    connection = _open(path, WRITER_CACHE_KIB)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA wal_autocheckpoint=0")
    return connection


def connect_to_read(path: Path, cache_kib: int = SCAN_CACHE_KIB) -> sqlite3.Connection:
    """Open a prepared file for reading only."""
    connection = _open(path, cache_kib)
    connection.execute("PRAGMA query_only=ON")
    return connection


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn what SQLite or the system raises, also over damaged words of its own, into `Unreadable`."""
    try:
        yield
    except OSError as wrong:
        raise Unreadable(str(path), wrong.strerror or str(wrong)) from wrong
    except (sqlite3.Error, UnicodeDecodeError) as wrong:
        raise Unreadable(str(path), str(wrong)) from wrong


def _open(path: Path, cache_kib: int) -> sqlite3.Connection:
    with readable(path):
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, check_same_thread=False
        )
        connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        connection.execute(f"PRAGMA cache_size=-{cache_kib}")
    return connection


def _create_or_check(connection: sqlite3.Connection, path: str) -> None:
    if not connection.execute("PRAGMA schema_version").fetchone()[0]:
        connection.execute(f"PRAGMA page_size={PAGE_BYTES}")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("BEGIN IMMEDIATE")
        if not connection.execute("PRAGMA schema_version").fetchone()[0]:
            _create(connection)
        connection.execute("COMMIT")
    ours = connection.execute("PRAGMA application_id").fetchone()[0]
    if ours != APPLICATION_ID:
        raise Unreadable(path, "it is an SQLite database, but not a ledger of Copydesk")
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    if found > SCHEMA:
        raise Unreadable(path, f"its schema is {found}, this release knows {SCHEMA}: it was written by a later release")


def _create(connection: sqlite3.Connection) -> None:
    for statement in (_TABLES + _GUARDS).split(";\n"):
        if statement.strip():
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version={SCHEMA}")
