"""How often an account bought, and what its leaders hold against each other, folded from its ledger (E6, E15, E22)."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from copydesk.adapters.storage.memory import MemoryLedgerStore
from copydesk.domain.decision import Approved, Skipped
from copydesk.domain.events import DecisionMade
from copydesk.domain.ids import TimeMs, Wallet
from copydesk.domain.limits import Conflict, Relation
from copydesk.domain.stance import Stance
from copydesk.domain.trade import Side
from copydesk.flow.decide.decision import decide
from copydesk.flow.ledger.seal import open_entry
from copydesk.flow.portfolio.paced import HOUR_MS, Entered, Paced
from copydesk.flow.portfolio.spending import DAY_MS
from copydesk.run.redecide import Span, Today, agree
from tests.builders import LEADER, NO, NOON, YES, a_relation, a_signal, a_snapshot, a_trade, shares, usdc
from tests.worlds import run

KEY = (LEADER, YES.id)
OTHER = Wallet("0x" + "2f" * 20)
EASY: dict[str, Any] = {"age_max_ms": 60_000, "depth_min": usdc(1), "spread_max": None, "price_moved_max_bps": None}


def test_entries_count_from_the_order_and_begin_anew_when_the_position_is_left() -> None:
    """E6: a buy on its way counts, one that bought nothing does not; the wait does not begin anew."""
    paced = Paced()
    paced.plan(KEY, NOON)
    paced.plan(KEY, TimeMs(NOON + 1))
    assert paced.by_position[KEY] == Entered(2, TimeMs(NOON + 1))
    paced.unfilled(KEY)
    assert paced.by_position[KEY] == Entered(1, TimeMs(NOON + 1))
    paced.closed(KEY, 0)
    assert paced.by_position[KEY] == Entered(0, TimeMs(NOON + 1))
    paced.closed((OTHER, YES.id), 0)
    assert (OTHER, YES.id) not in paced.by_position


@given(st.lists(st.integers(0, 3 * DAY_MS), min_size=1, max_size=200), st.sampled_from([HOUR_MS, DAY_MS]))
def test_orders_are_counted_in_any_window_up_to_a_day(steps: list[int], window: int) -> None:
    """E15: whatever was forgotten was older; what lies exactly a window back is over."""
    paced, times = Paced(), sorted(NOON + step for step in steps)
    for at in times:
        paced.plan(KEY, TimeMs(at))
    now = times[-1]
    assert paced.since(TimeMs(now - window)) == sum(at > now - window for at in times)


def test_a_clock_that_goes_back_hides_no_order() -> None:
    paced = Paced()
    paced.plan(KEY, NOON)
    paced.plan(KEY, TimeMs(NOON - DAY_MS))
    assert paced.since(TimeMs(NOON - HOUR_MS)) == 2


def decided(trades: list[Any], *relations: Relation) -> tuple[MemoryLedgerStore, list[str]]:
    store = MemoryLedgerStore(open_entry)
    run(store, trades, relations=relations)
    made = [entry.fact.decision for _, entry in store.entries() if isinstance(entry.fact, DecisionMade)]
    return store, ["copied" if isinstance(each, Approved) else str(each.reason) for each in made]


def a_buy(number: int, at_s: int, **said: Any) -> Any:
    return a_trade(size=500, tx=f"0x{number:064x}", at_s=at_s, **said)


def test_the_fold_counts_what_the_gates_look_at() -> None:
    """E6, E15: in a run, and again to the byte from its ledger."""
    buys = [a_buy(1, 0), a_buy(2, 30), a_buy(3, 60)]
    for limits, reasons in (
        ({"orders_hour_max": 2}, ["copied", "copied", "orders_hour"]),
        ({"orders_day_max": 1}, ["copied", "orders_day", "orders_day"]),
        ({"entries_max": 1}, ["copied", "add_on", "add_on"]),
        ({"repeat_after_ms": 60_000}, ["copied", "repeat", "copied"]),
    ):
        relation = a_relation(**(EASY | limits))
        store, found = decided(buys, relation)
        assert found == reasons
        assert agree(store, Today((relation,), is_halted=False), Span(None, None)).identical == len(reasons)


def test_leaders_against_each_other_are_known_from_what_was_decided() -> None:
    """E22, E23: a sale ends a stance, and so does a trade of another leader begin one."""
    trades = [
        a_buy(1, 0),
        a_buy(2, 30, leader=OTHER, token=NO, price="0.55"),
        a_buy(3, 60),
        a_buy(4, 90, side=Side.SELL),
        a_buy(5, 100, side=Side.SELL),
        a_buy(6, 150, leader=OTHER, token=NO, price="0.55"),
    ]
    sold = "nothing_held"
    for limits, reasons in (
        ({"conflict": Conflict.FIRST}, ["copied", "conflict", "copied", "copied", "copied", "copied"]),
        ({"conflict": Conflict.NONE}, ["copied", "conflict", "conflict", "copied", "copied", "copied"]),
        ({"consensus_min": 2}, ["consensus", "consensus", "consensus", sold, sold, "consensus"]),
    ):
        relation = a_relation(**(EASY | limits))
        store, found = decided(trades, relation)
        assert found == reasons
        assert agree(store, Today((relation,), is_halted=False), Span(None, None)).identical == len(reasons)


def test_the_second_of_two_who_agree_is_copied() -> None:
    """E23."""
    _, found = decided([a_buy(1, 0), a_buy(2, 30, leader=OTHER)], a_relation(**(EASY | {"consensus_min": 2})))
    assert found == ["consensus", "copied"]


def test_under_net_only_the_part_that_is_left_is_copied() -> None:
    """E22: 40 dollars for it, 30 against: a quarter of the stake."""
    against = {(OTHER, NO.id): Stance(shares(50), usdc(30), NOON, NOON)}
    netting = a_relation(conflict=Conflict.NET)
    made = decide(a_signal(), a_snapshot(stances=against), netting)
    assert isinstance(made, Approved)
    assert [(line.rule, line.amount) for line in made.sizing[:2]] == [
        ("fixed stake", 25_000_000),
        ("net of the leaders", 6_250_000),
    ]
    assert isinstance(decide(a_signal(size=75), a_snapshot(stances=against), netting), Skipped)
