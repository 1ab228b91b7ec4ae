"""Our own exits: each fires at its very limit and not before, none fires blind, and one arbiter closes once."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from copydesk.domain.decision import Approved, Skipped
from copydesk.domain.exits import IS_OWN, Exit, ExitCause, Exits, Leaving, MirrorStyle, ProfitStep
from copydesk.domain.ids import TimeMs
from copydesk.domain.money import Price
from copydesk.domain.refusal import Reason
from copydesk.domain.trade import Side
from copydesk.flow.decide.decision import decide
from copydesk.flow.decide.gates import OWN_EXIT_GATES
from copydesk.flow.decide.own_exits.arbiter import RULES, first_due, is_given_up, resumes_at, wakes_at
from copydesk.flow.decide.own_exits.seen import Reading, Seen, change_bps, fallen
from tests.builders import NOON, a_book, a_market, a_relation, a_signal, a_snapshot, price, shares, usdc

HOUR_MS = 3_600_000
LADDER = (ProfitStep(3_000, 5_000), ProfitStep(6_000, 10_000))


def seen(**said: Any) -> Seen:
    """A hundred shares that cost 50 cents each, bought an hour ago, in a market that ends in a day."""
    leaving = Leaving(opened_at=TimeMs(NOON - HOUR_MS), bought_at=TimeMs(NOON - HOUR_MS))
    held = {name: said.pop(name) for name in list(said) if name in Leaving.__struct_fields__}
    parts: dict[str, Any] = {
        "now": NOON,
        "sellable": shares(100),
        "average": price("0.50"),
        "bid": price("0.50"),
        "peak": price("0.50"),
        "ends_at": TimeMs(NOON + 24 * HOUR_MS),
        "leaving": msgspec.structs.replace(leaving, **held),
    }
    return Seen(**(parts | said))


def cause(exits: Exits, **said: Any) -> ExitCause | None:
    """Which exit closes the position, if any."""
    out = first_due(seen(**said), exits)
    return None if out is None else out.cause


STOP = Exits(stop_loss_bps=1_200)
TIMED = Exits(before_end_ms=4 * HOUR_MS)
PROFIT = Exits(take_profit=LADDER)
TRAILING = Exits(trailing_bps=1_000)
PROBE = Exits(adverse_bps=500, adverse_within_ms=60_000)
HELD = Exits(hold_max_ms=HOUR_MS)
RETRY = Exits(retries_max=2, retry_after_ms=5_000)


@pytest.mark.parametrize(
    ("exits", "fires", "holds"),
    [
        (STOP, {"bid": price("0.44")}, {"bid": price("0.440001")}),
        (PROFIT, {"bid": price("0.65")}, {"bid": price("0.649999")}),
        (PROFIT, {"bid": price("0.80"), "steps": 1}, {"bid": price("0.79"), "steps": 1}),
        (TRAILING, {"bid": price("0.54"), "peak": price("0.60")}, {"bid": price("0.55"), "peak": price("0.60")}),
        (PROBE, {"bid": price("0.475"), "bought_at": TimeMs(NOON - 60_000)},
                {"bid": price("0.475"), "bought_at": TimeMs(NOON - 60_001)}),
        (PROBE, {"bid": price("0.475"), "bought_at": NOON}, {"bid": price("0.476"), "bought_at": NOON}),
        (HELD, {}, {"opened_at": TimeMs(NOON - HOUR_MS + 1)}),
        (TIMED, {"ends_at": TimeMs(NOON + 4 * HOUR_MS)}, {"ends_at": TimeMs(NOON + 4 * HOUR_MS + 1)}),
        (RETRY, {"owed": shares(1)}, {"owed": shares(0)}),
    ],
)  # fmt: skip
def test_each_exit_fires_at_its_limit_and_not_before(exits: Exits, fires: Any, holds: Any) -> None:
    """S2.21, C25, E24, K6: 30 %, 12 %, 4 h, and the others."""
    assert cause(exits, **fires) is not None
    assert cause(exits, **holds) is None


@pytest.mark.parametrize("exits", [STOP, PROFIT, TRAILING, PROBE])
def test_an_exit_that_goes_by_the_price_does_not_fire_blind(exits: Exits) -> None:
    """Without a bid nothing is known of the price, and there is nobody to sell to."""
    assert cause(exits, bid=None, peak=price("0.90"), bought_at=NOON) is None


def test_a_market_without_a_known_end_has_no_time_exit() -> None:
    """C25."""
    assert cause(TIMED, ends_at=None) is None


def test_what_was_bought_inside_the_last_hours_is_not_sold_at_once() -> None:
    """C25: the time exit is no entry rule."""
    assert cause(TIMED, ends_at=TimeMs(NOON + HOUR_MS), opened_at=TimeMs(NOON - 1)) is None


def test_of_several_exits_the_most_urgent_closes() -> None:
    """C27."""
    both = msgspec.structs.replace(STOP, before_end_ms=4 * HOUR_MS, hold_max_ms=1)
    assert cause(both, bid=price("0.10"), ends_at=TimeMs(NOON + 4 * HOUR_MS)) is ExitCause.TIME_EXIT
    assert cause(both, bid=price("0.10")) is ExitCause.STOP_LOSS


@pytest.mark.parametrize(
    "in_the_way", [{"selling": shares(1)}, {"sellable": shares(0)}, {"is_dust": True}, {"tried_at": NOON}]
)
def test_nothing_is_begun_while_something_is_in_the_way(in_the_way: dict[str, Any]) -> None:
    """C27, I8, E28: an open sell, nothing left, dust, or a try that has just failed."""
    assert cause(STOP, bid=price("0.10")) is ExitCause.STOP_LOSS
    assert cause(STOP, bid=price("0.10"), **in_the_way) is None


def test_a_person_who_closes_alone_is_not_helped() -> None:
    """E5: `manual`."""
    assert cause(msgspec.structs.replace(STOP, mirror=MirrorStyle.MANUAL), bid=price("0.10")) is None
    assert cause(msgspec.structs.replace(STOP, mirror=MirrorStyle.NONE), bid=price("0.10")) is ExitCause.STOP_LOSS


def test_each_wait_is_twice_the_last_until_it_is_given_up() -> None:
    """K6: five seconds, ten, then a person has to look."""
    waits = []
    for tries in ({}, {ExitCause.UNFILLED: 1}):
        leaving = seen(owed=shares(1), tried_at=NOON, tries=tries).leaving
        waits.append(resumes_at(leaving, RETRY) - NOON)
        assert not is_given_up(leaving, RETRY)
    assert waits == [5_000, 10_000]
    spent = seen(owed=shares(1), tries={ExitCause.UNFILLED: 2})
    assert first_due(spent, RETRY) is None
    assert is_given_up(spent.leaving, RETRY)


@pytest.mark.parametrize(
    ("exits", "said", "at"),
    [
        (HELD, {"opened_at": NOON}, NOON + HOUR_MS),
        (TIMED, {}, NOON + 20 * HOUR_MS),
        (RETRY, {"owed": shares(1), "tried_at": NOON}, NOON + 5_000),
        (STOP, {}, None),
    ],
)
def test_time_wakes_what_time_brings(exits: Exits, said: dict[str, Any], at: int | None) -> None:
    assert wakes_at(seen(**said), exits) == at


def test_every_own_cause_has_a_rule() -> None:
    assert set(RULES) == IS_OWN


def decided(out: Exit, exits: Exits, **said: Any) -> Approved | Skipped:
    """The decision about an own exit of 100 shares that cost 50 cents; the best bid is 39 cents unless said."""
    leaving = seen(**{name: said.pop(name) for name in list(said) if name in Leaving.__struct_fields__}).leaving
    parts: dict[str, Any] = {"held": shares(100), "basis": usdc(50), "leaving": leaving, "is_new_position": False}
    signal = a_signal(side=Side.SELL, size=100, notional=usdc(0), age_s=0, exit=out)
    decision = decide(signal, a_snapshot(**(parts | said)), a_relation(exits=exits))
    assert isinstance(decision, Approved | Skipped)
    return decision


STOPPED = Exit(cause=ExitCause.STOP_LOSS)


def test_an_own_exit_is_decided_with_what_it_saw_beside_its_limit() -> None:
    """S2.21, N28: 22 % below cost, limit 12 %; all goes at ten per cent below the bid at the worst."""
    decision = decided(STOPPED, STOP)
    assert isinstance(decision, Approved)
    assert (decision.shares, decision.limit) == (shares(100), price("0.36"))
    check = decision.checks[-1]
    assert (check.reason, check.seen, check.limit) == (Reason.EXIT_NOT_DUE, -2_200, -1_200)


def test_an_own_exit_goes_through_while_halted_and_whatever_sides_are_copied() -> None:
    """I18, E7."""
    assert isinstance(decided(STOPPED, STOP, is_halted=True), Approved)
    signal = a_signal(side=Side.SELL, notional=usdc(0), age_s=0, exit=STOPPED)
    snapshot = a_snapshot(held=shares(100), basis=usdc(50), leaving=seen().leaving)
    assert isinstance(decide(signal, snapshot, a_relation(exits=STOP, sides=("BUY",))), Approved)


@pytest.mark.parametrize(
    ("exits", "said", "reason"),
    [
        (Exits(), {}, Reason.EXIT_NOT_DUE),
        (STOP, {"book": a_book(bid="0.49")}, Reason.EXIT_NOT_DUE),
        (STOP, {"leaving": None}, Reason.EXIT_NOT_DUE),
        (STOP, {"book": None}, Reason.NO_BID),
        (STOP, {"held": shares(0)}, Reason.NOTHING_HELD),
        (STOP, {"market": a_market(is_open=False)}, Reason.MARKET_CLOSED),
        (STOP, {"held": shares(4), "basis": usdc(2)}, Reason.BELOW_MINIMUM),
    ],
)
def test_an_own_exit_that_is_not_due_or_cannot_see_is_refused(exits: Exits, said: Any, reason: Reason) -> None:
    """Made again under other settings, an exit that is off now is refused; a missing input refuses too."""
    decision = decided(STOPPED, exits, **said)
    assert isinstance(decision, Skipped)
    assert decision.reason is reason


def test_the_ladder_sells_its_part_and_what_is_owed_is_sold_exactly() -> None:
    """E24, K6: half at the first step; forty owed are forty sold."""
    first = decided(Exit(cause=ExitCause.TAKE_PROFIT, step=1), PROFIT, book=a_book(bid="0.66", ask="0.67"))
    assert isinstance(first, Approved)
    assert first.shares == shares(50)
    again = decided(Exit(cause=ExitCause.UNFILLED), RETRY, owed=shares(40))
    assert isinstance(again, Approved)
    assert again.shares == shares(40)


def test_only_a_step_of_profit_counts_steps_and_only_a_trailing_stop_names_its_peak() -> None:
    """S2.21: what an exit carries is what its card shows."""
    step = first_due(seen(bid=price("0.80"), steps=1), PROFIT)
    first = first_due(seen(bid=price("0.65")), PROFIT)
    trailing = first_due(seen(bid=price("0.54"), peak=price("0.60")), TRAILING)
    stop = first_due(seen(bid=price("0.44"), peak=price("0.60"), steps=1), STOP)
    assert first == Exit(cause=ExitCause.TAKE_PROFIT, peak=None, step=1)
    assert step == Exit(cause=ExitCause.TAKE_PROFIT, peak=None, step=2)
    assert trailing == Exit(cause=ExitCause.TRAILING_STOP, peak=price("0.60"), step=0)
    assert stop == Exit(cause=ExitCause.STOP_LOSS, peak=None, step=0)


def test_a_try_may_be_made_again_in_the_very_millisecond_the_wait_ends() -> None:
    """K6: five seconds, then ten."""
    tried = {"owed": shares(1), "tries": {ExitCause.UNFILLED: 1}}
    assert cause(RETRY, **tried, tried_at=TimeMs(NOON - 10_000)) is ExitCause.UNFILLED
    assert cause(RETRY, **tried, tried_at=TimeMs(NOON - 9_999)) is None


def test_the_wait_between_tries_stops_doubling_after_six() -> None:
    exits = Exits(retries_max=20, retry_after_ms=1_000)
    waits = [
        resumes_at(seen(tried_at=TimeMs(0), tries={ExitCause.UNFILLED: tries}).leaving, exits) for tries in (5, 6, 7)
    ]
    assert waits == [32_000, 64_000, 64_000]
    assert resumes_at(seen().leaving, exits) == 0


def test_the_earliest_of_several_times_wakes() -> None:
    """Two rules of time: the hold ends in an hour, the window before the end begins in twenty."""
    both = Exits(before_end_ms=4 * HOUR_MS, hold_max_ms=2 * HOUR_MS)
    assert wakes_at(seen(), both) == NOON + HOUR_MS
    assert wakes_at(seen(owed=shares(1)), Exits(retries_max=0, retry_after_ms=1)) is None


def test_nothing_owed_is_nothing_given_up() -> None:
    spent = {ExitCause.UNFILLED: 2}
    assert not is_given_up(seen(owed=shares(0), tries=spent).leaving, RETRY)
    assert is_given_up(seen(owed=shares(1), tries=spent).leaving, RETRY)


def test_a_price_that_did_not_change_and_one_since_nothing_say_so() -> None:
    """The reading of a fall: rounded towards zero, against minus the limit, blind against a price of nothing."""
    assert change_bps(price("0.50"), price("0.50")) == 0
    assert change_bps(price("0.333333"), price("0.50")) == -3_333
    assert fallen(price("0.45"), price("0.50"), 1_000) == Reading(-1_000, -1_000, "bps", is_out=True)
    assert fallen(None, price("0.50"), 1_000) == Reading(None, -1_000, "bps", is_out=False)
    assert fallen(price("0.45"), Price(0), 1_000) == Reading(None, -1_000, "bps", is_out=False)
    assert fallen(price("0.45"), Price(1), 1_000).seen is not None


def test_each_gate_of_an_exit_of_our_own_is_asked() -> None:
    """I8, K6: frozen, decided, and one that is under way already."""
    asked = {gate.__module__.rpartition(".")[2] for gate in OWN_EXIT_GATES}
    assert asked == {"frozen", "decided_once", "market_open", "held", "exit_under_way", "bid_known", "exit_due"}
