"""Small copies over a run: each signal is one decision, and the ledger knows what is put aside (E14, I12, I20)."""

from __future__ import annotations

from pathlib import Path

from copydesk.domain.decision import Approved
from copydesk.domain.events import DecisionMade
from copydesk.domain.ids import Wallet
from copydesk.domain.limits import BelowMinimum
from copydesk.domain.refusal import Reason
from copydesk.domain.trade import LeaderTrade, Side
from copydesk.flow.portfolio.fold import fold
from copydesk.run.redecide import Span, Today, agree
from tests.builders import LEADER, a_relation, a_trade, usdc
from tests.worlds import a_store, run

CROWD = Wallet("0x" + "3e" * 20)
ADDING_UP = (a_relation(leader=LEADER, age_max_ms=60_000, fixed=usdc("0.9"), below_minimum=BelowMinimum.ACCUMULATE),)


def four_buys() -> list[LeaderTrade]:
    """A book, and a leader who buys four times, each in a scan window of its own."""
    prints = [
        a_trade(leader=CROWD, size=4_000, price="0.40" if side is Side.BUY else "0.39", side=side, at_s=at_s,
                tx=f"0x9{at_s}{side}")
        for at_s in (-60, 10, 30, 50)
        for side in (Side.BUY, Side.SELL)
    ]  # fmt: skip
    return [*prints, *[a_trade(size=500 + number, at_s=20 * number, tx=f"0x{number}") for number in range(4)]]


def test_copies_that_are_put_aside_are_one_decision_each_and_live_in_the_ledger(tmp_path: Path) -> None:
    """I20, I12, N7: two are put aside, the third is ordered with them, the fourth begins anew."""
    store = a_store(tmp_path)
    try:
        finished = run(store, four_buys(), relations=ADDING_UP)
        entries = [entry for _, entry in store.entries()]
        made = [entry.fact.decision for entry in entries if isinstance(entry.fact, DecisionMade)]
        aside = Reason.PUT_ASIDE
        outcomes = ["ordered" if isinstance(each, Approved) else each.reason for each in made]
        assert outcomes == [aside, aside, "ordered", aside]
        (desk,) = finished.pipeline.desks.values()
        assert [rest.amount for rest in desk.portfolio.rests.values()] == [usdc("0.9")]
        assert fold(entries).dump() == desk.portfolio.dump()
        again = agree(store, Today(ADDING_UP, is_halted=False), Span(None, None))
        assert (again.decisions, again.identical) == (4, 4)
    finally:
        store.close()
