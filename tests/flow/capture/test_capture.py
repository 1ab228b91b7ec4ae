"""Capture: several ordered feeds are one ordered stream, and every row is counted once."""

from __future__ import annotations

from copydesk.domain.trade import LeaderTrade, RowRefused
from copydesk.flow.capture.merge import in_order
from copydesk.flow.capture.tally import SHOWN_MAX, Tally
from tests.builders import a_trade
from tests.worlds import Listed


def a_refusal(line: int = 1) -> RowRefused:
    """A row with a price above one."""
    return RowRefused(reason="price", file="rows.csv", line=line, found="1.5", allowed="between 0 and 1")


def test_feeds_are_merged_in_order_of_time_whatever_their_order() -> None:
    """F32, S4.2: which feed comes first decides nothing."""
    one = Listed([a_trade(at_s=second, tx=f"0x{second}") for second in (1, 4, 5)])
    other = Listed([a_trade(at_s=second, tx=f"0x{second}") for second in (2, 3, 6)])
    merged = [event for event in in_order([one, other]) if isinstance(event, LeaderTrade)]
    assert merged == list(in_order([other, one]))
    assert [trade.happened_at for trade in merged] == sorted(trade.happened_at for trade in merged)


def test_refusals_pass_through_a_merge() -> None:
    """K24: a refused row is not lost between feeds."""
    feeds = [Listed([a_refusal(1), a_trade()]), Listed([a_refusal(2)])]
    assert sum(isinstance(each, RowRefused) for each in in_order(feeds)) == 2


def test_rows_read_is_always_the_sum_of_its_parts() -> None:
    """I20: moving events to duplicates keeps the sum."""
    tally = Tally()
    tally.events, tally.duplicates = 5, 2
    tally.refuse(a_refusal())
    assert tally.rows_read == 8
    tally.known(3)
    assert (tally.rows_read, tally.events, tally.duplicates) == (8, 2, 5)


def test_only_the_first_refusals_are_kept_but_all_are_counted() -> None:
    """I26: a file of rubbish does not fill the memory."""
    tally = Tally()
    for line in range(SHOWN_MAX * 3):
        tally.refuse(a_refusal(line))
    assert len(tally.shown) == SHOWN_MAX
    assert tally.refused["price"] == SHOWN_MAX * 3
