"""What is told of a poller: its state and its words are those of now."""

from __future__ import annotations

from copydesk.adapters.polymarket.live.polling.standing import Standing
from copydesk.domain.health import FeedState
from copydesk.domain.ids import TimeMs


class HandClock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.ms = 50_000

    def now(self) -> TimeMs:
        return TimeMs(1_795_132_800_000 + self.ms)

    def elapsed_ms(self) -> int:
        return self.ms

    async def sleep(self, ms: int) -> None:
        self.ms += ms


def a_standing() -> tuple[Standing, HandClock]:
    clock = HandClock()
    return Standing(clock, 25_000), clock


def state(standing: Standing, leaders: int = 3, unread: int = 0) -> FeedState:
    return standing.health("data_api", leaders, unread).state


def test_before_the_first_answer_it_is_connecting() -> None:
    standing, _ = a_standing()
    standing.met("Unreachable", "no connection")
    assert (state(standing), standing.health("x", 3, 0).words) == (FeedState.CONNECTING, "no connection")


def test_an_answer_counts_for_twenty_five_seconds() -> None:
    """S0.43."""
    standing, clock = a_standing()
    standing.answered()
    clock.ms += 25_000
    assert state(standing) is FeedState.LIVE
    clock.ms += 1
    assert state(standing) is FeedState.SILENT
    assert standing.health("x", 3, 0).words == "no answer for 25 s"


def test_answers_that_say_they_are_old_are_silence() -> None:
    """F37."""
    standing, _ = a_standing()
    standing.answered()
    standing.lag_ms = 25_001
    assert state(standing) is FeedState.SILENT


def test_one_leader_that_is_not_read_is_said_and_all_of_them_are_silence() -> None:
    standing, _ = a_standing()
    standing.answered()
    health = standing.health("x", 3, 1)
    assert (health.state, health.words) == (FeedState.LIVE, "1 of 3 leaders not read for 25 s")
    assert state(standing, 3, 3) is FeedState.SILENT
    assert state(standing, 0, 0) is FeedState.LIVE


def test_a_trouble_is_told_while_it_is_young_and_once() -> None:
    standing, clock = a_standing()
    standing.answered()
    standing.met("refused", "rows cannot be read")
    standing.met("Busy", "again in 900 ms")
    clock.ms += 20_000
    standing.answered()
    standing.met("Busy", "again in 400 ms")
    assert standing.health("x", 3, 0).words == "rows cannot be read; again in 400 ms"
    clock.ms += 25_001
    standing.answered()
    assert standing.health("x", 3, 0).words == ""


def test_refused_access_switches_it_off_for_a_while() -> None:
    """K15, S4.24."""
    standing, clock = a_standing()
    standing.answered()
    standing.off_until = clock.ms + 300_000
    assert state(standing) is FeedState.OFF
    clock.ms += 300_000
    standing.answered()
    assert state(standing) is FeedState.LIVE
