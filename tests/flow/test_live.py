"""A pipeline whose world goes on: what one sighting costs does not depend on how many follow its leader (S0.4, L4)."""

from __future__ import annotations

from collections import UserDict

from copydesk.adapters.paper.model import FillModel
from copydesk.adapters.paper.venue import PaperVenue
from copydesk.adapters.storage.memory import MemoryLedgerStore
from copydesk.adapters.telemetry.decision_log import NullLog
from copydesk.domain.ids import AccountId, ClientId, TimeMs
from copydesk.domain.limits import Relation
from copydesk.domain.trade import LeaderBaseline
from copydesk.flow.desk import Desk, Plugs
from copydesk.flow.ledger.seal import Sealer, open_entry
from copydesk.flow.live import LivePipeline
from copydesk.flow.portfolio.fold import Portfolio
from tests.builders import LEADER, NOON, a_relation, a_trade
from tests.live_worlds import Fetched, Results, rules


class Counted(UserDict[object, TimeMs]):
    """A table that counts how often somebody looks into it."""

    looks = 0

    def get(self, key: object, default: TimeMs | None = None) -> TimeMs | None:  # type: ignore[override]
        self.looks += 1
        return super().get(key, default)


def relations(count: int) -> list[Relation]:
    return [
        a_relation(leader=LEADER, client=ClientId(f"client-{n}"), account=AccountId(f"desk-{n}")) for n in range(count)
    ]


def a_pipeline(count: int) -> LivePipeline:
    """A pipeline with so many followers of one leader."""
    fetched, results = Fetched(), Results()
    plugs = Plugs(
        fetched,
        results,
        fetched,
        PaperVenue(fetched, fetched, FillModel(), results),
        MemoryLedgerStore(open_entry),
        NullLog(),
    )
    followers = relations(count)
    desks = {each.account: Desk(each.account, Portfolio(), Sealer(each.account)) for each in followers}
    return LivePipeline(plugs, rules(followers), desks, 0, {}, lambda _: False)


def a_baseline(since: int) -> LeaderBaseline:
    return LeaderBaseline(leader=LEADER, taken_at=NOON, since=TimeMs(since), events=(), positions=None)


def test_a_sighting_looks_at_no_follower() -> None:
    """L4: ten thousand followers made every sighting, new or not, cost milliseconds of looking from when on it counts.

    And the feeds were told whom to follow by looking at every follower once for every follower.
    """
    pipeline = a_pipeline(500)
    pipeline.begin(a_baseline(NOON - 1_000), NOON)
    pipeline._since = counted = Counted(pipeline._since)  # type: ignore[arg-type,assignment]
    for n in range(50):
        pipeline.see(a_trade(tx=f"0x{n:064x}", at_s=-3_600), NOON)
    assert pipeline.tally.duplicates == 50
    assert counted.looks == 500
    assert pipeline.leaders() == (LEADER,)


def test_from_when_on_a_leader_is_known_follows_who_follows() -> None:
    """S0.16, S0.20: remembering the answer must not outlive it."""
    pipeline = a_pipeline(2)
    assert pipeline.known_since(LEADER) is None
    pipeline.begin(a_baseline(NOON - 1_000), NOON)
    assert pipeline.known_since(LEADER) == NOON - 1_000
    pipeline.follow(rules(relations(3)))
    assert pipeline.known_since(LEADER) == NOON - 1_000
    pipeline.follow(rules(()))
    assert pipeline.known_since(LEADER) is None
    pipeline.follow(rules(relations(1)))
    assert pipeline.known_since(LEADER) is None
    pipeline.begin(a_baseline(NOON + 5_000), TimeMs(NOON + 6_000))
    assert pipeline.known_since(LEADER) == NOON + 5_000
