"""Each gate by example: what it lets through, what it refuses, and the numbers it leaves behind (K20)."""

from __future__ import annotations

from typing import Any

import pytest

from copydesk.domain.book import Book
from copydesk.domain.control import Halted, HaltSource, LeaderCutOff, RelationPaused
from copydesk.domain.leader import TrackRecordRules, UnusualSize
from copydesk.domain.limits import AmountMode, RelationState
from copydesk.domain.refusal import Reason
from copydesk.domain.trade import Side
from copydesk.flow.decide.gates import ALL_GATES, EXISTING_GATES, EXIT_GATES, STOP_GATES, ask, existing_price
from tests.builders import (
    LEADER,
    MARKET,
    NOON,
    a_book,
    a_market,
    a_record,
    a_signal,
    a_snapshot,
    micros,
    price,
    shares,
    some_limits,
    usdc,
)
from tests.flow.decide import gate_examples

HALT = Halted(source=HaltSource.OPERATOR, since=NOON, words="lunch")
FREEZE = Halted(source=HaltSource.CLIENT, since=NOON, words="all of it", freezes_exits=True)
CUT = LeaderCutOff(leader=LEADER, source=HaltSource.LOSS, since=NOON, words="20% down")
PAUSE = RelationPaused(leader=LEADER, since=NOON, words="on holiday")

FIRES: list[tuple[Reason, dict[str, Any], dict[str, Any], dict[str, Any], Any, Any]] = [
    # reason, the signal, the snapshot, the limits, seen, limit
    (Reason.HALTED, {}, {"is_halted": True}, {}, "halted", "running"),
    (Reason.HALTED, {}, {"halt": HALT}, {}, "operator: lunch", "running"),
    (Reason.HALTED, {}, {"halt": HALT, "is_halted": True}, {}, "operator: lunch", "running"),
    (Reason.PAUSED, {}, {"pause": PAUSE}, {}, "on holiday", "copied"),
    (Reason.LEADER_CUT_OFF, {}, {"cut_off": CUT}, {}, "loss: 20% down", "copied"),
    (Reason.NOT_COPYING, {}, {}, {"state": RelationState.PAUSED}, "paused", "copying"),
    (Reason.NOT_COPYING, {}, {}, {"state": RelationState.STOPPED_KEEP}, "stopped_keep", "copying"),
    (Reason.NOT_COPYING, {}, {}, {"state": RelationState.STOPPED_HAND_OVER}, "stopped_hand_over", "copying"),
    (Reason.NOT_COPYING, {}, {}, {"state": RelationState.STOPPED_CLOSE}, "stopped_close", "copying"),
    (Reason.OPPOSITE_UNKNOWN, {}, {}, {"is_inverse": True}, None, "two outcomes"),
    (Reason.ACTION_ALREADY_DECIDED, {}, {"is_decided": True}, {}, "decided", "new"),
    (Reason.AGE, {"age_s": 31}, {}, {}, 31_000, 30_000),
    (Reason.SIDE, {}, {}, {"sides": ("SELL",)}, "BUY", "SELL"),
    (Reason.MARKET_NOT_ALLOWED, {}, {}, {"markets_allowed": ("some-other-market",)}, MARKET, 1),
    (Reason.MARKET_DENIED, {}, {}, {"markets_denied": ("will-it-rain",)}, MARKET, 1),
    (Reason.MARKET_DENIED, {}, {}, {"markets_denied": (MARKET,)}, MARKET, 1),
    (Reason.OUTCOME_DENIED, {}, {}, {"outcomes_denied": ("yes",)}, "Yes", 1),
    (Reason.MARKET_UNKNOWN, {}, {"market": a_market(unknown=("tick", "fee"))}, {}, "tick, fee", "nothing"),
    (Reason.MARKET_CLOSED, {}, {"is_resolved": True}, {}, "closed", "open"),
    (Reason.MARKET_CLOSED, {}, {"market": a_market(is_open=False)}, {}, "closed", "open"),
    (Reason.RESOLVES_SOON, {}, {"market": a_market(ends_in_s=599)}, {}, 599_000, 600_000),
    (Reason.RESOLVES_SOON, {}, {"market": a_market(ends_in_s=None)}, {}, None, 600_000),
    (Reason.LEADER_NOTIONAL, {"size": 12}, {}, {}, micros("4.8"), micros(5)),
    (Reason.PRICE_BAND, {"price": "0.02", "size": 1_000}, {}, {}, micros("0.02"), micros("0.03")),
    (Reason.PRICE_BAND, {"price": "0.98"}, {}, {}, micros("0.98"), micros("0.97")),
    (Reason.POSITIONS_OPEN, {}, {"positions_open": 15}, {}, 15, 15),
    (Reason.NO_BOOK, {}, {"book": None}, {}, None, "ask"),
    (Reason.NO_BOOK, {}, {"book": a_book(ask=None)}, {}, None, "ask"),
    (Reason.NO_BOOK, {}, {"book": a_book(bid="0.41", ask="0.40")}, {}, "crossed", "ask"),
    (Reason.PRICE_MOVED, {}, {"book": a_book(bid="0.40", ask="0.42")}, {}, 500, 400),
    (Reason.SPREAD, {}, {"book": a_book(bid="0.36")}, {}, micros("0.04"), micros("0.03")),
    (Reason.SPREAD, {}, {"book": a_book(bid=None)}, {}, None, micros("0.03")),
    (Reason.DEPTH, {}, {"book": a_book(size=300)}, {}, micros(120), micros(150)),
    *gate_examples.FIRES,
]


