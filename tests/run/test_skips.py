"""Why a leader's trades were not copied, summed up by reason: every skip once, with its money and its limit."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.domain.events import DecisionMade
from copydesk.domain.ids import TimeMs, Wallet
from copydesk.domain.limits import Relation
from copydesk.domain.money import MICROS
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.trade import Side
from copydesk.flow.decide.decision import decide
from copydesk.run.skips import EXAMPLES, Asked, WhyNot, why_not
from tests.builders import LEADER, NOON, a_book, a_relation, a_signal, a_snapshot, shares, usdc
from tests.histories import sealed

OTHER = Wallet("0x" + "2f" * 20)
ALL = Asked("", None, None)


def made(relation: Relation | None = None, at_ms: int = 0, **said: Any) -> DecisionMade:
    """A decision at noon or so long after, by the real gates; `ask` and `held` are of the snapshot."""
    book, held = a_book(ask=said.pop("ask", "0.40")), shares(said.pop("held", 0))
    snapshot = a_snapshot(now=TimeMs(NOON + at_ms), book=book, held=held)
    return DecisionMade(decision=decide(a_signal(**said), snapshot, relation or a_relation()))


def summed(*facts: DecisionMade, asked: Asked = ALL) -> WhyNot:
    return why_not(enumerate(sealed(facts), start=1), asked)


def test_skips_are_summed_by_reason_the_most_frequent_first() -> None:
    found = summed(made(), made(price="0.30"), made(age_s=40), made(age_s=50, size=700), made(age_s=600))
    assert (found.decisions, found.copied, found.skipped) == (5, 1, 4)
    assert [(reason, group.count, group.bought) for reason, group in found.by_count()] == [
        (Reason.AGE, 2, 320 * MICROS),
        (Reason.PRICE_MOVED, 1, 30 * MICROS),
        (Reason.SIGNAL_EXPIRED, 1, 40 * MICROS),
    ]
    assert found.copied_bought == 40 * MICROS


def test_what_a_leader_took_out_is_not_what_was_put_in() -> None:
    found = summed(made(side=Side.SELL), made(side=Side.SELL, held=50))
    group = found.groups[Reason.NOTHING_HELD]
    assert (group.bought, group.sold) == (0, 40 * MICROS)
    assert (found.copied, found.copied_bought) == (1, 0)


def test_each_limit_there_was_is_counted() -> None:
    """The settings may have changed on the way."""
    slow = a_relation(age_max_ms=45_000)
    found = summed(made(age_s=40), made(age_s=41), made(slow, age_s=50))
    assert found.groups[Reason.AGE].limits == {
        Check(Reason.AGE, None, 30_000, "ms", passed=False): 2,
        Check(Reason.AGE, None, 45_000, "ms", passed=False): 1,
    }


def test_a_refusal_by_the_amount_has_no_limit_of_a_gate() -> None:
    found = summed(made(a_relation(trade_max=usdc("0.5"))))
    assert found.groups[Reason.CAP_TRADE].limits == {}
    assert found.groups[Reason.CAP_TRADE].count == 1


def test_the_examples_are_the_latest() -> None:
    found = summed(*(made(age_s=40 + number) for number in range(5)))
    assert [example.position for example in found.groups[Reason.AGE].examples] == [3, 4, 5]
    assert len(found.groups[Reason.AGE].examples) == EXAMPLES


def test_a_leader_is_named_by_how_the_wallet_begins() -> None:
    facts = made(age_s=40), made(age_s=40, leader=OTHER), made(leader=OTHER)
    found = summed(*facts, asked=Asked("0x2f2f", None, None))
    assert (found.decisions, found.skipped) == (2, 1)
    assert found.matching == [OTHER]
    assert found.leaders == {LEADER: 1, OTHER: 2}
    assert summed(*facts, asked=Asked(OTHER[2:8], None, None)).matching == []


def test_nobody_of_that_name_is_told_from_nothing_skipped() -> None:
    nobody = summed(made(), asked=Asked("0xdead", None, None))
    nothing = summed(made(), asked=Asked(LEADER, None, None))
    assert (nobody.matching, nobody.decisions) == ([], 0)
    assert (nothing.matching, nothing.decisions, nothing.skipped) == ([LEADER], 1, 0)


@pytest.mark.parametrize(
    ("since", "until", "count"),
    [(None, None, 3), (1_000, None, 2), (1_001, None, 1), (None, 1_000, 1), (None, 1_001, 2), (1_000, 1_001, 1)],
)
def test_a_time_from_and_a_time_up_to_but_not_including(since: int | None, until: int | None, count: int) -> None:
    facts = made(age_s=40), made(at_ms=1_000, age_s=40), made(at_ms=2_000, age_s=40)
    asked = Asked("", *(None if at is None else TimeMs(NOON + at) for at in (since, until)))
    found = summed(*facts, asked=asked)
    assert found.decisions == count
    assert found.latest == NOON + 2_000


def test_the_frame_is_what_was_decided_within_it() -> None:
    found = summed(made(at_ms=1_000), made(at_ms=7_000), asked=Asked("", TimeMs(NOON), None))
    assert (found.begins, found.ends) == (NOON + 1_000, NOON + 7_000)


SOME = st.fixed_dictionaries(
    {
        "age_s": st.sampled_from([10, 40, 600]),
        "side": st.sampled_from(Side),
        "size": st.sampled_from([5, 100, 3_000]),
        "price": st.sampled_from(["0.40", "0.30", "0.99"]),
        "leader": st.sampled_from([LEADER, OTHER]),
    }
)


@given(st.lists(SOME, max_size=12))
def test_every_decision_stands_in_one_sum(said: list[dict[str, Any]]) -> None:
    """I20: decided = copied + the sum of the reasons, and so for each leader and the money."""
    facts = [made(**each) for each in said]
    whole = summed(*facts)
    parts = [summed(*facts, asked=Asked(leader, None, None)) for leader in (LEADER, OTHER)]
    assert whole.decisions == len(facts) == whole.copied + sum(group.count for group in whole.groups.values())
    assert whole.decisions == sum(part.decisions for part in parts)
    moved = whole.copied_bought + sum(group.bought for group in whole.groups.values())
    assert moved == sum(int(f.decision.signal.notional) for f in facts if f.decision.signal.side is Side.BUY)
