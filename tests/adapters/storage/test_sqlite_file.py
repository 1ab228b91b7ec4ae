"""The ledger file: whose it is, who may read it, what it refuses, and what survives (I9, F11, F24, F25)."""

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copydesk.adapters.storage.group import RECENT_KEYS, GroupFile, Rows
from copydesk.adapters.storage.lookup import ClaimLookup
from copydesk.adapters.storage.schema import prepare
from copydesk.adapters.storage.sqlite import SqliteLedgerStore
from copydesk.adapters.storage.writer import QUEUE_ENTRIES
from copydesk.domain.errors import Broken, Unreadable
from copydesk.domain.events import SealedRow
from copydesk.domain.ids import ActionId, EventId
from copydesk.flow.ledger.seal import Sealer, open_entry
from copydesk.flow.ledger.verify import Fault, verify
from tests.builders import NOON
from tests.histories import ACCOUNT, a_decision, an_id, one_of_each, sealed

FAR = 2**62


def a_store(path: Path) -> SqliteLedgerStore:
    return SqliteLedgerStore(path, open_entry)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


def fill(path: Path) -> None:
    """One of each fact, closed: everything is in the one file."""
    with closing(a_store(path)) as store:
        for entry in sealed(one_of_each()):
            store.append(entry, (EventId(an_id("event", entry.seq)),), (ActionId(an_id("action", entry.seq)),))
            store.step_done()


def rows_of(path: Path) -> Iterator[SealedRow]:
    return a_store(path).rows()


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
        ("DELETE FROM entry WHERE position = 15", 15),
        ("UPDATE entry SET position = 16 WHERE position = 4", 5),
        ("DELETE FROM entry", 1),
    ],
)
def test_a_row_altered_on_disk_is_named(path: Path, change: str, position: int) -> None:
    """I9, F25."""
    fill(path)
    tamper(path, change)
    assert fault_of(path).position == position


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


# --- what survives ---------------------------------------------------------------------------------------------------


def test_a_ledger_goes_on_where_it_stopped(path: Path) -> None:
    fill(path)
    with closing(a_store(path)) as store:
        *_, (_, last) = store.entries()
        store.append(Sealer.after(last).seal(a_decision(), NOON, None), (), ())
        store.step_done()
    assert verify(rows_of(path)).entries == len(one_of_each()) + 1


def test_claims_survive(path: Path) -> None:
    """I21: losing everything in memory changes nothing."""
    fill(path)
    with closing(a_store(path)) as store:
        assert store.claimed((EventId(an_id("event", 3)), EventId(an_id("event", 99))), FAR) == {an_id("event", 3)}
        assert store.decided(ACCOUNT, (ActionId(an_id("action", 3)),), 3) == {an_id("action", 3)}
        assert store.decided(ACCOUNT, (ActionId(an_id("action", 3)),), 2) == frozenset()


def many_events(number: int) -> list[EventId]:
    return [EventId(an_id(number, each)) for each in range(1_000)]


