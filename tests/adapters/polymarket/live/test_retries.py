"""How long a lost connection waits, and when it is left alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from copydesk.adapters.clocks.dice import SeededDice
from copydesk.adapters.polymarket.live.retries import Retries, RetryPlan

PLAN = RetryPlan(wait_min_ms=250, wait_max_ms=30_000, failures_max=3, window_ms=10_000, off_ms=60_000)


class Highest:
    """Dice that always show the most."""

    def below(self, bound: int) -> int:
        return bound - 1


def test_the_bound_of_the_wait_doubles_up_to_the_longest() -> None:
    """S4.5."""
    retries = Retries(PLAN, Highest())
    waits = [retries.wait_ms(0) for _ in range(9)]
    assert waits == [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]


def test_after_data_the_wait_is_short_again() -> None:
    retries = Retries(PLAN, Highest())
    for _ in range(5):
        retries.wait_ms(0)
    retries.succeeded()
    assert retries.wait_ms(0) == 500


@given(st.integers(), st.integers(min_value=1, max_value=100))
def test_every_wait_is_within_its_bounds_and_spread(seed: int, failures: int) -> None:
    """S4.5: full jitter from 0.25 s to 30 s."""
    retries = Retries(PLAN, SeededDice(seed))
    waits = [retries.wait_ms(0) for _ in range(failures)]
    assert all(250 <= wait <= 30_000 for wait in waits)
    assert failures < 20 or len(set(waits)) > 10


def test_too_many_failures_in_a_window_switch_off_and_are_then_forgiven() -> None:
    """S4.24."""
    retries = Retries(RetryPlan(failures_max=3, window_ms=100_000, off_ms=60_000), Highest())
    offs = []
    for now in (0, 5_000, 10_000, 70_000, 71_000, 72_000):
        retries.wait_ms(now)
        offs.append(retries.off_ms())
    assert offs == [0, 0, 60_000, 0, 0, 60_000]


def test_failures_far_apart_switch_nothing_off_though_data_came_between() -> None:
    retries = Retries(PLAN, Highest())
    for now in range(0, 100_000, 5_001):
        retries.wait_ms(now)
        assert retries.off_ms() == 0
        retries.succeeded()
