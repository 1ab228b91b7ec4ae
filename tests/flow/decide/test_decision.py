"""One decision from one snapshot: approved with its numbers, skipped with its reason, or expired."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from copydesk.domain.decision import Approved, Expired, Skipped
from copydesk.domain.limits import AmountMode
from copydesk.domain.refusal import Reason
from copydesk.domain.trade import Side
from copydesk.flow.decide.decision import decide
from copydesk.flow.decide.gates import ALL_GATES, ask
from tests.builders import a_relation, a_signal, a_snapshot, price, shares, usdc


def test_a_good_signal_is_approved_with_its_arithmetic() -> None:
    """S3.16, N28: every gate, every sizing line, the order's numbers and the settings' version."""
    decision = decide(a_signal(), a_snapshot(), a_relation())
    assert isinstance(decision, Approved)
    assert (decision.shares, decision.limit) == (shares("60.97"), price("0.41"))
    assert decision.reserve == usdc("24.9977")
    assert len(decision.checks) == len(ask(ALL_GATES, a_signal(), a_snapshot(), a_relation().limits))
    assert decision.sizing[0].rule == "fixed stake"
    assert decision.settings_version == "test"


def test_a_refused_signal_is_skipped_for_that_gates_reason() -> None:
    """S2.27."""
    decision = decide(a_signal(), a_snapshot(is_halted=True), a_relation())
    assert isinstance(decision, Skipped)
    assert decision.reason is Reason.HALTED


def test_a_signal_that_cannot_be_sized_is_skipped_with_its_arithmetic() -> None:
    """K9: the lines say where it became too small."""
    decision = decide(a_signal(), a_snapshot(), a_relation(fixed=usdc(1)))
    assert isinstance(decision, Skipped)
    assert decision.reason is Reason.BELOW_MINIMUM
    assert decision.sizing[-1].rule == "whole lots, shares"


def test_a_signal_past_its_time_to_live_is_expired() -> None:
    """S0.34, F33: recorded and never executed late, whatever its side."""
    for side in Side:
        decision = decide(a_signal(age_s=301, side=side), a_snapshot(held=shares(9)), a_relation())
        assert isinstance(decision, Expired)
        assert (decision.checks[0].seen, decision.checks[0].limit) == (301_000, 300_000)


def test_an_exit_may_be_older_than_an_entry() -> None:
    """C10: the entry age binds entries, the time to live binds both."""
    held = a_snapshot(held=shares(60))
    assert isinstance(decide(a_signal(age_s=200, side=Side.SELL), held, a_relation()), Approved)
    assert isinstance(decide(a_signal(age_s=200), held, a_relation()), Skipped)


def test_the_audit_mode_copies_one_for_one() -> None:
    """`exact`: the leader's own size and price, whatever the gates and caps would say."""
    decision = decide(a_signal(size="0.000001"), a_snapshot(book=None), a_relation(mode=AmountMode.EXACT))
    assert isinstance(decision, Approved)
    assert decision.shares == shares("0.000001")


@given(age_s=st.integers(0, 400), halted=st.booleans(), free=st.integers(0, 2_000))
def test_deciding_the_same_twice_gives_the_same(age_s: int, halted: bool, free: int) -> None:  # noqa: FBT001
    """Decide is pure (I36): no clock, no chance, no memory."""
    signal, snapshot = a_signal(age_s=age_s), a_snapshot(is_halted=halted, free=usdc(free))
    assert decide(signal, snapshot, a_relation()) == decide(signal, snapshot, a_relation())
