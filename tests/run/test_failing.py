"""A signal our own code fails over does not end the run; five of them halt it until a person resumes (S4.18, C28)."""

from __future__ import annotations

from typing import Any

import pytest

from copydesk.adapters.storage.memory import MemoryLedgerStore
from copydesk.domain.book import Book
from copydesk.domain.control import Halted, HaltSource, Resumed, Verb
from copydesk.domain.decision import Skipped
from copydesk.domain.errors import Broken
from copydesk.domain.ids import TimeMs
from copydesk.domain.refusal import Reason
from copydesk.domain.trade import Token
from copydesk.flow.portfolio.controls import Controls
from copydesk.flow.portfolio.fold import fold
from copydesk.run.redecide import FAILED_THEN, Span, Today, agree
from tests.builders import LEADER, NOON, a_relation
from tests.histories import a_decision
from tests.live_worlds import Fetched, Town, decisions, facts
from tests.run.test_heeding import Timed, a_command, a_sale, a_store, buys, verdicts
from tests.run.test_live import a_baseline
from tests.virtual_time import START_MS

FAILED, COPIED, STOPPED = "processing_failed", "copied", "halted"


class Poisoned(Fetched):
    """Books of which some, by when they are asked for, are more than our code can take."""

    def __init__(self, *spans: tuple[int, int], error: type[Exception] = KeyError) -> None:
        super().__init__()
        self._spans, self._error = spans, error

    def book(self, token: Token, at: TimeMs) -> Book | None:
        """As `BookSource.book`."""
        if any(begin <= at - START_MS < end for begin, end in self._spans):
            raise self._error("no such level")
        return super().book(token, at)


def run(*times: int, poison: tuple[tuple[int, int], ...], **said: Any) -> MemoryLedgerStore:
    store = a_store()
    script = [(0, a_baseline()), *buys(*times), *said.pop("also", ())]
    Town(poller=sorted(script, key=lambda each: each[0]), fetched=Poisoned(*poison), **said).run(store, ms=60_000)
    return store


def test_a_poison_signal_is_a_decision_with_its_reason_and_the_run_goes_on() -> None:
    """S4.18, F35, I20: decided once, and no order was made."""
    store = run(1_000, 2_000, 3_000, poison=((2_000, 2_500),))
    assert [what for _, what in verdicts(store)] == [COPIED, FAILED, COPIED]
    poisoned = decisions(store)[1]
    assert isinstance(poisoned.decision, Skipped)
    assert (poisoned.decision.checks[-1].seen, poisoned.scene) == ("KeyError: 'no such level'", None)


def test_the_fifth_failure_in_a_row_halts_and_exits_go_on() -> None:
    """S4.18, I18: entries stop though the code would work again; the sale goes through."""
    times = [1_000, *range(2_000, 7_000, 1_000), 8_000]
    store = run(*times, poison=((1_900, 7_500),), also=[a_sale(9_000)])
    assert [what for _, what in verdicts(store)] == [COPIED, *[FAILED] * 5, STOPPED, COPIED]
    (halted,) = [fact for fact in facts(store) if isinstance(fact, Halted)]
    assert (halted.source, halted.command) == (HaltSource.ERRORS, "")
    assert halted.words == "5 signals could not be decided; the last: KeyError: 'no such level'"


def test_four_failures_do_not_halt() -> None:
    store = run(*range(2_000, 6_000, 1_000), 8_000, poison=((1_900, 7_500),))
    assert [what for _, what in verdicts(store)] == [*[FAILED] * 4, COPIED]


def test_only_a_person_lifts_it_and_the_count_begins_anew() -> None:
    """C28: a restart does not; the next failure after a resume is the first of five."""
    store = run(*range(2_000, 7_000, 1_000), poison=((1_900, 7_500),))
    Town(poller=buys(100)).run(store, ms=1_000)
    assert verdicts(store)[-1][1] == STOPPED
    resume = Timed([(0, a_command(Verb.RESUME))])
    Town(poller=buys(200, 300), control=resume, fetched=Poisoned((190, 290))).run(store, ms=1_000)
    assert [what for _, what in verdicts(store)[-2:]] == [FAILED, COPIED]
    assert [fact.source for fact in facts(store) if isinstance(fact, Resumed)] == [HaltSource.ERRORS]


def test_an_invariant_that_fails_still_ends_the_desk() -> None:
    """F8: `Broken` is no poison."""
    store = a_store()
    town = Town(poller=[(0, a_baseline()), *buys(1_000)], fetched=Poisoned((0, 9_000), error=Broken))
    with pytest.raises(Broken):
        town.run(store)


def test_what_failed_then_cannot_be_made_again_and_says_so() -> None:
    """N7: it is counted as missing, never as changed."""
    store = run(1_000, 2_000, poison=((2_000, 2_500),))
    agreement = agree(store, Today((a_relation(leader=LEADER),), False), Span(None, None))  # noqa: FBT003
    assert (dict(agreement.missing), agreement.identical, agreement.changed) == ({FAILED_THEN: 1}, 1, 0)


def folded(*outcomes: tuple[int, bool]) -> Controls:
    """The controls after decisions at these seconds, each of which failed or not."""
    controls = Controls()
    for at_s, is_failure in outcomes:
        reason = Reason.PROCESSING_FAILED if is_failure else Reason.AGE
        controls.decided(a_decision(Skipped, reason=reason, decided_at=TimeMs(NOON + 1_000 * at_s)).decision)
    return controls


@pytest.mark.parametrize(
    ("outcomes", "has_failed"),
    [
        ([(at, True) for at in (0, 9_000, 18_000, 27_000, 36_000)], True),
        ([(at, True) for at in (0, 9_000, 18_000, 27_000)], False),
        ([(at * 75, at % 2 == 0) for at in range(9)], True),
        ([(at * 76, at % 2 == 0) for at in range(9)], False),
        ([], False),
    ],
)
def test_failures_count_in_a_row_or_within_the_window(
    outcomes: list[tuple[int, bool]],
    has_failed: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """S4.18: five in a row however slow; five of ten minutes however mixed. The very window counts."""
    assert folded(*outcomes).has_failed(5, 600_000) is has_failed


def test_the_count_survives_a_restart() -> None:
    """I12: it is folded from the ledger."""
    store = run(*range(2_000, 6_000, 1_000), poison=((1_900, 7_500),))
    again = fold(entry for _, entry in store.entries())
    assert again.controls.failed_in_a_row == 4
