"""A track record survives the run that made it: folded from the ledger it is what it was (S2.43, N7)."""

from __future__ import annotations

from copydesk.adapters.storage.memory import MemoryLedgerStore
from copydesk.adapters.telemetry.decision_log import NullLog
from copydesk.domain.ids import TimeMs, Wallet
from copydesk.domain.leader import LeaderKnowledge
from copydesk.domain.market import Payout
from copydesk.domain.trade import LeaderTrade, Side
from copydesk.flow.ledger.seal import open_entry
from copydesk.run.recall import recall
from tests.builders import LEADER, NO, NOON, YES, a_relation, a_trade, price
from tests.worlds import Known, run

OTHER = Wallet("0x" + "2f" * 20)
PAYOUTS = {
    YES.id: Payout(per_share=price(1), resolved_at=TimeMs(NOON + 400_000)),
    NO.id: Payout(per_share=price(0), resolved_at=TimeMs(NOON + 400_000)),
}


def history() -> list[LeaderTrade]:
    """Buys of both outcomes by two leaders, sales, and one buy after the result."""
    said = [
        (LEADER, YES, Side.BUY, 500, 0),
        (OTHER, NO, Side.BUY, 300, 60),
        (LEADER, NO, Side.BUY, 200, 120),
        (LEADER, NO, Side.SELL, 200, 180),
        (LEADER, NO, Side.BUY, 100, 240),
        (OTHER, YES, Side.BUY, 50, 900),
    ]
    return [
        a_trade(leader=leader, token=token, side=side, size=size, at_s=at, tx=f"0x{at:064x}", price="0.40")
        for leader, token, side, size, at in said
    ]


def known(records: object, at_s: int) -> list[LeaderKnowledge]:
    return [records.known(each, TimeMs(NOON + 1_000 * at_s)) for each in (LEADER, OTHER)]  # type: ignore[attr-defined]


def test_a_recalled_ledger_has_the_track_records_of_the_run() -> None:
    """The same in the run as from its ledger, whether a result was of what we held or not."""
    store = MemoryLedgerStore(open_entry)
    finished = run(store, history(), payouts=PAYOUTS)
    relation = a_relation()
    recalled = recall(store, [relation.account], "test", NullLog(), Known(PAYOUTS))
    again = known(recalled.records, 1_000)
    assert again == known(finished.pipeline.records, 1_000)
    assert [(each.trades, each.closed) for each in again] == [(4, 3), (2, 2)]


def test_several_who_follow_do_not_make_one_trade_several() -> None:
    store = MemoryLedgerStore(open_entry)
    both = (a_relation(age_max_ms=60_000), a_relation(client="you", account="theirs", age_max_ms=60_000))
    run(store, history(), relations=both)
    recalled = recall(store, ["desk", "theirs"], "test", NullLog(), Known())  # type: ignore[list-item]
    assert [each.trades for each in known(recalled.records, 1_000)] == [4, 2]
