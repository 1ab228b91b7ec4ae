"""A stop that only a person lifts is in the ledger of the run that it stopped, and decided again it is the same."""

from __future__ import annotations

from typing import Any

import pytest

from copydesk.adapters.storage.memory import MemoryLedgerStore
from copydesk.domain.control import Halted, HaltSource, LeaderCutOff
from copydesk.domain.decision import Approved
from copydesk.domain.events import DecisionMade
from copydesk.domain.ids import TimeMs
from copydesk.domain.market import Payout
from copydesk.domain.refusal import Reason
from copydesk.domain.trade import Side
from copydesk.flow.ledger.seal import open_entry
from copydesk.run.redecide import Span, Today, agree
from tests.builders import NO, NOON, YES, a_relation, a_trade, price, usdc
from tests.worlds import run

EASY: dict[str, Any] = {"age_max_ms": 60_000, "depth_min": usdc(1), "spread_max": None, "price_moved_max_bps": None}
LOST = {YES.id: Payout(per_share=price(0), resolved_at=TimeMs(NOON + 100_000))}


@pytest.mark.parametrize(
    ("limits", "reasons", "kind"),
    [
        ({"leader_losses_max": 1}, (Reason.LEADER_LOSSES, Reason.LEADER_CUT_OFF), LeaderCutOff),
        ({"weekly_loss_max_bps": 100}, (Reason.WEEKLY_LOSS, Reason.HALTED), Halted),
        ({"daily_loss_max_bps": 100}, (Reason.DAILY_LOSS, Reason.DAILY_LOSS), None),
    ],
)
def test_after_a_bad_result_the_stop_is_held_by_its_fact_and_exits_go_on(
    limits: dict[str, Any], reasons: tuple[Reason, Reason], kind: type | None
) -> None:
    """S2.10-S2.12, C28, N7: bought, lost; the next entries are refused, what is held otherwise is sold."""
    trades = [
        a_trade(size=500, tx="0x" + "1" * 64),
        a_trade(size=900, tx="0x" + "2" * 64, at_s=30, token=NO, price="0.55"),
        a_trade(size=500, tx="0x" + "3" * 64, at_s=200, token=NO, price="0.55"),
        a_trade(size=500, tx="0x" + "4" * 64, at_s=300, token=NO, price="0.55"),
        a_trade(size=300, tx="0x" + "5" * 64, at_s=400, token=NO, price="0.55", side=Side.SELL),
    ]
    relation, store = a_relation(**EASY, **limits), MemoryLedgerStore(open_entry)
    run(store, trades, relations=(relation,), payouts=LOST)
    facts = [entry.fact for _, entry in store.entries()]
    made = [fact.decision for fact in facts if isinstance(fact, DecisionMade)]
    assert [isinstance(each, Approved) for each in made] == [True, True, False, False, True]
    assert tuple(each.checks[-1].reason for each in made[2:4]) == reasons
    held = [fact for fact in facts if isinstance(fact, Halted | LeaderCutOff)]
    assert [(type(fact), fact.source) for fact in held] == ([(kind, HaltSource.LOSS)] if kind else [])
    agreement = agree(store, Today((relation,), is_halted=False), Span(None, None))
    assert agreement.identical == agreement.decisions == 5
