"""One budget: never above its top in any window, a part kept for exits, and smaller after a push-back."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from copydesk.adapters.polymarket.http.budget import FULL, LEAST, Budget

WINDOW_MS = 10_000


class Sent(NamedTuple):
    at: int
    is_exit: bool


def spent_greedily(budget: Budget, until_ms: int, *, is_exit: bool, now: int = 0) -> list[Sent]:
    """Send as often as there is room."""
    sent = []
    while now <= until_ms:
        wait_ms = budget.wait_ms(now, 1, is_exit=is_exit)
        if wait_ms:
            now += wait_ms
            continue
        budget.take(1, is_exit=is_exit)
        sent.append(Sent(now, is_exit))
    return sent


def most_in_a_window(times: list[int], window_ms: int) -> int:
    """The most that went in any window open at its end."""
    most, first = 0, 0
    for place, at in enumerate(times):
        while times[first] <= at - window_ms:
            first += 1
        most = max(most, place - first + 1)
    return most


steps = st.lists(
    st.tuples(st.integers(0, 4_000), st.integers(1, 40), st.booleans(), st.integers(0, 9)), min_size=1, max_size=60
)


@given(top=st.integers(10, 400), exits_percent=st.integers(10, 50), steps=steps)
def test_no_window_ever_holds_more_than_the_top(
    top: int, exits_percent: int, steps: list[tuple[int, int, bool, int]]
) -> None:
    """S0.46, L8: whatever is asked for, when, and however often the venue pushes back."""
    budget, now, sent = Budget(top, WINDOW_MS, exits_percent), 0, []
    for pause_ms, count, is_exit, fate in steps:
        now += pause_ms
        if fate == 0:
            budget.push_back(now)
        for _ in range(count):
            if not budget.wait_ms(now, 1, is_exit=is_exit):
                budget.take(1, is_exit=is_exit)
                sent.append(Sent(now, is_exit))
    assert most_in_a_window([each.at for each in sent], WINDOW_MS) <= top
    entries = [each.at for each in sent if not each.is_exit]
    assert most_in_a_window(entries, WINDOW_MS) <= max(2, top * (100 - exits_percent) // 100)


@given(top=st.integers(10, 5_000), seconds=st.sampled_from([1, 10, 60, 600]))
def test_what_may_go_does_go(top: int, seconds: int) -> None:
    """The first window takes the whole top, and each later one nine tenths: a tenth may go at once."""
    window_ms = seconds * 1_000
    budget = Budget(top, window_ms, 20)
    sent = spent_greedily(budget, 3 * window_ms, is_exit=True)
    first = [each for each in sent if each.at <= window_ms]
    assert top - 1 <= len(first) <= top
    assert len(sent) >= 3 * (top - max(1, top // 10)) - 3


@given(top=st.integers(20, 2_000))
def test_a_fifth_is_left_when_entries_take_all_they_may(top: int) -> None:
    """I18, L8."""
    budget = Budget(top, WINDOW_MS, 20)
    entries = spent_greedily(budget, WINDOW_MS, is_exit=False)
    assert len(entries) <= top * 80 // 100
    exits = 0
    budget = Budget(top, WINDOW_MS, 20)
    for now in range(WINDOW_MS + 1):
        for is_exit in (False, True):
            while not budget.wait_ms(now, 1, is_exit=is_exit):
                budget.take(1, is_exit=is_exit)
                exits += is_exit
    assert exits >= top * 20 // 100 - 1


def test_the_wait_that_is_named_is_enough_and_no_less_would_be() -> None:
    budget = Budget(7, 1_000, 20)
    spent_greedily(budget, 0, is_exit=True)
    wait_ms = budget.wait_ms(0, 1, is_exit=True)
    assert budget.wait_ms(wait_ms - 1, 1, is_exit=True) == 1
    assert budget.wait_ms(wait_ms, 1, is_exit=True) == 0


def test_a_push_back_halves_and_time_gives_back() -> None:
    """S0.46: down by half at once, up in even steps; ten seconds from half to whole."""
    budget = Budget(100, WINDOW_MS, 20)
    budget.push_back(0)
    shares = [budget.share(now) for now in (0, 999, 1_000, 5_000, 9_999, 10_000, 60_000)]
    assert shares == [500, 500, 550, 750, 950, FULL, FULL]


def test_a_cut_budget_lets_less_through() -> None:
    cut, whole = Budget(1_000, WINDOW_MS, 20), Budget(1_000, WINDOW_MS, 20)
    cut.push_back(0)
    assert 3 * len(spent_greedily(cut, 2_000, is_exit=True)) < 2 * len(spent_greedily(whole, 2_000, is_exit=True))


def test_answers_that_were_on_their_way_together_cut_once() -> None:
    budget = Budget(100, WINDOW_MS, 20)
    for now in (0, 10, 400, 999):
        budget.push_back(now)
    assert budget.share(999) == FULL // 2


def test_a_push_back_while_it_grows_back_cuts_again_and_never_to_nothing() -> None:
    budget = Budget(100, WINDOW_MS, 20)
    budget.push_back(0)
    budget.push_back(2_500)
    assert budget.share(2_500) == (500 + 2 * 50) // 2
    for now in range(4_000, 60_000, 1_000):
        budget.push_back(now)
    assert budget.share(59_000) == LEAST
    assert spent_greedily(budget, 70_000, is_exit=True, now=59_000)


def test_a_rate_with_a_burst_takes_both() -> None:
    """A signer's bucket: 30 a second and 45 at once."""
    budget = Budget(300, WINDOW_MS, 20, at_once=45)
    sent = [each.at for each in spent_greedily(budget, WINDOW_MS, is_exit=True)]
    assert sent.count(0) == 45
    assert len(sent) == 345


def test_a_budget_that_was_left_alone_can_be_forgotten() -> None:
    budget = Budget(100, WINDOW_MS, 20)
    assert budget.is_whole(0)
    budget.take(1, is_exit=False)
    assert not budget.is_whole(0)
    assert budget.is_whole(WINDOW_MS)
