"""A track record survives the run that made it: folded from the ledger it is what it was (S2.43, N7)."""

from __future__ import annotations

from copydesk.adapters.storage.memory import MemoryLedgerStore
from copydesk.adapters.telemetry.decision_log import NullLog
from copydesk.domain.ids import TimeMs, Wallet
from copydesk.domain.leader import LeaderKnowledge, TrackRecordRules
from copydesk.domain.market import Payout
from copydesk.domain.trade import LeaderBaseline, LeaderTrade, MarketEnded, Side
from copydesk.flow.ledger.seal import open_entry
from copydesk.run.recall import recall
from tests.builders import LEADER, NO, NOON, YES, a_relation, a_trade, price
from tests.live_worlds import Town, at, decisions
from tests.virtual_time import START_MS
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


def test_live_the_result_of_what_only_the_leader_holds_counts_and_survives_a_restart() -> None:
    """S2.43, S3.13: a skipped trade teaches as much as a copied one."""
    rules = TrackRecordRules(trades_min=1)
    baseline = LeaderBaseline(leader=LEADER, taken_at=TimeMs(START_MS), since=TimeMs(START_MS), events=(), positions=())
    shown = [(1_000, YES, "1"), (4_000, NO, "2")]
    town = Town(
        relations=(a_relation(leader=LEADER, track_record=rules),),
        poller=[(100, baseline), (3_000, MarketEnded(market=YES.market))],
        stream=[(ms, at(ms, token=token, tx="0x" + tx * 64)) for ms, token, tx in shown],
    )
    town.results.payouts[YES.id] = Payout(per_share=price(1), resolved_at=None)
    store = MemoryLedgerStore(open_entry)
    live = town.run(store, 6_000)
    seen = [made.scene.leader for made in decisions(store) if made.scene]
    assert [each and (each.trades, each.closed) for each in seen] == [(0, 0), (1, 1)]
    assert {token.id for token in live.pipeline.tokens_judged()} == {NO.id}
    again = Town(relations=town.relations, poller=[(100, baseline)]).run(store, 500)
    assert {token.id for token in again.pipeline.tokens_judged()} == {NO.id, YES.id}
