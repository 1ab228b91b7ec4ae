"""What every plug behind `LedgerStore` must keep: one suite, run on the file and on memory (C36, I1, I9, I10, I20)."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from copydesk.adapters.storage.memory import MemoryLedgerStore
from copydesk.adapters.storage.sqlite import SqliteLedgerStore
from copydesk.domain.errors import Broken
from copydesk.domain.events import Entry, Fact, FillBooked, Head, OrderPlanned
from copydesk.domain.ids import AccountId, ActionId, EventId
from copydesk.flow.ledger.seal import open_entry
from copydesk.flow.ledger.verify import verify
from copydesk.ports import LedgerStore
from tests.builders import NOON
from tests.histories import ACCOUNT, a_decision, an_id, an_order, one_of_each, planned, rows, sealed

Store = SqliteLedgerStore | MemoryLedgerStore
OTHER = AccountId("other")
FAR = 2**62


def opened(plug: str, folder: Path) -> Store:
    if plug == "memory":
        return MemoryLedgerStore(open_entry)
    return SqliteLedgerStore(folder / "ledger.sqlite", open_entry)


@pytest.fixture(params=["sqlite", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    store = opened(request.param, tmp_path)
    yield store
    with suppress(Broken):
        store.close()


def event(number: int) -> EventId:
    return EventId(an_id("event", number))


def action(number: int) -> ActionId:
    return ActionId(an_id("action", number))


def decisions(count: int, account: AccountId = ACCOUNT) -> list[Entry]:
    return sealed([a_decision(account=account) for _ in range(count)], account)


def keep(store: LedgerStore, *entries: Entry) -> None:
    """Append entries as one durable step."""
    for entry in entries:
        store.append(entry, (), ())
    store.step_done()
    store.flush()


def of_kind(kind: type[Fact]) -> Fact:
    return next(fact for fact in one_of_each() if isinstance(fact, kind))


def test_a_new_store_is_empty(store: Store) -> None:
    assert (store.head(), list(store.entries()), store.heads()) == (0, [], {})


def test_what_was_appended_comes_back_as_it_was(store: Store) -> None:
    entries = sealed(one_of_each())
    keep(store, *entries)
    assert list(store.entries()) == list(enumerate(entries, start=1))
    assert list(store.rows()) == rows(entries)
    assert store.head() == len(entries)


def test_what_was_stored_verifies(store: Store) -> None:
    """I9."""
    keep(store, *sealed(one_of_each()))
    assert verify(store.rows(), store.heads()).is_sound


def test_entries_are_in_order_over_many_steps(store: Store) -> None:
    entries = decisions(300)
    for entry in entries:
        store.append(entry, (), ())
        store.step_done()
    store.flush()
    assert [entry.seq for _, entry in store.entries()] == list(range(1, 301))


def test_reading_begins_after_a_position(store: Store) -> None:
    entries = decisions(5)
    keep(store, *entries)
    assert [position for position, _ in store.entries(after=3)] == [4, 5]
    assert list(store.entries(after=5)) == []


def test_positions_count_over_all_accounts(store: Store) -> None:
    ours, theirs = decisions(2), decisions(2, OTHER)
    keep(store, ours[0], theirs[0], theirs[1], ours[1])
    assert list(store.entries(ACCOUNT)) == [(1, ours[0]), (4, ours[1])]
    assert list(store.entries(OTHER)) == [(2, theirs[0]), (3, theirs[1])]
    assert list(store.entries(ACCOUNT, after=1)) == [(4, ours[1])]
    assert list(store.entries(AccountId("nobody"))) == []


def test_the_head_of_each_account_is_its_last_entry(store: Store) -> None:
    ours, theirs = decisions(2), decisions(1, OTHER)
    keep(store, ours[0], theirs[0])
    keep(store, ours[1])
    assert store.heads() == {ACCOUNT: Head(seq=2, hash=ours[1].hash), OTHER: Head(seq=1, hash=theirs[0].hash)}


def test_a_step_at_hand_is_not_there_yet(store: Store) -> None:
    first, second = decisions(2)
    keep(store, first)
    store.append(second, (), ())
    assert (store.head(), len(list(store.entries()))) == (1, 1)
    store.step_done()
    store.flush()
    assert store.head() == 2


def test_a_step_at_hand_is_dropped_when_the_store_closes(store: Store) -> None:
    first, second = decisions(2)
    keep(store, first)
    store.append(second, (), ())
    store.close()
    assert [entry for _, entry in store.entries()] == [first]


def test_a_store_is_not_flushed_inside_a_step(store: Store) -> None:
    store.append(decisions(1)[0], (), ())
    with pytest.raises(Broken, match="between steps"):
        store.flush()


def test_a_step_without_entries_is_nothing(store: Store) -> None:
    store.step_done()
    store.flush()
    assert store.head() == 0


def test_nothing_is_appended_after_closing(store: Store) -> None:
    first, second = decisions(2)
    keep(store, first)
    store.close()
    with pytest.raises(Broken, match="closed"):
        keep(store, second)


def test_what_waits_is_kept_when_the_store_closes(store: Store) -> None:
    for entry in decisions(50):
        store.append(entry, (), ())
        store.step_done()
    store.close()
    assert len(list(store.entries())) == 50


def test_an_event_is_claimed_from_the_moment_it_is_appended(store: Store) -> None:
    """I21: also before its group is durable."""
    assert store.claimed((event(1),), FAR) == frozenset()
    store.append(decisions(1)[0], (event(1), event(2)), ())
    assert store.claimed((event(1), event(2), event(3)), FAR) == {event(1), event(2)}
    store.step_done()
    assert store.claimed((event(1), event(2), event(3)), FAR) == {event(1), event(2)}
    store.flush()
    assert store.claimed((event(1), event(2), event(3)), FAR) == {event(1), event(2)}


def test_a_claim_counts_up_to_a_position(store: Store) -> None:
    first, second = decisions(2)
    store.append(first, (event(1),), (action(1),))
    store.append(second, (event(2),), (action(2),))
    store.step_done()
    for _ in range(2):
        assert store.claimed((event(1), event(2)), 1) == {event(1)}
        assert store.decided(ACCOUNT, (action(1), action(2)), 1) == {action(1)}
        assert store.claimed((event(1), event(2)), 0) == frozenset()
        store.flush()


def test_an_action_is_decided_for_one_account(store: Store) -> None:
    """I20."""
    store.append(decisions(1)[0], (), (action(1),))
    assert store.decided(ACCOUNT, (action(1), action(2)), FAR) == {action(1)}
    assert store.decided(OTHER, (action(1), action(2)), FAR) == frozenset()


def test_an_event_and_an_action_of_the_same_name_are_two_things(store: Store) -> None:
    store.append(decisions(1)[0], (event(1),), ())
    assert store.decided(ACCOUNT, (ActionId(event(1)),), FAR) == frozenset()


def test_names_that_are_no_digests_are_told_apart(store: Store) -> None:
    names = [EventId(name) for name in ("e1", "E1", "61", "a", "x" * 64, "x" * 63 + "y", "")]
    store.append(decisions(1)[0], names[::2], ())
    assert store.claimed(names, FAR) == frozenset(names[::2])


@pytest.mark.parametrize("in_one_step", [True, False])
def test_an_event_is_claimed_once(store: Store, in_one_step: bool) -> None:  # noqa: FBT001 - a pytest parameter
    first, second = decisions(2)
    store.append(first, (event(1),), ())
    if not in_one_step:
        store.step_done()
        store.flush()
    with pytest.raises(Broken, match="the event of the entry at position 2"):
        store.append(second, (event(1),), ())


def test_an_action_is_decided_once(store: Store) -> None:
    """I20."""
    first, second = decisions(2)
    store.append(first, (), (action(1),))
    with pytest.raises(Broken, match="the action"):
        store.append(second, (), (action(1),))


def test_another_account_may_decide_the_same_action(store: Store) -> None:
    store.append(decisions(1)[0], (event(1),), (action(1),))
    store.append(decisions(1, OTHER)[0], (), (action(1),))
    store.step_done()
    store.flush()
    assert store.decided(OTHER, (action(1),), FAR) == {action(1)}


@pytest.mark.parametrize(
    ("fact", "field"), [(of_kind(OrderPlanned), "the intent"), (of_kind(FillBooked), "the fill key")]
)
def test_an_intent_and_a_fill_are_stored_once(store: Store, fact: Fact, field: str) -> None:
    """I1, I10: whatever else is in the second entry, and whether or not the first is durable."""
    first, second, third = sealed([fact, a_decision(), fact])
    store.append(first, (), ())
    store.append(second, (), ())
    with pytest.raises(Broken, match=field):
        store.append(third, (), ())


def test_another_account_may_have_the_same_intent(store: Store) -> None:
    """An intent id is made with its account; the key holds the account all the same."""
    keep(store, *sealed([planned(an_order())]), *sealed([planned(an_order())], OTHER))
    assert store.head() == 2


def test_an_entry_that_does_not_follow_is_refused(store: Store) -> None:
    """I9: a chain has no gap, not even for a moment."""
    first, _, third = decisions(3)
    keep(store, first)
    with pytest.raises(Broken, match="I9"):
        keep(store, third)


def test_entries_of_one_step_in_the_wrong_order_are_refused(store: Store) -> None:
    """I9."""
    first, second, third, fourth, fifth = decisions(5)
    keep(store, first)
    with pytest.raises(Broken, match="I9"):
        keep(store, second, fourth, third, fifth)


def test_a_step_is_kept_whole_or_not_at_all(store: Store) -> None:
    """I3: however large it is, and however late in it the fault."""
    entries = decisions(20_000)
    with pytest.raises(Broken, match="I9"):
        keep(store, *entries[:-2], entries[-1])
    assert (store.head(), list(store.rows())) == (0, [])


def test_a_number_is_given_once(store: Store) -> None:
    """I9."""
    first, _ = decisions(2)
    keep(store, first)
    with pytest.raises(Broken, match="I9"):
        keep(store, first)


def test_what_follows_a_refused_step_is_refused_too(store: Store) -> None:
    """Nothing of a desk goes on over a broken ledger, and what was durable stays."""
    first, second, third = decisions(3)
    keep(store, first)
    with pytest.raises(Broken):
        keep(store, third)
    with pytest.raises(Broken):
        keep(store, second)
    assert [entry for _, entry in store.entries()] == [first]


def test_a_reader_sees_what_was_durable_when_it_began(store: Store) -> None:
    entries = decisions(4)
    keep(store, *entries[:2])
    reader = store.entries()
    assert next(reader) == (1, entries[0])
    keep(store, *entries[2:])
    assert next(reader) == (2, entries[1])
    assert store.head() == 4


def test_times_and_origins_are_kept(store: Store) -> None:
    keep(store, *decisions(2))
    (_, first), (_, second) = store.entries()
    assert (first.recorded_at, first.origin) == (NOON, None)
    assert (second.recorded_at, second.origin) == (NOON + 1000, "e" * 64)


def test_a_large_step_is_one_step(store: Store) -> None:
    entries = decisions(3_000)
    for number, entry in enumerate(entries):
        store.append(entry, (event(number),), (action(number),))
    store.step_done()
    store.flush()
    assert store.head() == 3_000
    assert len(store.claimed([event(number) for number in range(3_001)], FAR)) == 3_000


def test_the_port_is_what_the_stores_are() -> None:
    plugs: tuple[Callable[..., LedgerStore], ...] = (SqliteLedgerStore, MemoryLedgerStore)
    assert plugs