@pytest.mark.slow
def test_claims_are_found_and_kept_after_they_moved_to_the_permanent_index(path: Path) -> None:
    """I1, I21: a key is in memory, in the index, or both, but never in neither; and it is claimed once.

    Half of them are claimed by one run and half by the next: it is their sum that moves.
    """
    steps = RECENT_KEYS // 1_000 + 5
    entries = sealed([a_decision() for _ in range(steps + 1)])
    for half in (range(steps // 2), range(steps // 2, steps)):
        with closing(a_store(path)) as store:
            for number in half:
                store.append(entries[number], many_events(number), ())
                store.step_done()
                assert len(store.claimed(many_events(number // 2)[:10], FAR)) == 10
            for number in range(half.stop):
                assert len(store.claimed(many_events(number), FAR)) == 1_000
            assert store.claimed(many_events(steps), FAR) == frozenset()
    with closing(sqlite3.connect(path)) as connection:
        moved = connection.execute("SELECT count(*) FROM claim").fetchone()[0]
        assert moved >= RECENT_KEYS
        assert connection.execute("SELECT count(*) FROM recent").fetchone()[0] == 1_000 * steps - moved
    again = a_store(path)
    again.append(entries[-1], many_events(0)[:1], ())
    again.step_done()
    with pytest.raises(
        Broken, match=f"the event of the entry at position {steps + 1} was claimed before, at position 1"
    ):
        again.flush()
    assert a_store(path).head() == steps


# --- one writer, whole steps -----------------------------------------------------------------------------------------


def test_no_reader_ever_sees_half_a_step(path: Path) -> None:
    """I3: looked at between any two entries, while groups are committed as they come."""
    step, entries = 7, sealed([a_decision() for _ in range(7 * 150)])
    with closing(a_store(path)) as store:
        for number, entry in enumerate(entries, start=1):
            store.append(entry, (), ())
            assert store.head() % step == 0
            if number % step == 0:
                store.step_done()
        store.flush()
        assert store.head() == len(entries)


@pytest.mark.slow
def test_whoever_appends_waits_while_the_queue_is_full(path: Path) -> None:
    """I26: nothing is dropped, and memory stays bounded, however long the file is locked."""
    entries = sealed([a_decision() for _ in range(3 * QUEUE_ENTRIES)])
    store = a_store(path)

    def append_all() -> None:
        for entry in entries:
            store.append(entry, (), ())
            store.step_done()

    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        appending = Thread(target=append_all)
        appending.start()
        appending.join(timeout=1)
        assert appending.is_alive()
        other.execute("ROLLBACK")
    appending.join()
    store.close()
    assert a_store(path).head() == len(entries)


def test_what_an_interrupt_left_of_a_step_is_forgotten() -> None:
    """I3: a step is in the queue whole or not at all."""
    queue, step = Rows(), Rows()
    step.entries, step.claims = [1, 2, 3, 4, 5, 6, 7, 8], [b"e", 1]
    queue.take(step)
    queue.entries.extend([9, 10])
    queue.claims.append(b"torn")
    queue.drop_torn()
    assert (queue.entries, queue.claims, queue.count) == ([1, 2, 3, 4, 5, 6, 7, 8], [b"e", 1], 1)
    assert (step.entries, step.claims) == ([], [])


def test_a_group_that_leaves_a_gap_is_refused(path: Path) -> None:
    """I9: in the order of all accounts, too."""
    prepare(path)
    rows = Rows()
    rows.entries += [2, ACCOUNT, 1, NOON, "decision_made", None, b"", b""]
    with closing(GroupFile(path, ClaimLookup(path))) as file, pytest.raises(Broken, match="leave a gap after 0"):
        file.write(rows)


def test_two_writers_never_both_win(path: Path) -> None:
    """I24: the one that comes later is refused, whatever it believed."""
    first, second, other = sealed([a_decision(), a_decision(), a_decision()])
    winner, loser = a_store(path), a_store(path)
    for store in (winner, loser):
        store.claimed((EventId("e" * 64),), FAR)
    winner.append(first, (), ())
    winner.step_done()
    winner.flush()
    loser.append(first, (), ())
    loser.step_done()
    with pytest.raises(Broken, match="I9"):
        loser.flush()
    winner.append(second, (), ())
    winner.step_done()
    winner.flush()
    with pytest.raises(Broken):
        loser.append(other, (), ())
    assert verify(rows_of(path)).entries == 2
    winner.close()


def test_a_locked_file_is_waited_for(path: Path) -> None:
    """F24: nothing is lost while somebody else holds the lock."""
    store = a_store(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        store.append(sealed([a_decision()])[0], (), ())
        store.step_done()
        assert store.head() == 0
        other.execute("ROLLBACK")
    store.flush()
    assert store.head() == 1
    store.close()