def of_leader(**said: Any) -> dict[str, Any]:
    return {"track_record": TrackRecordRules(**said)}


SCORE, RATIO = of_leader(score_min_bps=5_000), of_leader(ratio_min_bps=16_000)
SAMPLE, FRESH = of_leader(trades_min=30), of_leader(age_max_ms=900_000)
SIZE = of_leader(size_max_bps=10_000, unusual_size=UnusualSize.REFUSE)
STALE = a_record(as_of=NOON - 900_001)
FIRES += [
    (Reason.LEADER_STALE, {}, {"leader": STALE}, FRESH, 900_001, 900_000),
    (Reason.LEADER_STALE, {}, {"leader": None}, FRESH, None, 900_000),
    (Reason.LEADER_SAMPLE, {}, {"leader": a_record(closed=29)}, SAMPLE, 29, 30),
    (Reason.LEADER_SAMPLE, {}, {"leader": None}, SAMPLE, None, 30),
    (Reason.LEADER_SCORE, {}, {"leader": a_record(score_bps=4_999)}, SCORE, 4_999, 5_000),
    (Reason.LEADER_SCORE, {}, {"leader": a_record(closed=0)}, SCORE, None, 5_000),
    (Reason.LEADER_SCORE, {}, {"leader": None}, SCORE, None, 5_000),
    (Reason.LEADER_RATIO, {}, {"leader": a_record(ratio_bps=15_999)}, RATIO, 15_999, 16_000),
    (Reason.LEADER_RATIO, {}, {"leader": a_record(closed=0)}, RATIO, None, 16_000),
    (Reason.LEADER_RATIO, {}, {"leader": None}, RATIO, None, 16_000),
    (Reason.LEADER_EDGE, {}, {"leader": a_record(edge_bps=-1)}, {"mode": AmountMode.KELLY}, -100, 0),
    (Reason.LEADER_EDGE, {}, {"leader": None}, {"mode": AmountMode.KELLY}, None, 0),
    (Reason.LEADER_SIZE, {"size": 751}, {"leader": a_record()}, SIZE, micros("300.4"), micros(300)),
    (Reason.LEADER_SIZE, {}, {"leader": a_record(sizes=9)}, SIZE, None, None),
    (Reason.LEADER_SIZE, {}, {"leader": None}, SIZE, None, None),
    (Reason.LEADER_SIZE, {}, {"leader": None}, of_leader(size_max_bps=10_000), None, None),
]

EVERY_RECORD_GATE = of_leader(
    score_min_bps=5_000, ratio_min_bps=16_000, trades_min=30, age_max_ms=900_000, size_max_bps=50_000
)

ALL_ON: dict[str, Any] = {
    **EVERY_RECORD_GATE,
    "mode": AmountMode.KELLY,
    "markets_allowed": (MARKET,),
    "markets_denied": ("some-other-market",),
    "outcomes_denied": ("no",),
    **gate_examples.ALL_ON,
}
"""Limits that switch on every gate that is off by default, and refuse nothing; the stops have tests of their own."""
GOOD_SIGNAL, GOOD_SNAPSHOT = gate_examples.GOOD[0], {**gate_examples.GOOD[1], "leader": a_record()}


SILENT = {Reason.PAUSED, Reason.LEADER_CUT_OFF, Reason.NOT_COPYING, Reason.OPPOSITE_UNKNOWN}
"""The gates of controls and states: until somebody has used one it leaves no check."""


@pytest.mark.parametrize(("reason", "signal", "snapshot", "limits", "seen", "limit"), FIRES)
def test_a_gate_refuses_and_says_the_numbers(
    reason: Reason, signal: dict[str, Any], snapshot: dict[str, Any], limits: dict[str, Any], seen: Any, limit: Any
) -> None:
    """S2.27, K20: every gate can fire, and what it saw stands beside its limit."""
    checks = ask(ALL_GATES, a_signal(**signal), a_snapshot(**snapshot), some_limits(**limits))
    last = checks[-1]
    assert (last.reason, last.seen, last.limit, last.passed) == (reason, seen, limit, False)
    assert all(check.passed for check in checks[:-1])


