"""When a trade first came in is on record, however long it waited for its book: a leg of the way (N28)."""

from __future__ import annotations

from copydesk.adapters.storage.memory import MemoryLedgerStore
from copydesk.domain.ids import TimeMs
from copydesk.domain.trade import LeaderBaseline
from copydesk.flow.ledger.seal import open_entry
from tests.builders import LEADER
from tests.live_worlds import Fetched, Town, at, decisions
from tests.virtual_time import START_MS

BASELINE = LeaderBaseline(
    leader=LEADER, events=(), taken_at=TimeMs(START_MS), since=TimeMs(START_MS - 3_600_000), positions=None
)


def first_seen(*shown: int, takes_ms: int) -> tuple[int | None, int]:
    """When the signal's first trade came in, and when it was decided, both after the start."""
    store = MemoryLedgerStore(open_entry)
    trade = at(900)
    town = Town(poller=[(0, BASELINE), *((ms, trade) for ms in shown)], fetched=Fetched(takes_ms=takes_ms))
    town.run(store)
    (made,) = decisions(store)
    first = made.decision.signal.first_seen_at
    return None if first is None else first - START_MS, made.decision.decided_at - START_MS


def test_a_trade_that_waited_for_its_book_keeps_when_it_came_in() -> None:
    came_in, decided = first_seen(1_000, takes_ms=400)
    assert came_in == 1_000
    assert decided >= 1_400


def test_of_several_sightings_the_first_counts() -> None:
    came_in, _ = first_seen(1_000, 1_200, takes_ms=400)
    assert came_in == 1_000


def test_of_the_trades_of_one_signal_the_first_counts() -> None:
    store = MemoryLedgerStore(open_entry)
    script = [(0, BASELINE), (1_000, at(900)), (1_010, at(950, size=7, tx="0x" + "02" * 32))]
    Town(poller=script, fetched=Fetched(takes_ms=400)).run(store)
    signals = [made.decision.signal for made in decisions(store)]
    assert [len(signal.events) for signal in signals] == [2]
    assert signals[0].first_seen_at == START_MS + 1_000


def test_what_has_been_decided_is_not_remembered() -> None:
    """I26: nothing grows with the number of trades."""
    store = MemoryLedgerStore(open_entry)
    script = [(0, BASELINE), *((1_000 + 50 * n, at(900, size=n + 1, tx=f"0x{n:064x}")) for n in range(20))]
    live = Town(poller=script).run(store)
    assert len(decisions(store)) == 20
    assert live.pipeline._first_seen == {}
