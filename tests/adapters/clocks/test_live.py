"""The running clock: its timer is its own, and its speed is told."""

from __future__ import annotations

import asyncio
import time

import pytest

from copydesk.adapters.clocks.live import RunningClock
from copydesk.domain.errors import BadInput
from copydesk.domain.ids import TimeMs

NOW_NS = 1_795_000_000_000_000_000
DAY_NS = 86_400_000_000_000


class Machine:
    """The machine's two clocks, moved by hand."""

    def __init__(self) -> None:
        self.wall_ns, self.timer_ns = NOW_NS, 7

    def pass_ms(self, ms: int) -> None:
        self.wall_ns += ms * 1_000_000
        self.timer_ns += ms * 1_000_000


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine()
    monkeypatch.setattr(time, "time_ns", lambda: machine.wall_ns)
    monkeypatch.setattr(time, "monotonic_ns", lambda: machine.timer_ns)
    return machine


def test_at_speed_one_the_time_of_day_is_the_machines(machine: Machine) -> None:
    clock = RunningClock()
    machine.pass_ms(1_500)
    assert (clock.now(), clock.elapsed_ms()) == (NOW_NS // 1_000_000 + 1_500, 1_500)


@pytest.mark.parametrize("jump_ns", [-DAY_NS, DAY_NS])
def test_a_jump_of_the_wall_clock_does_not_move_the_timer(machine: Machine, jump_ns: int) -> None:
    """I23, F28: only the time of day follows."""
    clock = RunningClock()
    machine.pass_ms(10)
    machine.wall_ns += jump_ns
    assert clock.elapsed_ms() == 10
    assert clock.now() == (NOW_NS + jump_ns) // 1_000_000 + 10


def test_a_fast_clock_runs_with_the_timer_alone(machine: Machine) -> None:
    clock = RunningClock(speed=60, starts_at=TimeMs(1_000))
    machine.pass_ms(500)
    machine.wall_ns += DAY_NS
    assert (clock.now(), clock.elapsed_ms()) == (31_000, 30_000)


def test_a_fast_clock_begins_at_the_machines_time_unless_told(machine: Machine) -> None:
    assert RunningClock(speed=60).now() == NOW_NS // 1_000_000


def test_a_clock_that_stands_or_runs_backwards_is_refused() -> None:
    with pytest.raises(BadInput):
        RunningClock(speed=0)


def test_a_sleep_is_as_long_as_the_clock_says() -> None:
    """A minute of a clock six thousand times as fast."""
    clock = RunningClock(speed=6_000)

    async def slept() -> int:
        before = clock.elapsed_ms()
        await clock.sleep(60_000)
        return clock.elapsed_ms() - before

    assert asyncio.run(slept()) >= 60_000


def test_a_sleep_of_nothing_lets_others_run() -> None:
    seen: list[str] = []

    async def main() -> None:
        other = asyncio.get_running_loop().create_task(note())
        await RunningClock().sleep(0)
        seen.append("after")
        await other

    async def note() -> None:
        seen.append("other")

    asyncio.run(main())
    assert seen == ["other", "after"]
