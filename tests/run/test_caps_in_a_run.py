"""Caps over a whole run: what is on its way counts as much as what is held (I17)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from copydesk.domain.decision import Approved, Decision, Skipped
from copydesk.domain.events import DecisionMade
from copydesk.domain.ids import Wallet
from copydesk.domain.limits import CorrelatedGroup
from copydesk.domain.refusal import Reason
from copydesk.domain.trade import LeaderTrade, Side
from tests.builders import LEADER, NO, YES, a_relation, a_trade
from tests.worlds import a_store, run

CROWD = Wallet("0x" + "3e" * 20)


def two_buys_at_once() -> list[LeaderTrade]:
    """A book, and a leader who buys both outcomes within one scan window: both are decided before either order ends."""
    prints = [
        a_trade(leader=CROWD, size=4_000, price="0.40" if side is Side.BUY else "0.39", side=side, at_s=-60,
                token=token, tx=f"0x9{side}{token.id}")
        for side in (Side.BUY, Side.SELL)
        for token in (YES, NO)
    ]  # fmt: skip
    return [*prints, a_trade(size=500), a_trade(size=500, token=NO, tx="0x2", at_s=1)]


def decided(folder: Path, **limits: Any) -> list[Decision]:
    """What a run made of the two buys."""
    store = a_store(folder)
    try:
        run(store, two_buys_at_once(), relations=(a_relation(leader=LEADER, age_max_ms=60_000, **limits),))
        return [entry.fact.decision for _, entry in store.entries() if isinstance(entry.fact, DecisionMade)]
    finally:
        store.close()


def test_a_position_whose_order_is_on_its_way_takes_the_place_of_the_next(tmp_path: Path) -> None:
    """I17, S3.20: with room for one position the second buy is refused although nothing has been filled yet."""
    first, second = decided(tmp_path, positions_max=1)
    assert isinstance(first, Approved)
    assert isinstance(second, Skipped)
    assert second.reason is Reason.POSITIONS_OPEN
    assert (second.checks[-1].seen, second.checks[-1].limit) == (1, 1)


def test_a_group_of_words_in_the_settings_binds_the_orders_of_a_run(tmp_path: Path) -> None:
    """N17: both outcomes are about rain; the first order leaves the second too little."""
    rain = CorrelatedGroup(name="wet", words=(" rain ",), most=None, bps=250)
    first, second = decided(tmp_path, groups=(rain,))
    assert isinstance(first, Approved)
    assert isinstance(second, Skipped)
    assert second.reason is Reason.CAP_GROUP


def test_a_day_that_is_spent_buys_no_more(tmp_path: Path) -> None:
    """Daily spend counts what orders on their way may cost."""
    first, second = decided(tmp_path, day_bps=250)
    assert isinstance(first, Approved)
    assert isinstance(second, Skipped)
    assert second.reason is Reason.CAP_DAY


def test_an_event_that_no_record_tells_refuses_where_its_cap_is_set(tmp_path: Path) -> None:
    """K20: the recorded token has no event."""
    assert [getattr(each, "reason", None) for each in decided(tmp_path, event_bps=9_000)] == [Reason.CAP_EVENT] * 2
