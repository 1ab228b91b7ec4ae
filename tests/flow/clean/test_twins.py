"""Trades that look like one just seen: held until the venue's record shows which it is, a new one or the same (F31)."""

from __future__ import annotations

import msgspec

from copydesk.domain.ids import EventId, TimeMs
from copydesk.domain.trade import LeaderTrade, Side
from copydesk.flow.clean.twins import ANSWERS, NEAR_MS, SETTLED_MS, Held, Twins, Verdicts
from tests.builders import NOON, a_trade

HOLD_MS = 30_000


def alike(number: int, after_ms: int = 0, side: Side = Side.BUY) -> LeaderTrade:
    """The same trade every time, under the transaction of that number."""
    trade = a_trade(tx=f"0x{number:064x}", side=side)
    return msgspec.structs.replace(trade, happened_at=TimeMs(NOON + after_ms))


def _nothing(event: EventId) -> TimeMs | None:
    return None


def at(ms: int) -> TimeMs:
    return TimeMs(NOON + ms)


class Record:
    """The venue's own record: which answers had what."""

    def __init__(self) -> None:
        self.asked_at: dict[EventId, TimeMs] = {}
        self.kind = Twins(self.asked_at.get, HOLD_MS)

    def answers(self, ms: int, *trades: LeaderTrade) -> Verdicts:
        """An answer with these trades comes, and the held ones are judged."""
        self.asked_at.update(dict.fromkeys((trade.content_id for trade in trades), at(ms)))
        return self.kind.judge(at(ms))

    def sees(self, trade: LeaderTrade, ms: int) -> bool:
        """Whether the trade is held."""
        return self.kind.holds(trade, at(ms))

    def same(self, begin_ms: int, *trades: LeaderTrade) -> list[Held]:
        """Those of which the last of so many equal answers tells that they are an earlier one."""
        told = [self.answers(begin_ms + 2_000 * number, *trades) for number in range(ANSWERS)]
        assert not any(verdicts.same for verdicts in told[:-1])
        return told[-1].same


def test_of_three_alike_the_first_may_have_come_twice() -> None:
    """I1, I22: once the second is known as the first, settled anew, the third is held against it and is its own."""
    first, again, another = alike(1), alike(2, 3_000), alike(3, 9_000)
    record = Record()
    assert [record.sees(first, 100), record.sees(again, 3_100), record.sees(another, 9_100)] == [False, True, True]
    for number in range(ANSWERS - 1):
        assert record.answers(10_000 + number, again, another) == Verdicts([], [])
    verdicts = record.answers(16_000, again, another)
    assert [held.trade for held in verdicts.same] == [again]
    assert verdicts.own == [another]


def test_a_new_trade_like_one_that_was_settled_anew_is_its_own() -> None:
    """I22: the same, with the third coming only after the second was judged; it was lost then."""
    first, again, another = alike(1), alike(2, 3_000), alike(3, 12_000)
    record = Record()
    record.sees(first, 100)
    record.sees(again, 3_100)
    assert [held.trade for held in record.same(6_000, again)] == [again]
    assert record.sees(another, 12_100)
    assert record.answers(13_000, again, another).own == [another]


def test_a_twin_of_a_trade_that_was_held_itself_is_the_same() -> None:
    """I1: the second is a trade of its own, the third is the second, settled anew; both were let go."""
    first, second, again = alike(1), alike(2, 4_000), alike(3, 7_000)
    record = Record()
    record.sees(first, 100)
    assert record.sees(second, 4_100)
    assert record.sees(again, 7_100)
    assert record.answers(100 + SETTLED_MS, first) == Verdicts([second], [])
    (same,) = record.same(12_000, again)
    assert (same.trade, same.earlier) == (again, second)


def test_an_answer_that_leaves_out_rows_loses_no_trade() -> None:
    """F38, I22: an exit was lost, because one answer had it and not an equal one before it."""
    first, second = alike(1, side=Side.SELL), alike(2, 5_000, side=Side.SELL)
    record = Record()
    record.sees(first, 100)
    assert record.sees(second, 5_100)
    for number in range(ANSWERS - 1):
        assert record.answers(6_000 + number, second) == Verdicts([], [])
    assert record.answers(9_500, first, second).own == [second]


def test_an_exit_is_held_however_late_it_is_seen() -> None:
    """C10, F33: an entry is not copied at that age, an exit is, and would be twice."""
    first, again = alike(1, side=Side.SELL), alike(2, 3_000, side=Side.SELL)
    kind = Twins(_nothing, HOLD_MS)
    kind.holds(first, at(100))
    assert kind.holds(again, at(HOLD_MS + 10_000))


def test_what_counts_is_how_far_apart_trades_happened_not_when_they_were_seen() -> None:
    """I22: after an outage the second is seen minutes later."""
    kind = Twins(_nothing, HOLD_MS)
    kind.holds(alike(1), at(100))
    assert kind.holds(alike(2, 3_000), at(600_000))
    assert not kind.holds(alike(3, 3_000 + NEAR_MS + 1_000), at(600_000))


def test_a_trade_of_an_earlier_run_is_remembered() -> None:
    """I22, S0.20: see also the recalling of a ledger."""
    kind = Twins(_nothing, HOLD_MS)
    kind.recall(alike(1), at(100))
    assert not kind.holds(alike(1), at(2_000))
    assert kind.holds(alike(2, 3_000), at(60_000))
