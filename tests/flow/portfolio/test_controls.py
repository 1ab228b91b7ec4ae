"""The fold of halts, cut-offs and pauses: each source stands by itself, and a restart finds what stood (C28, I12)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from copydesk.domain.control import (
    ControlFact,
    Halted,
    HaltSource,
    LeaderCutOff,
    LeaderRestored,
    RelationPaused,
    RelationResumed,
    Resumed,
)
from copydesk.domain.ids import TimeMs
from copydesk.flow.decide.snapshot import Around, snapshot_of
from copydesk.flow.portfolio.controls import Controls
from copydesk.flow.portfolio.fold import Portfolio
from tests.builders import LEADER, NOON, a_market, a_signal
from tests.histories import OTHER_LEADER

AROUND = Around(
    now=NOON,
    market=a_market(),
    book=None,
    is_halted=False,
    is_resolved=False,
    is_decided=False,
    leaders_followed=1,
)


def halted(source: HaltSource, words: str = "why", *, freezes_exits: bool = False) -> Halted:
    return Halted(source=source, since=NOON, words=words, freezes_exits=freezes_exits)


def controls(*facts: ControlFact) -> Controls:
    folded = Controls()
    for fact in facts:
        folded.apply(fact)
    return folded


def test_lifting_one_halt_leaves_the_others() -> None:
    """C28: six sources, one state."""
    by_operator, by_loss = halted(HaltSource.OPERATOR), halted(HaltSource.LOSS)
    folded = controls(by_operator, by_loss, Resumed(source=HaltSource.OPERATOR))
    assert (folded.halts, folded.halt) == ({HaltSource.LOSS: by_loss}, by_loss)
    folded.apply(Resumed(source=HaltSource.LOSS))
    assert folded.halt is None


def test_lifting_a_halt_that_does_not_stand_changes_nothing() -> None:
    by_file = halted(HaltSource.FILE)
    assert controls(by_file, Resumed(source=HaltSource.ERRORS)).halt == by_file


def test_the_oldest_halt_is_the_one_that_is_named() -> None:
    first, second, again = halted(HaltSource.ERRORS), halted(HaltSource.FILE), halted(HaltSource.ERRORS, "again")
    assert controls(first, second, again).halt == again


def test_only_a_halt_that_says_so_freezes_exits_and_only_while_it_stands() -> None:
    freeze = halted(HaltSource.CLIENT, freezes_exits=True)
    folded = controls(halted(HaltSource.OPERATOR), freeze)
    assert (folded.halt, folded.freeze) == (halted(HaltSource.OPERATOR), freeze)
    folded.apply(Resumed(source=HaltSource.CLIENT))
    assert folded.freeze is None


def test_a_snapshot_has_the_pause_and_the_cut_off_of_its_leader_and_of_no_other() -> None:
    cut = LeaderCutOff(leader=LEADER, source=HaltSource.OPERATOR, since=NOON, words="why")
    pause = RelationPaused(leader=OTHER_LEADER, since=NOON, words="why")
    portfolio = Portfolio()
    for fact in (cut, pause):
        portfolio.apply(fact)
    own = snapshot_of(a_signal(), portfolio, AROUND)
    other = snapshot_of(a_signal(leader=OTHER_LEADER), portfolio, AROUND)
    assert (own.cut_off, own.pause, other.cut_off, other.pause) == (cut, None, None, pause)
    portfolio.apply(LeaderRestored(leader=LEADER))
    portfolio.apply(RelationResumed(leader=OTHER_LEADER))
    assert (snapshot_of(a_signal(), portfolio, AROUND).cut_off, portfolio.controls.paused) == (None, {})


def test_a_pause_of_all_leaders_is_every_leaders() -> None:
    portfolio = Portfolio()
    portfolio.apply(everyone := RelationPaused(leader=None, since=NOON, words="why"))
    assert snapshot_of(a_signal(), portfolio, AROUND).pause == everyone


FACTS = st.lists(
    st.builds(
        Halted,
        source=st.sampled_from(HaltSource),
        since=st.integers(0, 9).map(TimeMs),
        words=st.just(""),
        freezes_exits=st.booleans(),
    )
    | st.builds(Resumed, source=st.sampled_from(HaltSource))
)


@given(FACTS)
def test_an_account_is_halted_exactly_while_a_halt_was_not_lifted(facts: list[Halted | Resumed]) -> None:
    """C28: whatever the order of halts and resumes."""
    last = {fact.source: fact for fact in facts}
    standing = {source: fact for source, fact in last.items() if isinstance(fact, Halted)}
    folded = controls(*facts)
    assert folded.halts == standing
    assert (folded.halt is None) == (not standing)
    assert (folded.freeze is None) == (not any(each.freezes_exits for each in standing.values()))
