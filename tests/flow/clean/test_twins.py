"""Trades that look like one just seen: held until the venue's record shows which it is, a new one or the same (F31)."""

from __future__ import annotations

import msgspec

from copydesk.domain.ids import EventId, TimeMs
from copydesk.domain.trade import LeaderTrade, Side
from copydesk.flow.clean.twins import NEAR_MS, SETTLED_MS, Twins
from tests.builders import NOON, a_trade

HOLD_MS = 30_000
Shown = dict[EventId, TimeMs]


def alike(number: int, after_ms: int = 0, side: Side = Side.BUY) -> LeaderTrade:
    """The same trade every time, under the transaction of that number."""
    trade = a_trade(tx=f"0x{number:064x}", side=side)
    return msgspec.structs.replace(trade, happened_at=TimeMs(NOON + after_ms))


def at(ms: int) -> TimeMs:
    return TimeMs(NOON + ms)


def twins(shown: Shown) -> Twins:
    return Twins(shown.get, HOLD_MS)


def test_of_three_alike_the_first_may_have_come_twice() -> None:
    """I1, I22: once the second is known as the first, settled anew, the third is held against it and is its own."""
    first, again, another = alike(1), alike(2, 3_000), alike(3, 9_000)
    shown: Shown = {}
    kind = twins(shown)
    assert [kind.holds(first, at(100)), kind.holds(again, at(3_100)), kind.holds(another, at(9_100))] == [
        False,
        True,
        True,
    ]
    shown.update(dict.fromkeys((again.content_id, another.content_id), at(10_000)))
    verdicts = kind.judge(at(10_000))
    assert [held.trade for held in verdicts.same] == [again]
    assert verdicts.own == [another]


def test_a_new_trade_like_one_that_was_settled_anew_is_its_own() -> None:
    """I22: the same, with the third coming only after the second was judged; it was lost then."""
    first, again, another = alike(1), alike(2, 3_000), alike(3, 9_000)
    shown: Shown = {again.content_id: at(6_000)}
    kind = twins(shown)
    kind.holds(first, at(100))
    kind.holds(again, at(3_100))
    assert [held.trade for held in kind.judge(at(6_000)).same] == [again]
    assert kind.holds(another, at(9_100))
    shown.update(dict.fromkeys((again.content_id, another.content_id), at(10_000)))
    assert kind.judge(at(10_000)).own == [another]


def test_a_twin_of_a_trade_that_was_held_itself_is_the_same() -> None:
    """I1: the second is a trade of its own, the third is the second, settled anew; both were let go."""
    first, second, again = alike(1), alike(2, 4_000), alike(3, 7_000)
    shown: Shown = {first.content_id: at(9_000)}
    kind = twins(shown)
    kind.holds(first, at(100))
    assert kind.holds(second, at(4_100))
    assert kind.holds(again, at(7_100))
    shown[first.content_id] = at(100 + SETTLED_MS)
    verdicts = kind.judge(at(11_000))
    assert (verdicts.own, verdicts.same, len(kind)) == ([second], [], 1)
    shown[again.content_id] = at(12_000)
    (same,) = kind.judge(at(12_000)).same
    assert (same.trade, same.earlier) == (again, second)


def test_an_exit_is_held_however_late_it_is_seen() -> None:
    """C10, F33: an entry is not copied at that age, an exit is, and would be twice."""
    first, again = alike(1, side=Side.SELL), alike(2, 3_000, side=Side.SELL)
    kind = twins({})
    kind.holds(first, at(100))
    assert kind.holds(again, at(HOLD_MS + 10_000))


def test_what_counts_is_how_far_apart_trades_happened_not_when_they_were_seen() -> None:
    """I22: after an outage the second is seen minutes later."""
    kind = twins({})
    kind.holds(alike(1), at(100))
    assert kind.holds(alike(2, 3_000), at(600_000))
    assert not kind.holds(alike(3, 3_000 + NEAR_MS + 1_000), at(600_000))


def test_a_trade_of_an_earlier_run_is_remembered() -> None:
    """I22, S0.20: see also the recalling of a ledger."""
    kind = twins({})
    kind.recall(alike(1), at(100))
    assert not kind.holds(alike(1), at(2_000))
    assert kind.holds(alike(2, 3_000), at(60_000))
