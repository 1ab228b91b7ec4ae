"""Events put in order of time and id, in memory or through sorted runs on disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.adapters.polymarket.parse.identity import LeaderEvent, nth
from copydesk.adapters.polymarket.records import sorting
from copydesk.adapters.polymarket.records.sorting import Sorter
from copydesk.domain.ids import EventId, MarketId, TimeMs, Wallet
from copydesk.domain.money import Shares, Usdc
from copydesk.domain.trade import ActivityKind, LeaderActivity
from tests.builders import a_trade

TX = "0x" + "77" * 32


def an_activity(at: int, size: int, tx: str = TX) -> LeaderActivity:
    return LeaderActivity(
        event_id=EventId(f"{size:064x}"), kind=ActivityKind.MERGE, leader=Wallet("unknown:x"), token=None,
        market=MarketId("title:T"), shares=Shares(size), cash=Usdc(size), happened_at=TimeMs(at), source="test",
        tx_hash=tx,
    )  # fmt: skip


def in_order(*events: LeaderEvent, in_memory_max: int = 4) -> list[LeaderEvent]:
    with Sorter(in_memory_max=in_memory_max) as sorter:
        for event in events:
            sorter.add(event, 0)
        return list(sorter.in_order())


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 40)), max_size=60), st.integers(1, 70))
def test_order_is_by_time_and_id_however_much_is_held_in_memory(parts: list[tuple[int, int]], limit: int) -> None:
    events = [an_activity(at, size) for at, size in parts]
    ordered = in_order(*events, in_memory_max=limit)
    assert ordered == sorted(events, key=lambda event: (event.happened_at, event.event_id))


def test_trades_and_activities_come_back_as_they_went() -> None:
    trade, activity = a_trade(size=3), an_activity(5, 7)
    assert in_order(trade, activity, in_memory_max=1) == [activity, trade]


@given(st.permutations(range(8)), st.sampled_from([2, 100]))
def test_equal_records_without_transaction_are_numbered_in_any_order(order: list[int], limit: int) -> None:
    """C9: two readings of one source agree, whatever the order of its rows within a moment."""
    one = an_activity(9, 1, tx="")
    events = [one, one, one, an_activity(9, 2, tx=""), an_activity(9, 3), an_activity(9, 3), *[an_activity(8, 4)] * 2]
    ordered = in_order(*(events[at] for at in order), in_memory_max=limit)
    expected = [an_activity(8, 4)] * 2 + sorted(
        [one, nth(one, 1), nth(one, 2), an_activity(9, 2, tx=""), an_activity(9, 3), an_activity(9, 3)],
        key=lambda event: event.event_id,
    )
    assert ordered == expected


def test_each_source_counts_for_itself() -> None:
    """I21: the same source fed twice gives the same ids."""
    one = an_activity(9, 1, tx="")
    with Sorter() as sorter:
        for source in (0, 1, 0):
            sorter.add(one, source)
        assert {event.event_id for event in sorter.in_order()} == {one.event_id, nth(one, 1).event_id}


def test_what_is_spilled_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when the work is given up halfway: the file has no name."""
    monkeypatch.setattr(sorting, "_ROOMY", tmp_path)
    before = open_files()
    with pytest.raises(KeyError), Sorter(in_memory_max=2) as sorter:
        for number in range(9):
            sorter.add(an_activity(number, number), 0)
        assert open_files() == before + 1
        assert list(tmp_path.iterdir()) == []
        next(iter(sorter.in_order()))
        raise KeyError
    assert open_files() == before


def test_where_there_is_no_room_the_usual_place_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorting, "_ROOMY", tmp_path / "none")
    assert len(in_order(*(an_activity(number, number) for number in range(9)))) == 9
