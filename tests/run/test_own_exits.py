"""Our own exits over time: prints and hours bring them, each position is closed once, all of it can be redone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from copydesk.adapters.storage.memory import MemoryLedgerStore
from copydesk.domain.decision import Approved, Decision
from copydesk.domain.events import DecisionMade, FillBooked
from copydesk.domain.exits import ExitCause, Exits
from copydesk.domain.ids import TimeMs
from copydesk.domain.limits import Relation
from copydesk.domain.trade import LeaderBaseline, Sighting
from copydesk.flow.ledger.seal import open_entry
from copydesk.run.redecide import Span, Today, agree
from tests.builders import LEADER, NOON, a_relation, a_trade
from tests.live_worlds import Town, at, decisions
from tests.run.test_replay import DESK, a_crowd, facts, replayed
from tests.virtual_time import START_MS
from tests.worlds import a_store, heads


def relations(**exits: Any) -> tuple[Relation, ...]:
    return (a_relation(leader=LEADER, age_max_ms=60_000, exits=Exits(**exits)),)


def a_story(*later: Sighting) -> list[Sighting]:
    """A leader buys at 40 cents among others, and then what is said."""
    return [*a_crowd(), a_trade(size=500, at_s=0), *a_crowd(at_s=20), *later]


def own(folder: Path) -> list[Decision]:
    """The decisions about exits of our own."""
    made = [entry.fact.decision for entry in facts(folder) if isinstance(entry.fact, DecisionMade)]
    return [decision for decision in made if decision.signal.exit is not None]


def causes(folder: Path) -> list[ExitCause]:
    return [decision.signal.exit.cause for decision in own(folder) if decision.signal.exit is not None]


def held(folder: Path) -> int:
    return sum(int(entry.fact.shares) for entry in facts(folder) if isinstance(entry.fact, FillBooked))


STOP = relations(stop_loss_bps=1_200)
FALL = a_crowd(cents=33, at_s=60)


def test_a_print_below_the_stop_sells_everything_once(tmp_path: Path) -> None:
    """S2.21, C27: the price falls to 33 cents and stays; the position is closed once."""
    finished = replayed(tmp_path, a_story(*FALL, *a_crowd(cents=33, at_s=90)), relations=STOP)
    assert causes(tmp_path) == [ExitCause.STOP_LOSS]
    assert held(tmp_path) == 0
    finished.pipeline.desks[DESK].portfolio.check()


def test_the_same_story_without_the_stop_is_held(tmp_path: Path) -> None:
    """S2.21: `balanced` only mirrors."""
    replayed(tmp_path, a_story(*FALL), relations=relations())
    assert causes(tmp_path) == []
    assert held(tmp_path) > 0


def test_a_halted_desk_still_sells_by_its_stop(tmp_path: Path) -> None:
    """I18: bought before the halt, sold during it."""
    replayed(tmp_path, a_story(), relations=relations())
    assert held(tmp_path) > 0
    replayed(tmp_path, [*a_crowd(at_s=59), *FALL], relations=STOP, is_halted=True, version="halted")
    assert held(tmp_path) == 0


def test_an_hour_is_long_enough_if_the_settings_say_so(tmp_path: Path) -> None:
    """S2.21: nothing but time brings it, a minute after the last print at the latest."""
    replayed(tmp_path, a_story(), relations=relations(hold_max_ms=30_000))
    (decision,) = own(tmp_path)
    assert decision.signal.exit is not None
    assert decision.signal.exit.cause is ExitCause.HOLD_MAX


def test_the_time_exit_comes_before_the_market_ends(tmp_path: Path) -> None:
    """C25: the builders' market ends a day after noon; the exit is decided 4 h before that, to the millisecond."""
    replayed(tmp_path, a_story(), relations=relations(before_end_ms=4 * 3_600_000))
    decision = own(tmp_path)[0]
    assert decision.signal.exit is not None
    assert decision.signal.exit.cause is ExitCause.TIME_EXIT
    assert decision.decided_at == NOON + 20 * 3_600_000


def test_exits_without_a_bid_are_tried_again_and_given_up(tmp_path: Path) -> None:
    """K6: twenty hours after the last print nobody knows a bid; three refusals, each wait twice the last."""
    replayed(tmp_path, a_story(), relations=relations(before_end_ms=14_400_000, retries_max=2, retry_after_ms=5_000))
    first, second, third = own(tmp_path)
    assert not isinstance(first, Approved)
    assert second.decided_at - first.decided_at == 10_000
    assert third.decided_at - second.decided_at == 20_000


def test_own_exits_replay_to_the_same_ledger_and_are_decided_again_alike(tmp_path: Path) -> None:
    """I36, N7, S2.41."""
    story = a_story(*FALL)
    one = replayed(tmp_path, story, "one", relations=STOP)
    assert heads(one) == heads(replayed(tmp_path, story, "two", relations=STOP))
    store = a_store(tmp_path, "one")
    agreement = agree(store, Today(STOP, is_halted=False), Span(None, None))
    assert agreement.identical == agreement.decisions > 1
    off = agree(store, Today(relations(), is_halted=False), Span(None, None))
    store.close()
    assert off.changed == 1


def test_a_live_desk_sells_by_its_stop_within_a_second() -> None:
    """S2.21, S2.22: no print comes, the price is looked at all the same; stopping does not wait for the next look."""
    store = MemoryLedgerStore(open_entry)
    baseline = LeaderBaseline(
        leader=LEADER, taken_at=TimeMs(START_MS), since=TimeMs(START_MS), events=(), positions=None
    )
    town = Town(poller=[(0, baseline), (1_000, at(900, size=500))], relations=relations(stop_loss_bps=100))
    town.run(store, 20_000)
    entry, out = decisions(store)
    assert isinstance(out.decision, Approved)
    assert out.decision.signal.exit is not None
    assert out.decision.signal.exit.cause is ExitCause.STOP_LOSS
    assert out.decision.decided_at - entry.decision.decided_at < 3_000
