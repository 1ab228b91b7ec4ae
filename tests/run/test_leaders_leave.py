"""Leaders who leave without a sale: who holds because of them is out too, once, and nobody else (K6, C26)."""

from __future__ import annotations

from pathlib import Path

from copydesk.adapters.storage.memory import MemoryLedgerStore
from copydesk.domain.decision import Approved
from copydesk.domain.events import DecisionMade, FillBooked
from copydesk.domain.exits import ExitCause
from copydesk.domain.ids import TimeMs
from copydesk.domain.market import Payout
from copydesk.domain.trade import ActivityKind, LeaderBaseline, LeaderPositions, Side
from copydesk.flow.ledger.seal import open_entry
from tests.builders import LEADER, YES, a_trade, an_activity, price
from tests.live_worlds import Town, at, decisions
from tests.run.test_replay import a_crowd, facts, replayed
from tests.virtual_time import START_MS


def a_leader_who(kind: ActivityKind, size: str) -> list[object]:
    """A leader buys 500, others trade, and the leader gives up shares without a sale."""
    buy = a_trade(size=500, at_s=0)
    return [*a_crowd(), buy, *a_crowd(at_s=20), *a_crowd(at_s=60), an_activity(kind, size, token=YES, at_s=75)]


def sold_and_bought(folder: Path) -> tuple[int, int]:
    fills = [int(entry.fact.shares) for entry in facts(folder) if isinstance(entry.fact, FillBooked)]
    return -sum(size for size in fills if size < 0), sum(size for size in fills if size > 0)


def test_a_leader_who_moves_half_away_is_followed_out_of_half(tmp_path: Path) -> None:
    """K6, E26: a transfer is no sale, and an exit all the same."""
    replayed(tmp_path, a_leader_who(ActivityKind.TRANSFER, "250"))  # type: ignore[arg-type]
    sold, bought = sold_and_bought(tmp_path)
    assert bought > 0
    assert abs(2 * sold - bought) <= 20_000


def test_a_merge_of_all_is_followed_out_of_all(tmp_path: Path) -> None:
    """E26."""
    finished = replayed(tmp_path, a_leader_who(ActivityKind.MERGE, "500"))  # type: ignore[arg-type]
    sold, bought = sold_and_bought(tmp_path)
    assert sold == bought > 0
    (exit_made,) = [
        entry.fact.decision
        for entry in facts(tmp_path)
        if isinstance(entry.fact, DecisionMade) and entry.fact.decision.signal.exit is not None
    ]
    assert exit_made.signal.exit is not None
    assert exit_made.signal.exit.cause is ExitCause.LEADER_MERGED
    finished.pipeline.desks[exit_made.account].portfolio.check()


def test_a_redemption_is_no_exit(tmp_path: Path) -> None:
    """E5: it comes after the result, which settles what we hold."""
    replayed(tmp_path, a_leader_who(ActivityKind.REDEEM, "500"))  # type: ignore[arg-type]
    assert sold_and_bought(tmp_path)[0] == 0


def a_list(ms: int) -> tuple[int, LeaderPositions]:
    """The venue lists nothing of the leader."""
    return ms, LeaderPositions(leader=LEADER, seen_at=TimeMs(START_MS + ms), positions=())


def a_world(*lists: tuple[int, LeaderPositions]) -> Town:
    """A leader is followed, buys a second later, and then the venue lists what it lists."""
    baseline = LeaderBaseline(
        leader=LEADER, taken_at=TimeMs(START_MS), since=TimeMs(START_MS), events=(), positions=None
    )
    bought = at(900, size=500)
    town = Town(poller=[(0, baseline), (1_000, bought), *lists])
    town.shown_since = {bought.content_id: TimeMs(START_MS + 1_000)}
    return town


def test_a_leader_the_venue_lists_no_more_is_followed_out(tmp_path: Path) -> None:
    """C26, K6: two lists a minute apart, and no sale that any feed has seen."""
    store = MemoryLedgerStore(open_entry)
    a_world(a_list(20_000), a_list(50_000), a_list(81_000), a_list(150_000)).run(store, 200_000)
    entry, left = decisions(store)
    assert isinstance(entry.decision, Approved)
    assert isinstance(left.decision, Approved)
    assert (left.decision.signal.side, left.decision.shares) == (Side.SELL, entry.decision.shares)


def test_a_record_that_has_not_what_we_know_shows_nobody_leaving() -> None:
    """F37, F45: an index that is behind, or went back, lists holdings of before; found with half an hour of it."""
    store = MemoryLedgerStore(open_entry)
    world = a_world(a_list(20_000), a_list(50_000), a_list(81_000), a_list(700_000), a_list(800_000))
    world.shown_since = {}
    world.run(store, 900_000)
    assert [made.decision.signal.side for made in decisions(store)] == [Side.BUY]


def test_a_leader_whose_market_has_a_result_has_not_left() -> None:
    """E5: the shares are gone because they were redeemed."""
    store = MemoryLedgerStore(open_entry)
    world = a_world(a_list(20_000), a_list(81_000))
    world.results.payouts[YES.id] = Payout(per_share=price(1), resolved_at=None)
    world.run(store, 100_000)
    assert [made.decision.signal.side for made in decisions(store)] == [Side.BUY]


def test_what_the_baseline_excluded_is_never_opened() -> None:
    """C26: lists of what a leader holds open nothing, whatever they show."""
    store = MemoryLedgerStore(open_entry)
    baseline = LeaderBaseline(
        leader=LEADER, taken_at=TimeMs(START_MS), since=TimeMs(START_MS), events=(), positions=None
    )
    Town(poller=[(0, baseline), a_list(20_000), a_list(81_000)]).run(store, 100_000)
    assert decisions(store) == []
