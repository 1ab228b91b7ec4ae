"""From an approval to an order: one intent for each account, signal and leg, with the reserve it was approved with."""

from __future__ import annotations

from copydesk.domain.decision import Approved
from copydesk.domain.ids import intent_id
from copydesk.domain.order import Ending, OrderClosed
from copydesk.flow.decide.decision import decide
from copydesk.flow.execute.plan import FIRST_LEG, ended, plan
from tests.builders import NOON, a_market, a_relation, a_signal, a_snapshot, usdc


def an_approval() -> Approved:
    """An entry of 25 dollars."""
    approved = decide(a_signal(), a_snapshot(), a_relation())
    assert isinstance(approved, Approved)
    return approved


def test_planning_twice_plans_the_same_intent() -> None:
    """I1: the intent's id is a function of account, signal and leg, so a second plan is the same order."""
    approved = an_approval()
    first, second = plan(approved, a_market()), plan(approved, a_market())
    assert first == second
    assert first.intent == intent_id(approved.account, approved.signal.id, FIRST_LEG)


def test_an_order_is_what_was_approved() -> None:
    """I7: nothing is added on the way to the venue."""
    approved = an_approval()
    order = plan(approved, a_market(taker_fee_bps=70)).order
    assert (order.shares, order.limit, order.reserve) == (approved.shares, approved.limit, approved.reserve)
    assert (order.taker_fee_bps, order.causes) == (70, approved.signal.events)


def test_what_is_left_of_a_reserve_is_released_at_the_end() -> None:
    """F61: the exact remainder."""
    order = plan(an_approval(), a_market()).order
    closed = OrderClosed(order=order.id, ending=Ending.UNFILLED, closed_at=NOON, words="no match")
    fact = ended(closed, usdc("3.5"))
    assert (fact.released, fact.ending, fact.words) == (usdc("3.5"), Ending.UNFILLED, "no match")
