"""An equal share over a live change: the list of leaders changes, and the next stake is divided anew (S0.23)."""

from __future__ import annotations

from copydesk.adapters.storage.memory import MemoryLedgerStore
from copydesk.domain.ids import TimeMs, Wallet
from copydesk.domain.limits import AmountMode
from copydesk.domain.trade import LeaderBaseline
from copydesk.flow.ledger.seal import open_entry
from tests.builders import LEADER, a_relation, micros
from tests.live_worlds import Town, at, decisions, rules
from tests.virtual_time import START_MS

OTHER = Wallet("0x" + "2f" * 20)
HOUR_MS = 3_600_000


def a_baseline(leader: Wallet) -> LeaderBaseline:
    start = TimeMs(START_MS)
    return LeaderBaseline(leader=leader, taken_at=start, since=TimeMs(start - HOUR_MS), events=(), positions=None)


def test_an_equal_share_is_divided_anew_when_the_list_of_leaders_changes() -> None:
    """S0.23: 60 % of 1,000 in ten parts: 60 for one leader, 30 for each of two, 60 again when one is let go."""
    said = {"mode": AmountMode.EQUAL, "total_bps": 6_000}
    one = [a_relation(leader=LEADER, **said)]
    both = [*one, a_relation(leader=OTHER, **said)]
    store = MemoryLedgerStore(open_entry)
    town = Town(
        relations=one,
        poller=[
            (0, a_baseline(LEADER)),
            (1_000, at(900)),
            (6_000, a_baseline(OTHER)),
            (9_000, at(8_900, tx="0x2", size=110)),
            (25_000, at(24_900, tx="0x3", size=120)),
        ],
        changes={3_000: rules(both, "second"), 15_000: rules(one, "third")},
    )
    town.run(store, ms=30_000)
    stakes = {
        made.decision.signal.seen_at: line.amount
        for made in decisions(store)
        for line in made.decision.sizing
        if line.rule == "one stake of it"
    }
    assert list(stakes.values()) == [micros(60), micros(30), micros(60)]