def test_every_reason_a_gate_has_is_shown_to_fire() -> None:
    """K20, S4.30: a gate without an example above is a gate nobody has seen fire."""
    passed = ask(ALL_GATES, a_signal(**GOOD_SIGNAL), a_snapshot(**GOOD_SNAPSHOT), some_limits(**ALL_ON))
    assert len(passed) == len(ALL_GATES) - len(SILENT) - len(STOP_GATES)
    assert {check.reason for check in passed} == {row[0] for row in FIRES} - SILENT


@pytest.mark.parametrize(
    ("book", "seen"), [(None, None), (a_book(ask=None), None), (a_book(bid="0.40", ask="0.41"), micros("0.41"))]
)
def test_an_existing_position_is_bought_at_the_leaders_cost_or_better(book: Book | None, seen: int | None) -> None:
    """C26: the leader paid 0.40 a share on average; what cannot be seen is not bought."""
    check = existing_price.gate(a_signal(is_existing=True), a_snapshot(book=book), some_limits())
    assert (check.reason, check.seen, check.limit, check.passed) == (Reason.EXISTING_PRICE, seen, micros("0.40"), False)
    assert existing_price.gate(a_signal(is_existing=True), a_snapshot(), some_limits()).passed
    assert (*ALL_GATES, existing_price.gate) == EXISTING_GATES


def test_a_good_signal_passes_every_gate() -> None:
    """Nothing refuses without cause, and every gate is on record (S3.16)."""
    checks = ask(ALL_GATES, a_signal(**GOOD_SIGNAL), a_snapshot(**GOOD_SNAPSHOT), some_limits(**ALL_ON))
    assert len(checks) == len(ALL_GATES) - len(SILENT) - len(STOP_GATES)
    assert all(check.passed for check in checks)


def test_a_gate_that_is_off_leaves_no_check() -> None:
    """Nothing is recorded of it, and nothing it would look at is missed."""
    off = {"price_moved_max_bps": None, "spread_max": None, "depth_min": None, "positions_max": None}
    asked = {check.reason for check in ask(ALL_GATES, a_signal(), a_snapshot(), some_limits(**off))}
    every = {
        check.reason
        for check in ask(ALL_GATES, a_signal(**GOOD_SIGNAL), a_snapshot(**GOOD_SNAPSHOT), some_limits(**ALL_ON))
    }
    assert every - asked == {row[0] for row in gate_examples.FIRES} | {
        *(Reason.MARKET_NOT_ALLOWED, Reason.MARKET_DENIED, Reason.OUTCOME_DENIED, Reason.POSITIONS_OPEN),
        *(Reason.PRICE_MOVED, Reason.SPREAD, Reason.DEPTH),
        *(Reason.LEADER_STALE, Reason.LEADER_SAMPLE, Reason.LEADER_SCORE, Reason.LEADER_RATIO, Reason.LEADER_SIZE),
        Reason.LEADER_EDGE,
    }


@pytest.mark.parametrize(
    ("signal", "snapshot", "limits"),
    [
        ({"age_s": 30}, {}, {}),
        ({"size": "12.5"}, {}, {}),
        ({"price": "0.03", "size": 1_000}, {"book": a_book(bid="0.02", ask="0.03", size=10_000)}, {}),
        ({"price": "0.97"}, {"book": a_book(bid="0.96", ask="0.97")}, {}),
        ({}, {"market": a_market(ends_in_s=600)}, {}),
        ({}, {"market": a_market(ends_in_s=None)}, {"allow_unknown_end": True}),
        ({}, {"positions_open": 15, "is_new_position": False}, {}),
        ({"price": "0.50"}, {"book": a_book(bid="0.50", ask="0.52")}, {}),
        ({}, {"book": a_book(bid="0.37")}, {}),
        ({}, {"book": a_book(size=375)}, {}),
        ({}, {"book": a_book(bid="0.20", ask="0.22")}, {}),
        ({}, {}, {"markets_allowed": ("will-it-rain",)}),
        ({}, {"leader": a_record(as_of=NOON - 900_000)}, FRESH),
        ({}, {"leader": a_record(closed=30)}, SAMPLE),
        ({}, {"leader": a_record(score_bps=5_000)}, SCORE),
        ({}, {"leader": a_record(ratio_bps=16_000)}, RATIO),
        ({"size": 750}, {"leader": a_record()}, SIZE),
        ({}, {"leader": a_record(sizes=10)}, SIZE),
        ({}, {"book": a_book(bid=None, ask="0.80", size=1)}, {"spread_max": None, "depth_min": None,
                                                              "price_moved_max_bps": None}),
        *gate_examples.PASSES,
    ],
)  # fmt: skip
def test_a_gate_lets_its_very_limit_through(
    signal: dict[str, Any], snapshot: dict[str, Any], limits: dict[str, Any]
) -> None:
    """A limit is the last value allowed; a market that fell is no reason to refuse; a gate that is off does not ask."""
    assert all(
        check.passed for check in ask(ALL_GATES, a_signal(**signal), a_snapshot(**snapshot), some_limits(**limits))
    )


