"""What is remembered of rows that were shown, and what is let go of."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from copydesk.adapters.polymarket.live.polling.overlap import KnownRows
from copydesk.domain.ids import EventId, TimeMs

FLOOR = TimeMs(1_000)


def known_of(times: list[int]) -> KnownRows:
    known = KnownRows(FLOOR)
    for number, at in enumerate(times):
        known.learn(b"%d" % number, EventId(str(number)), TimeMs(at))
    return known


def test_what_happened_before_the_floor_counts_as_known() -> None:
    """S0.20."""
    known = KnownRows(FLOOR)
    assert known.has(EventId("never seen"), TimeMs(999))
    assert not known.has(EventId("never seen"), TimeMs(1_000))


def test_a_row_is_known_by_its_bytes_and_by_its_event() -> None:
    """K14: the bytes change with the leader's profile, the event does not."""
    known = known_of([2_000])
    assert known.time_of(b"0") == 2_000
    assert known.time_of(b"in other words") is None
    assert known.has(EventId("0"), TimeMs(2_000))


def test_a_refused_row_is_known_by_its_bytes_alone() -> None:
    known = KnownRows(FLOOR)
    known.learn_bytes(b"poison")
    assert known.time_of(b"poison") == 0
    assert len(known) == 0


TIMES = st.lists(st.integers(1_000, 9_000), max_size=60)


@given(TIMES, st.integers(1_000, 9_000), st.integers(1, 20), st.integers(0, 20))
def test_what_is_let_go_of_never_counts_as_new(times: list[int], before: int, keep: int, more: int) -> None:
    """I26, S0.20: memory is bounded, and forgetting shows nothing twice."""
    known = known_of(times)
    known.forget(TimeMs(before), keep=keep, keep_max=keep + more)
    assert len(known) <= keep + more
    assert all(known.has(EventId(str(number)), TimeMs(at)) for number, at in enumerate(times))


@given(TIMES, st.integers(1_000, 9_000), st.integers(1, 20))
def test_the_newest_and_the_young_are_kept(times: list[int], before: int, keep: int) -> None:
    """K14: at least ten minutes or so many rows, whichever is more."""
    known = known_of(times)
    known.forget(TimeMs(before), keep=keep, keep_max=1_000)
    kept = set(known.events_since(TimeMs(0)))
    newest = sorted(range(len(times)), key=lambda number: times[number], reverse=True)[:keep]
    assert {str(number) for number in newest} <= kept
    assert {str(number) for number, at in enumerate(times) if at >= before} <= kept
