"""Dedupe within a process: idempotent, free of order, bounded; row and chain sightings of a fill are one event."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from copydesk.domain.ids import EventId, TimeMs
from copydesk.flow.clean.recent import HOT_MS, WARM_MS, FirstSight, Recent
from tests.builders import NOON, a_trade


def test_an_event_is_first_once() -> None:
    """F30, I21: a second sight of the same row changes nothing."""
    first_sight, trade = FirstSight(), a_trade()
    assert [first_sight.is_first(trade) for _ in range(3)] == [True, False, False]


@given(st.lists(st.integers(0, 5), max_size=30), st.randoms(use_true_random=False))
def test_dedupe_is_idempotent_and_free_of_order(numbers: list[int], shuffler: object) -> None:
    """I21, F32: whatever the order and however often, each event is first exactly once."""
    trades = [a_trade(tx=f"0x{number:064x}") for number in numbers]
    shuffled = list(trades)
    shuffler.shuffle(shuffled)  # type: ignore[attr-defined]
    once, again = FirstSight(), FirstSight()
    firsts = {trade.event_id for trade in trades if once.is_first(trade)}
    assert firsts == {trade.event_id for trade in shuffled if again.is_first(trade)}
    assert sum(once.is_first(trade) for trade in trades) == 0
    assert len(firsts) == len(set(numbers))


def test_a_row_and_the_log_of_the_same_fill_are_one_event() -> None:
    """C9: whichever comes first, the other is the same event under its other name."""
    row = a_trade()
    log = a_trade(event_id=EventId("c" * 64), content_id=row.event_id)
    for one, other in ((row, log), (log, row)):
        first_sight = FirstSight()
        assert first_sight.is_first(one)
        assert not first_sight.is_first(other)


def test_two_logs_with_equal_content_are_two_fills() -> None:
    """C9: the chain numbers its logs, so equal content there is not a repetition."""
    content = a_trade().event_id
    first_sight = FirstSight()
    logs = [a_trade(event_id=EventId(letter * 64), content_id=content) for letter in "cd"]
    assert [first_sight.is_first(log) for log in logs] == [True, True]
    assert [first_sight.is_first(log) for log in logs] == [False, False]


def test_a_transaction_mined_again_is_the_same_fill() -> None:
    """F43: after a reorganisation the fill stands in another block, with another log index, and is not new."""
    content = a_trade().event_id
    first_sight = FirstSight()
    before = a_trade(event_id=EventId("c" * 64), content_id=content, block_hash="0xaa")
    after = a_trade(event_id=EventId("d" * 64), content_id=content, block_hash="0xbb")
    assert [first_sight.is_first(log) for log in (before, after)] == [True, False]


def test_an_id_is_remembered_for_at_least_its_span() -> None:
    """C8, S0.44, S4.30: thirty seconds hot, a day warm."""
    for span_ms in (HOT_MS, WARM_MS):
        recent = Recent(span_ms)
        recent.add("id", "row", NOON)
        recent.add("other", "row", TimeMs(NOON + span_ms))
        assert recent.get("id") == "row"


def test_memory_is_bounded_whatever_the_rate() -> None:
    """I26: at most two generations of the set number."""
    recent = Recent(WARM_MS, count_max=10)
    for number in range(1_000):
        recent.add(str(number), "row", NOON)
    assert sum(recent.get(str(number)) is not None for number in range(1_000)) <= 20
