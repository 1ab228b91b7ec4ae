"""The writer of the ledger file: whole steps, one writer, no lost claim, a bounded log (I1, I3, I9, I21, I26)."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest

from copydesk.adapters.storage.group import LOG_PAGES, RECENT_KEYS, GroupFile, Rows
from copydesk.adapters.storage.lookup import ClaimLookup
from copydesk.adapters.storage.schema import PAGE_BYTES, prepare
from copydesk.adapters.storage.sqlite import SqliteLedgerStore
from copydesk.adapters.storage.writer import QUEUE_ENTRIES, GroupWriter
from copydesk.domain.errors import Broken
from copydesk.domain.events import Corrected, SealedRow
from copydesk.domain.ids import ActionId, EventId
from copydesk.flow.ledger.seal import Sealer, open_entry
from copydesk.flow.ledger.verify import verify
from tests.builders import NOON
from tests.histories import ACCOUNT, a_decision, an_id, one_of_each, sealed

FAR = 2**62
UNKNOWN = b"E1"
"""A key too short to be a digest: every look-up of it goes to the file."""


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
                assert store.claimed(many_events(steps)[:10], FAR) == frozenset()
            store.flush()
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


def test_a_claim_is_found_the_moment_after_it_moved(path: Path) -> None:
    """I1, I21: also by somebody who looked up all the while it moved, and whose view of the file is from before."""
    prepare(path)
    lookup, rows, is_over = ClaimLookup(path), Rows(), Event()
    keys = [b"e" + number.to_bytes(16) for number in range(RECENT_KEYS)]
    (entry,) = sealed([a_decision()])
    rows.entries += [1, ACCOUNT, 1, NOON, "decision_made", None, entry.hash, entry.body]
    lookup.claim(keys, 1, rows.claims)

    def look_up() -> None:
        while not is_over.is_set():
            lookup.taken(["unknown"], [UNKNOWN], FAR)

    with closing(lookup), closing(GroupFile(path, lookup)) as file:
        looking = Thread(target=look_up)
        looking.start()
        file.write(rows)
        is_over.set()
        looking.join()
        assert lookup.taken(["first", "last", "none"], [keys[0], keys[-1], UNKNOWN], FAR) == {"first", "last"}
        assert lookup.recent == []


def test_the_log_is_begun_anew_although_somebody_always_looks_up(path: Path) -> None:
    """I26: a look-up keeps its view of the file open, yet never so long that the log grows for ever."""
    prepare(path)
    lookup, sealer, log = ClaimLookup(path), Sealer(ACCOUNT), path.with_name(path.name + "-wal")
    a_megabyte = Corrected(entry=1, why="x" * 2**20, postings=())
    with closing(GroupFile(path, lookup)) as file, closing(lookup):
        for number in range(1, 10):
            entry, rows = sealer.seal(a_megabyte, NOON, None), Rows()
            rows.entries += [number, ACCOUNT, entry.seq, NOON, "corrected", None, entry.hash, entry.body]
            file.write(rows)
            assert lookup.taken(["e1"], [UNKNOWN], FAR) == frozenset()
            file.write_back()
        assert log.stat().st_size < 3 * 2**20
    assert verify(rows_of(path)).entries == 9


@pytest.mark.slow
def test_the_log_is_written_back_in_time(path: Path) -> None:
    """I26."""
    log = path.with_name(path.name + "-wal")
    a_megabyte = Corrected(entry=1, why="x" * 2**20, postings=())
    sealer, allowed = Sealer(ACCOUNT), 2 * LOG_PAGES * PAGE_BYTES
    with closing(a_store(path)) as store:
        for number in range(2 * allowed // 2**20):
            store.append(sealer.seal(a_megabyte, NOON, None), (), ())
            store.step_done()
            if number % 8 == 0:
                store.flush()
        assert log.stat().st_size < allowed


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


class Interrupted(list[bytes | int]):
    """Claims in the midst of which the operator presses ctrl-c."""

    def __iter__(self) -> Iterator[bytes | int]:
        raise KeyboardInterrupt


def test_a_step_that_was_interrupted_is_not_in_the_file(path: Path) -> None:
    """I3: the next step is put where it would have begun."""
    prepare(path)
    lookup, torn, whole = ClaimLookup(path), Rows(), Rows()
    (entry,) = sealed([a_decision()])
    for step in (torn, whole):
        step.entries += [1, ACCOUNT, 1, NOON, "decision_made", None, entry.hash, entry.body]
    torn.claims = Interrupted()
    with closing(lookup), closing(GroupWriter(path, lookup)) as writer:
        with pytest.raises(KeyboardInterrupt):
            writer.put(torn)
        writer.put(whole)
    assert [row.position for row in rows_of(path)] == [1]


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
