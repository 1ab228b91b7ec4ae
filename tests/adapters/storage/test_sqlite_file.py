"""The ledger file: whose it is, who may read it, what it refuses, what it finds (S2.19, I9, F11, F25)."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copydesk.adapters.storage.sqlite import SqliteLedgerStore
from copydesk.domain.errors import Unreadable
from copydesk.domain.ids import ActionId, EventId
from copydesk.flow.ledger.seal import open_entry
from copydesk.flow.ledger.verify import Fault, verify
from tests.histories import a_decision, an_id, one_of_each, sealed


def a_store(path: Path) -> SqliteLedgerStore:
    return SqliteLedgerStore(path, open_entry)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


LAST = len(one_of_each())


def fill(path: Path) -> None:
    """One of each fact, closed: everything is in the one file."""
    with closing(a_store(path)) as store:
        for entry in sealed(one_of_each()):
            store.append(entry, (EventId(an_id("event", entry.seq)),), (ActionId(an_id("action", entry.seq)),))
            store.step_done()


def tamper(path: Path, statement: str, *values: object) -> None:
    """Change the file as somebody would who knows SQLite: without the guards."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement, values)


def fault_of(path: Path) -> Fault:
    store = a_store(path)
    fault = verify(store.rows(), store.heads()).fault
    assert fault is not None
    return fault


# --- whose it is -----------------------------------------------------------------------------------------------------


def test_only_its_owner_may_read_a_ledger(path: Path) -> None:
    a_store(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_files_beside_it_are_as_private(path: Path) -> None:
    store = a_store(path)
    store.append(sealed([a_decision()])[0], (), ())
    store.step_done()
    store.flush()
    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
    store.close()
    assert len(modes) == 3
    assert set(modes.values()) == {0o600}


def test_a_closed_ledger_is_one_file(path: Path) -> None:
    fill(path)
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_ledger_is_marked_as_ours(path: Path) -> None:
    a_store(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (0x4364736B,)
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_an_empty_file_becomes_a_ledger(path: Path) -> None:
    """What is left when a process dies while it makes one."""
    path.touch()
    fill(path)
    assert a_store(path).head() == len(one_of_each())


# --- what it refuses -------------------------------------------------------------------------------------------------


def test_a_file_that_is_no_database_is_refused(path: Path) -> None:
    path.write_text("proxyWallet,side\n" * 100)
    with pytest.raises(Unreadable, match="file is not a database"):
        a_store(path)


def test_a_database_that_is_not_ours_is_refused_and_left_as_it_is(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE entry(position INTEGER PRIMARY KEY)")
    before = path.read_bytes()
    with pytest.raises(Unreadable, match="not a ledger of Copydesk"):
        a_store(path)
    assert path.read_bytes() == before


def test_a_ledger_of_a_later_release_is_refused(path: Path) -> None:
    """F11: it is not guessed at."""
    a_store(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 2")
    with pytest.raises(Unreadable, match=r"schema is 2, this release knows 1"):
        a_store(path)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="Is a directory"):
        a_store(tmp_path)


def test_a_file_in_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="No such file"):
        a_store(tmp_path / "nowhere" / "ledger.sqlite")


def test_what_cannot_be_read_is_said_in_one_line(path: Path) -> None:
    path.write_bytes(b"\x00" * 4096)
    with pytest.raises(Unreadable) as raised:
        a_store(path)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("table", ["entry", "claim"])
@pytest.mark.parametrize("change", ["UPDATE {} SET position = position + 100", "DELETE FROM {}"])
def test_a_row_is_never_changed_or_deleted(path: Path, table: str, change: str) -> None:
    """I9: not by us, not by a careless hand."""
    fill(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO claim SELECT key, position FROM recent")
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(change.format(table))


# --- what is found ---------------------------------------------------------------------------------------------------


def test_a_ledger_on_disk_verifies(path: Path) -> None:
    fill(path)
    store = a_store(path)
    assert verify(store.rows(), store.heads()).is_sound


@pytest.mark.parametrize(
    ("change", "position"),
    [
        ("UPDATE entry SET body = CAST(replace(body, 'balanced', 'mirrored') AS BLOB) WHERE position = 1", 1),
        ("UPDATE entry SET body = substr(body, 1, length(body) - 1) WHERE position = 7", 7),
        ("UPDATE entry SET body = x'' WHERE position = 7", 7),
        ("UPDATE entry SET hash = zeroblob(32) WHERE position = 3", 3),
        ("UPDATE entry SET seq = 99 WHERE position = 5", 5),
        ("UPDATE entry SET recorded_at = recorded_at + 1 WHERE position = 5", 5),
        ("UPDATE entry SET origin = NULL WHERE position = 5", 5),
        ("UPDATE entry SET kind = 'settled' WHERE position = 5", 5),
        ("UPDATE entry SET account = 'other' WHERE position = 5", 5),
        ("DELETE FROM entry WHERE position = 4", 5),
        ("DELETE FROM entry WHERE position = 1", 2),
        (f"DELETE FROM entry WHERE position = {LAST}", LAST),
        (f"UPDATE entry SET position = {LAST + 1} WHERE position = 4", 5),
        ("DELETE FROM entry", 1),
    ],
)
def test_a_row_altered_on_disk_is_named(path: Path, change: str, position: int) -> None:
    """I9, F25."""
    fill(path)
    tamper(path, change)
    assert fault_of(path).position == position


@pytest.mark.slow
@given(st.integers(0, 10**7), st.integers(0, 7))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_flipped_bit_anywhere_in_the_file_never_passes_as_another_ledger(path: Path, offset: int, bit: int) -> None:
    """F25: either nothing read differs, or a fault is found, or the file cannot be read."""
    if not path.exists():
        fill(path)
    sound = path.read_bytes()
    used = [place for place, byte in enumerate(sound) if byte]
    expected = [entry.hash for entry in sealed(one_of_each())]
    at = used[offset % len(used)]
    damaged = path.with_name("damaged.sqlite")
    damaged.write_bytes(sound[:at] + bytes([sound[at] ^ 1 << bit]) + sound[at + 1 :])
    try:
        store = a_store(damaged)
        verdict = verify(store.rows(), store.heads())
        is_same = [row.hash for row in store.rows()] == expected
    except Unreadable:
        return
    assert is_same or not verdict.is_sound


@pytest.mark.parametrize("value", ["NULL", "x'00'", "1.5", "'a'"])
@pytest.mark.parametrize("column", ["account", "seq", "hash", "body"])
def test_a_value_of_the_wrong_type_is_named_with_its_row(path: Path, column: str, value: str) -> None:
    """F25: as a damaged file can hold it, whatever its tables say."""
    fill(path)
    tamper(path, "CREATE TABLE loose AS SELECT * FROM entry")
    tamper(path, "DROP TABLE entry")
    tamper(path, "ALTER TABLE loose RENAME TO entry")
    tamper(path, f"UPDATE entry SET {column} = {value} WHERE position = 5")
    store = a_store(path)
    try:
        fault = verify(store.rows(), store.heads()).fault
    except Unreadable as unreadable:
        assert "position 5" in str(unreadable)
    else:
        assert fault is not None
        assert fault.position == 5
