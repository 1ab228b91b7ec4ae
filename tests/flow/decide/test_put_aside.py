"""Copies too small for an order add up until they are enough, are used once, and are forgotten in time (E14, K23)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.domain.decision import Approved, Decision, Skipped
from copydesk.domain.errors import Broken
from copydesk.domain.ids import TimeMs
from copydesk.domain.limits import BelowMinimum, Relation
from copydesk.domain.refusal import Reason
from copydesk.domain.rest import Rest
from copydesk.domain.trade import Side
from copydesk.flow.decide.decision import decide
from copydesk.flow.portfolio.resting import Resting
from tests.builders import LEADER, NOON, YES, a_relation, a_signal, a_snapshot, usdc

KEY = (LEADER, YES.id)
DAY_MS = 86_400_000


def adding_up(**said: Any) -> Relation:
    """A tenth of the leader's notional; two dollars and five cents are the least order at 41 cents."""
    return a_relation(
        **{"below_minimum": BelowMinimum.ACCUMULATE, "fixed": usdc("0.9"), "put_aside_max_ms": DAY_MS} | said
    )


class Copying:
    """One leader's buys of one token, decided one after the other on what was put aside before."""

    def __init__(self, **said: Any) -> None:
        self.relation = adding_up(**said)
        self.resting = Resting()

    def decide(self, after_ms: int = 0, **said: Any) -> Decision:
        """The next decision, and what it leaves put aside."""
        now = TimeMs(NOON + after_ms)
        snapshot = {key: said.pop(key) for key in list(said) if key in {"total_exposure", "held", "book"}}
        signal = a_signal(happened_at=TimeMs(now - 1_000), **said)
        known = a_snapshot(rest=self.resting.rests.get(KEY), now=now, **snapshot)
        market = msgspec.structs.replace(known.market, ends_at=TimeMs(now + DAY_MS))
        decision = decide(signal, msgspec.structs.replace(known, market=market), self.relation)
        self.resting.decide(decision)
        return decision

    @property
    def rest(self) -> Rest | None:
        return self.resting.rests.get(KEY)


def test_small_copies_add_up_to_an_order_that_uses_all_of_them() -> None:
    """K23: 0.90 and 0.90 are not enough for five shares at 41 cents, three times 0.90 are."""
    copying = Copying()
    first, second = copying.decide(), copying.decide(1_000)
    for decision in (first, second):
        assert isinstance(decision, Skipped)
        assert decision.reason is Reason.PUT_ASIDE
    assert copying.rest == Rest(amount=usdc("1.8"), since=NOON)
    third = copying.decide(2_000)
    assert isinstance(third, Approved)
    assert usdc("2.69") < third.reserve <= usdc("2.7")
    assert not copying.resting.rests
    assert isinstance(copying.decide(3_000), Skipped)
    assert copying.rest == Rest(amount=usdc("0.9"), since=TimeMs(NOON + 3_000))


def test_what_is_put_aside_expires_after_the_setting_and_not_before() -> None:
    """The first of it counts: it is as old as its oldest part, to the very millisecond."""
    kept, gone = Copying(), Copying()
    for copying, later in ((kept, DAY_MS), (gone, DAY_MS + 1)):
        copying.decide()
        copying.decide(later)
    assert kept.rest == Rest(amount=usdc("1.8"), since=NOON)
    assert gone.rest == Rest(amount=usdc("0.9"), since=TimeMs(NOON + DAY_MS + 1))


def test_a_leader_who_sells_ends_what_was_put_aside() -> None:
    """Whatever becomes of the sale: what was wished for is no longer what the leader does."""
    copying = Copying()
    copying.decide()
    assert isinstance(copying.decide(side=Side.SELL), Skipped)
    assert copying.rest is None


def test_a_gate_that_refuses_leaves_what_was_put_aside() -> None:
    copying = Copying()
    copying.decide()
    refused = copying.decide(book=None)
    assert isinstance(refused, Skipped)
    assert refused.reason is Reason.NO_BOOK
    assert copying.rest == Rest(amount=usdc("0.9"), since=NOON)


def test_what_a_cap_cuts_is_refused_by_the_cap_and_not_put_aside() -> None:
    """C24: nothing is saved up to be spent above a cap; what was put aside before stays."""
    copying = Copying(total_bps=1_000)
    copying.decide()
    refused = copying.decide(total_exposure=usdc(99))
    assert isinstance(refused, Skipped)
    assert refused.reason is Reason.CAP_TOTAL
    assert copying.rest == Rest(amount=usdc("0.9"), since=NOON)


def test_what_was_put_aside_is_not_used_under_another_policy() -> None:
    """Without the policy nothing is added, and an order ends what was there."""
    copying = Copying()
    copying.decide()
    copying.relation = adding_up(below_minimum=BelowMinimum.SKIP)
    assert getattr(copying.decide(), "reason", None) is Reason.BELOW_MINIMUM
    assert KEY in copying.resting.rests
    copying.relation = adding_up(below_minimum=BelowMinimum.SKIP, fixed=usdc(5))
    decision = copying.decide()
    assert isinstance(decision, Approved)
    assert decision.reserve <= usdc(5)
    assert copying.rest is None


def test_a_stake_of_nothing_is_not_put_aside() -> None:
    assert getattr(Copying(fixed=usdc(0)).decide(), "reason", None) is Reason.BELOW_MINIMUM


def test_a_decision_that_goes_on_from_what_was_not_put_aside_is_an_error() -> None:
    """No dollar is put aside twice: a decision made of another rest does not fold."""
    copying = Copying()
    copying.decide()
    second = copying.decide(1_000)
    with pytest.raises(Broken, match="goes on from what was not put aside"):
        copying.resting.decide(second)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 3_000_000), st.integers(0, DAY_MS), st.booleans()), max_size=15))
def test_no_dollar_is_lost_or_used_twice(steps: list[tuple[int, int, bool]]) -> None:
    """I20, K9: what is ordered is at most what was wished for since the last order, and a rest is exactly that."""
    copying, wished, since, now = Copying(), 0, None, 0
    for stake, later, sells in steps:
        now += later
        copying.relation = adding_up(fixed=stake)
        expired = wished if since is not None and now - since > DAY_MS else 0
        decision = copying.decide(now, side=Side.SELL if sells else Side.BUY)
        if sells:
            wished, since = 0, None
        elif isinstance(decision, Approved):
            assert int(decision.reserve) <= wished - expired + stake
            wished, since = 0, None
        elif decision.reason is Reason.PUT_ASIDE:
            since = now if since is None or expired else since
            wished = wished - expired + stake
        assert (0 if copying.rest is None else int(copying.rest.amount)) == wished
