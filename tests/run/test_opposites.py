"""What an inverse relation needs of the other outcome is fetched before its decision, and only where one is inverse."""

from __future__ import annotations

from pathlib import Path

import msgspec

from copydesk.domain.decision import Approved
from copydesk.domain.ids import TimeMs
from copydesk.domain.market import Market
from copydesk.domain.trade import LeaderBaseline, Token
from copydesk.run.opposites import Opposites
from tests.builders import LEADER, NO, YES, a_market, a_relation
from tests.live_worlds import Fetched, Town, at, decisions
from tests.virtual_time import START_MS, run_virtual
from tests.worlds import a_store


class Both(Fetched):
    """Markets whose two outcomes are known once they are fetched."""

    def market(self, token: Token) -> Market:
        """As `MarketDirectory.market`."""
        market = super().market(token)
        outcomes = ((YES.id, "Yes"), (NO.id, "No")) if token.id in self.ready else ()
        return msgspec.structs.replace(market, outcomes=outcomes)


def test_the_other_outcome_is_fetched_after_the_leaders_own() -> None:
    """E7: which it is, its rules, its book."""
    both = Both(takes_ms=100)
    opposites = Opposites(both, both, lambda: True)
    assert not opposites.is_ready(YES)
    run_virtual(opposites.prepare(YES))
    assert both.ready == {YES.id, NO.id}
    assert opposites.is_ready(YES)


def test_nothing_is_fetched_where_no_relation_is_inverse() -> None:
    both = Both()
    assert Opposites(both, both, lambda: False).is_ready(YES)


def test_a_market_without_an_opposite_leaves_nothing_to_wait_for() -> None:
    one = Fetched()
    one.ready.add(YES.id)
    assert Opposites(one, one, lambda: True).is_ready(YES)
    assert a_market().opposite(YES) is None


def test_an_inverse_relation_copies_live(tmp_path: Path) -> None:
    """E7: a live buy of Yes becomes a buy of No, on the book of No."""
    both = Both()
    both.ready |= {YES.id, NO.id}
    relation = a_relation(leader=LEADER, is_inverse=True, price_moved_max_bps=None)
    baseline = LeaderBaseline(
        leader=LEADER, taken_at=TimeMs(START_MS), since=TimeMs(START_MS - 1), events=(), positions=None
    )
    town = Town(relations=(relation,), fetched=both, poller=[(0, baseline)], stream=[(100, at(50, price="0.60"))])
    store = a_store(tmp_path)
    town.run(store)
    (made,) = decisions(store)
    assert isinstance(made.decision, Approved)
    assert (made.decision.signal.token.id, made.decision.signal.opposite_of) == (NO.id, YES)