@pytest.mark.parametrize(("reason", "signal", "snapshot", "limits"), gate_examples.BLIND)
def test_a_gate_that_cannot_see_refuses(
    reason: Reason, signal: dict[str, Any], snapshot: dict[str, Any], limits: dict[str, Any]
) -> None:
    """K20: a missing input never passes, also where no gate before would have refused it."""
    of_reason = [
        check
        for gate in EXISTING_GATES
        if (check := gate(a_signal(**signal), a_snapshot(**snapshot), some_limits(**limits))) is not None
        and check.reason is reason
    ]
    assert [(check.seen, check.passed) for check in of_reason] == [(None, False)]


def test_the_ten_minute_floor_cannot_be_lowered() -> None:
    """S3.22, C25: a setting below the floor is as the floor."""
    soon = a_snapshot(market=a_market(ends_in_s=599))
    checks = ask(ALL_GATES, a_signal(), soon, some_limits(resolution_floor_ms=1))
    assert checks[-1].reason is Reason.RESOLVES_SOON


def test_the_ten_minute_floor_can_be_raised() -> None:
    """C25."""
    checks = ask(
        ALL_GATES, a_signal(), a_snapshot(market=a_market(ends_in_s=3_000)), some_limits(resolution_floor_ms=3_600_000)
    )
    assert checks[-1].reason is Reason.RESOLVES_SOON


def test_an_exit_asks_only_whether_it_is_wanted_and_possible() -> None:
    """K6: age, spread, depth, band and halt do not keep us in a position the leader has left."""
    signal = a_signal(side=Side.SELL, age_s=200, price="0.01")
    snapshot = a_snapshot(is_halted=True, book=None, held=shares(10))
    assert all(check.passed for check in ask(EXIT_GATES, signal, snapshot, some_limits()))


def test_an_exit_of_nothing_is_refused() -> None:
    """I8: an exit never opens a position."""
    checks = ask(EXIT_GATES, a_signal(side=Side.SELL), a_snapshot(), some_limits())
    assert (checks[-1].reason, checks[-1].passed) == (Reason.NOTHING_HELD, False)


def test_the_first_refusal_ends_the_asking() -> None:
    """Cheap before dear: behind a refusal nothing is asked, and the card can say so."""
    checks = ask(ALL_GATES, a_signal(age_s=99), a_snapshot(book=None), some_limits())
    assert [check.reason for check in checks] == [Reason.HALTED, Reason.ACTION_ALREADY_DECIDED, Reason.AGE]


def test_depth_counts_only_what_is_near_the_touch() -> None:
    """S2.4: dollars two cents away count, dollars three cents away do not."""
    book = a_book(size=1)
    far = type(book.asks[0])(price("0.43"), shares(100_000))
    checks = ask(ALL_GATES, a_signal(), a_snapshot(book=_with_ask(book, far)), some_limits(depth_min=usdc("0.41")))
    assert (checks[-1].reason, checks[-1].seen) == (Reason.DEPTH, micros("0.40"))


def _with_ask(book: Any, level: Any) -> Any:
    return type(book)(token=book.token, at=book.at, bids=book.bids, asks=(*book.asks, level), origin=book.origin)


@pytest.mark.parametrize("controls", [{"halt": HALT}, {"pause": PAUSE}, {"cut_off": CUT}, {"is_halted": True}])
def test_no_control_that_stops_entries_stops_an_exit(controls: dict[str, Any]) -> None:
    """S2.37, I18, C28: entries stop, exits go on."""
    sale, snapshot = a_signal(side=Side.SELL), a_snapshot(held=shares(10), **controls)
    assert all(check.passed for check in ask(EXIT_GATES, sale, snapshot, some_limits()))
    assert not ask(ALL_GATES, a_signal(), snapshot, some_limits())[-1].passed


def test_a_halt_that_freezes_everything_stops_exits_too() -> None:
    """C28: only a halt that says so, and it is named."""
    snapshot = a_snapshot(held=shares(10), halt=HALT, freeze=FREEZE)
    (check,) = ask(EXIT_GATES, a_signal(side=Side.SELL), snapshot, some_limits())
    assert (check.reason, check.seen, check.passed) == (Reason.FROZEN, "client: all of it", False)
    assert ask(ALL_GATES, a_signal(), snapshot, some_limits())[-1].seen == "operator: lunch"
