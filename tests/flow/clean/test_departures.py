"""A fall that nothing explains: it takes two lists to believe it, it is told once, and what we saw is no evidence."""

from __future__ import annotations

from copydesk.domain.ids import TimeMs
from copydesk.domain.money import Shares
from copydesk.domain.trade import LeaderPosition, LeaderPositions
from copydesk.flow.clean.departures import CONFIRM_MS, Departures
from copydesk.flow.clean.holdings import Fall
from tests.builders import LEADER, NOON, YES, shares

KNOWN = {YES.id: shares(100)}
MINUTE_S = CONFIRM_MS // 1_000


def listed(size: int, at_s: int) -> LeaderPositions:
    """What the venue lists of Yes, `at_s` after noon."""
    held = (LeaderPosition(token=YES, shares=shares(size), average=None),) if size else ()
    return LeaderPositions(leader=LEADER, seen_at=TimeMs(NOON + 1_000 * at_s), positions=held)


def told(*lists: LeaderPositions, known: dict[object, Shares | None] | None = None) -> list[Fall]:
    """What a run of lists tells."""
    departures = Departures()
    return [fall for each in lists for fall in departures.compare(each, known or KNOWN)]  # type: ignore[arg-type]


def test_a_leader_who_holds_none_has_left_once_a_minute_confirms_it() -> None:
    """K6, C26: one list may lag behind; two that are a minute apart do not."""
    (fall,) = told(listed(0, 0), listed(0, MINUTE_S))
    assert (fall.before, fall.lost) == (shares(100), shares(100))
    assert told(listed(0, 0), listed(0, MINUTE_S - 1)) == []


def test_a_holding_that_fell_in_part_is_told_by_how_much() -> None:
    """E5: 100 became 40, so 60 of 100 went."""
    (fall,) = told(listed(40, 0), listed(40, MINUTE_S))
    assert (fall.before, fall.lost) == (shares(100), shares(60))


def test_a_fall_is_told_once_until_the_leader_holds_more_again() -> None:
    """C27: closed once."""
    again = [listed(0, MINUTE_S * n) for n in range(5)]
    assert len(told(*again)) == 1
    assert len(told(*again, listed(100, 400), listed(0, 500), listed(0, 600))) == 2


def test_a_list_that_shows_the_shares_again_ends_the_doubt() -> None:
    """C10: the first list lagged behind a buy."""
    assert told(listed(0, 0), listed(100, 10), listed(0, MINUTE_S)) == []


def test_what_we_saw_the_leader_do_explains_the_fall() -> None:
    """K6: a sale that comes in through a feed is copied as a sale, not a second time as a fall."""
    departures = Departures()
    assert departures.compare(listed(0, 0), {**KNOWN}) == []
    departures.explained(LEADER, YES.id)
    assert departures.compare(listed(0, MINUTE_S), {**KNOWN}) == []


def test_a_leader_we_know_nothing_of_has_left_only_if_nothing_is_listed() -> None:
    """C26: after a restart we know what we hold, not what the leader held."""
    (fall,) = told(listed(0, 0), listed(0, MINUTE_S), known={YES.id: None})
    assert fall.before is None
    assert told(listed(40, 0), listed(40, MINUTE_S), known={YES.id: None}) == []
