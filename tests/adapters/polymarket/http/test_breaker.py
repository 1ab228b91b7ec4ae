"""The breaker: closed, open, one probe, closed again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from copydesk.adapters.clocks.dice import SeededDice
from copydesk.adapters.polymarket.http.breaker import Breaker, BreakerPlan, BreakerState

PLAN = BreakerPlan(failures=3, off_ms=1_000, off_top_ms=8_000)


def opened(at: int = 0) -> Breaker:
    breaker = Breaker(SeededDice(7), PLAN)
    for _ in range(3):
        assert breaker.admits(at, is_exit=False)
        breaker.failed(at)
    return breaker


def test_it_opens_at_the_third_failure_in_a_row() -> None:
    """S1.41."""
    breaker = Breaker(SeededDice(7), PLAN)
    for report in (breaker.failed, breaker.failed, lambda _: breaker.succeeded(), breaker.failed, breaker.failed):
        report(0)
        assert breaker.state(0) is BreakerState.CLOSED
    breaker.failed(0)
    assert breaker.state(0) is BreakerState.OPEN
    assert not breaker.admits(0, is_exit=False)


def test_after_its_time_one_probe_goes_and_no_second() -> None:
    breaker = opened()
    then = breaker.wait_ms(0)
    assert breaker.state(then) is BreakerState.HALF_OPEN
    assert [breaker.admits(then, is_exit=False) for _ in range(3)] == [True, False, False]


def test_a_probe_that_succeeds_closes_it() -> None:
    breaker = opened()
    then = breaker.wait_ms(0)
    assert breaker.admits(then, is_exit=False)
    breaker.succeeded()
    assert breaker.state(then) is BreakerState.CLOSED
    assert breaker.wait_ms(then) == 0


def test_a_probe_that_fails_opens_it_for_longer_up_to_a_top() -> None:
    breaker, now, waits = opened(), 0, []
    for _ in range(7):
        waits.append(breaker.wait_ms(now))
        now += waits[-1]
        assert breaker.admits(now, is_exit=False)
        breaker.failed(now)
    tops = [min(8_000, 1_000 << place) for place in range(7)]
    assert all(top // 2 <= wait_ms <= top for top, wait_ms in zip(tops, waits, strict=True))


def test_a_probe_that_was_given_up_lets_another_go() -> None:
    breaker = opened()
    then = breaker.wait_ms(0)
    assert breaker.admits(then, is_exit=False)
    breaker.abandoned()
    assert breaker.admits(then, is_exit=False)


def test_an_exit_may_be_the_probe_before_the_time_is_over() -> None:
    """I18."""
    breaker = opened()
    assert [breaker.admits(0, is_exit=True) for _ in range(2)] == [True, False]
    breaker.failed(0)
    assert breaker.admits(1, is_exit=True)


def test_failures_that_were_on_their_way_do_not_open_it_again() -> None:
    breaker = opened()
    wait_ms = breaker.wait_ms(0)
    for _ in range(10):
        breaker.failed(0)
    assert breaker.wait_ms(0) == wait_ms


def test_hosts_that_fail_together_are_not_tried_together() -> None:
    """The time off is jittered."""
    dice = SeededDice(7)
    waits = set()
    for _ in range(20):
        breaker = Breaker(dice, PLAN)
        for _ in range(3):
            breaker.failed(0)
        waits.add(breaker.wait_ms(0))
    assert len(waits) > 10


@given(st.lists(st.sampled_from(["ask", "exit", "fail", "succeed", "abandon", "wait"]), max_size=80))
def test_it_never_shuts_for_ever(acts: list[str]) -> None:
    """S1.41: whatever happened, a request goes once the named wait is over and no probe is out."""
    breaker, now = Breaker(SeededDice(7), PLAN), 0
    for act in acts:
        match act:
            case "ask" | "exit":
                breaker.admits(now, is_exit=act == "exit")
            case "fail":
                breaker.failed(now)
            case "succeed":
                breaker.succeeded()
            case "abandon":
                breaker.abandoned()
            case _:
                now += 700
    assert breaker.wait_ms(now) <= PLAN.off_top_ms
    breaker.abandoned()
    assert breaker.admits(now + breaker.wait_ms(now), is_exit=False)
