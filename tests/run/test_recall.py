"""What a live run takes over from the ledger: also which trades may come again under another hash (F31, S0.20)."""

from __future__ import annotations

from copydesk.adapters.storage.memory import MemoryLedgerStore
from copydesk.adapters.telemetry.decision_log import NullLog
from copydesk.domain.events import TradeReplaced
from copydesk.domain.ids import EventId, TimeMs
from copydesk.domain.trade import LeaderBaseline
from copydesk.flow.ledger.seal import open_entry
from copydesk.run.recall import recall_live
from tests.builders import LEADER
from tests.live_worlds import Town, at, decisions, facts
from tests.virtual_time import START_MS

FIRST, AGAIN, LATER = (at(ms, tx=f"0x{ms:064x}") for ms in (900, 3_900, 9_900))
HOUR_MS = 3_600_000


def a_baseline() -> LeaderBaseline:
    since = TimeMs(START_MS - HOUR_MS)
    return LeaderBaseline(leader=LEADER, taken_at=TimeMs(START_MS), since=since, events=(), positions=None)


def shown(town: Town, **ids: EventId) -> None:
    """From the third second on the venue's record has these."""
    town.shown_since = dict.fromkeys(ids.values(), TimeMs(START_MS + 3_000))


def test_a_trade_that_was_settled_anew_while_nobody_looked_is_not_copied_again() -> None:
    """F31, I1, I22: decided, then killed; when the desk comes back the trade has another hash."""
    store = MemoryLedgerStore(open_entry)
    Town(poller=[(0, a_baseline()), (1_000, FIRST)]).run(store, ms=2_000)
    back = Town(poller=[(1_000, AGAIN)])
    shown(back, again=AGAIN.content_id)
    back.run(store)
    assert [each.decision.signal.events for each in decisions(store)] == [(FIRST.event_id,)]
    assert [fact.later for fact in facts(store) if isinstance(fact, TradeReplaced)] == [AGAIN.event_id]


def test_a_new_trade_like_one_that_was_settled_anew_is_decided_after_a_restart() -> None:
    """F31, I22: it is held against the hash under which the earlier one settled, not against the one that failed."""
    store = MemoryLedgerStore(open_entry)
    town = Town(poller=[(0, a_baseline()), (1_000, FIRST), (2_000, AGAIN)])
    shown(town, again=AGAIN.content_id)
    town.run(store, ms=9_000)
    back = Town(stream=[(1_000, LATER)])
    shown(back, again=AGAIN.content_id, later=LATER.content_id)
    back.run(store)
    assert [each.decision.signal.events for each in decisions(store)] == [(FIRST.event_id,), (LATER.event_id,)]


def test_only_trades_that_may_still_come_again_are_recalled() -> None:
    """I26: the rest of the ledger is not kept in memory."""
    store = MemoryLedgerStore(open_entry)
    late = at(100_000, tx="0x" + "0c" * 32, size=90)
    Town(poller=[(0, a_baseline()), (1_000, FIRST), (100_000, late)]).run(store, ms=101_000)
    recalled = recall_live(store, [], NullLog())
    assert [trade.content_id for trade, _ in recalled.latest] == [late.content_id]
