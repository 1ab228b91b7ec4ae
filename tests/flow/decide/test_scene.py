"""A decision can be made again from what was recorded beside it, to the last byte (N7)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.domain.book import Book, Level
from copydesk.domain.decision import Approved, Decision, Skipped
from copydesk.domain.events import DecisionMade
from copydesk.domain.exits import Exit, ExitCause
from copydesk.domain.ids import TimeMs
from copydesk.domain.leader import ThinSample, TrackRecordRules
from copydesk.domain.limits import AmountMode, Relation
from copydesk.domain.money import Price, Shares
from copydesk.domain.scene import LEVELS_MAX, Scene
from copydesk.domain.signal import Signal
from copydesk.domain.trade import Side
from copydesk.flow.decide.decision import decide
from copydesk.flow.decide.scene import NotRecorded, book_of, leader_of, market_of, scene_of, scores_of
from copydesk.flow.decide.snapshot import Snapshot
from copydesk.flow.ledger.seal import read_body
from tests.builders import NOON, YES, a_book, a_market, a_record, a_relation, a_signal, a_snapshot, price, shares, usdc
from tests.histories import a_decision, sealed

GOLDEN = Path(__file__).parents[2] / "golden" / "ledger" / "decision_with_scene.jsonl"


def recorded(signal: Signal, snapshot: Snapshot, relation: Relation) -> Scene:
    """The scene as it comes back out of a sealed entry."""
    decision = decide(signal, snapshot, relation)
    (entry,) = sealed([DecisionMade(decision=decision, scene=scene_of(signal, snapshot, relation.limits))])
    fact = read_body(entry.body).fact
    assert isinstance(fact, DecisionMade)
    assert fact.scene is not None
    return fact.scene


def made_again(scene: Scene, signal: Signal, snapshot: Snapshot, relation: Relation) -> Decision:
    """The decision from the scene; holdings, time and claims are the ledger's own and taken as they were."""
    kept = msgspec.structs.replace(
        snapshot,
        market=market_of(scene, signal),
        book=book_of(scene, signal, relation.limits),
        leaders_followed=scene.leaders_followed,
        leader=leader_of(scene, signal, relation.limits),
        scores_followed=scores_of(scene, signal, relation.limits),
        is_halted=scene.is_halted,
        is_resolved=scene.is_resolved,
    )
    return decide(signal, kept, relation)


@st.composite
def sides(draw: st.DrawFn, *, is_bid: bool) -> tuple[Level, ...]:
    """Levels around 0.40, sometimes more than are kept."""
    grid = st.integers(350, 399) if is_bid else st.integers(400, 445)
    prices = sorted(draw(st.sets(grid, min_size=2, max_size=draw(st.sampled_from([3, 45])))), reverse=is_bid)
    sizes = draw(st.lists(st.integers(20_000_000, 900_000_000), min_size=len(prices), max_size=len(prices)))
    return tuple(Level(Price(at * 1_000), Shares(size)) for at, size in zip(prices, sizes, strict=True))


MARKET_TROUBLES: list[dict[str, Any]] = [
    *({"ends_in_s": None}, {"ends_in_s": 30}, {"ends_in_s": -60}, {"is_open": False}, {"unknown": ("tick",)}),
]
TROUBLES: list[dict[str, Any]] = [
    *({"is_halted": True}, {"is_resolved": True}, {"book": None}, {"free": usdc(10)}, {"positions_open": 9}),
    *({"book": a_book(bid=None)}, {"book": a_book(ask=None)}, {"book": a_book(bid="0.41")}, {"held": shares(0)}),
]
"""What can be in the way. One example has one of them at most, or few would come as far as the sizing."""


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    """Anything a decision may look at, what it should not look at included."""
    bids, asks = draw(sides(is_bid=True)), draw(sides(is_bid=False))
    market_trouble, trouble = draw(
        st.sampled_from([({}, {})] * 2 + [({}, t) for t in TROUBLES])
        | st.sampled_from([(t, {}) for t in MARKET_TROUBLES])
    )
    market = a_market(
        **{
            "category": draw(st.sampled_from(["weather", "crypto", ""])),
            "tick": draw(st.sampled_from([price("0.01"), price("0.001")])),
            "lot": draw(st.sampled_from([shares("0.01"), shares(1)])),
            "shares_min": draw(st.sampled_from([shares(5), shares(15)])),
            "notional_min": draw(st.sampled_from([usdc(1), usdc(20)])),
            "taker_fee_bps": draw(st.sampled_from([0, 700, 1_000])),
            "is_neg_risk": draw(st.booleans()),
            "assumed": draw(st.sampled_from([(), ("tick", "lot")])),
            "version": draw(st.sampled_from(["", "2"])),
            "delay_ms": draw(st.none() | st.just(3_000)),
            "series": draw(st.sampled_from([None, "", "nba"])),
        }
        | market_trouble
    )
    parts: dict[str, Any] = {
        "market": market,
        "book": Book(token=YES.id, at=NOON, bids=bids, asks=asks, origin="live"),
        "held": Shares(draw(st.integers(1, 300_000_000))),
        "leaders_followed": draw(st.integers(1, 300)),
        "leader": a_record(closed=draw(st.integers(20, 50)), score_bps=draw(st.integers(4_000, 9_000))),
        "scores_followed": draw(st.integers(1, 100_000)),
    }
    return a_snapshot(**(parts | trouble))


GATE_CHANGES: list[dict[str, Any]] = [
    *({}, {}, {"depth_within": price("0")}, {"depth_within": price("0.01")}, {"depth_within": price("0.40")}),
    *({"depth_min": None}, {"depth_min": usdc(4_000)}, {"spread_max": None}, {"spread_max": price("0.02")}),
    *({"price_moved_max_bps": None}, {"price_moved_max_bps": 100}, {"allow_unknown_end": True}, {"positions_max": 3}),
    *({"series_allowed": ("nba",)}, {"series_denied": ("nba",)}, {"categories_allowed": ("crypto",)}),
    *({"resolution_max_ms": 60_000_000}, {"fee_max_bps": 450}, {"price_fell_max_bps": 100}),
    *({"depth_top_min": usdc(90)}, {"slip_max": price("0.01")}, {"touch_slip_max_bps": 50}),
]


RECORD_RULES = [
    TrackRecordRules(),
    TrackRecordRules(score_min_bps=5_000, thin_sample=ThinSample.PROBATION),
    TrackRecordRules(ratio_min_bps=16_000, age_max_ms=900_000, size_max_bps=10_000),
]


@st.composite
def relations(draw: st.DrawFn) -> Relation:
    wide: dict[str, Any] = {"price_moved_max_bps": 3_000, "spread_max": price("0.09"), "depth_min": usdc(1)}
    mode = draw(st.sampled_from([*AmountMode, AmountMode.EQUAL]))
    rules = draw(st.sampled_from(RECORD_RULES))
    return a_relation(mode=mode, track_record=rules, **(wide | draw(st.sampled_from(GATE_CHANGES))))


SIGNALS = st.builds(
    a_signal,
    side=st.sampled_from([Side.BUY, Side.BUY, Side.BUY, Side.SELL]),
    price=st.sampled_from(["0.40", "0.399", "0.42"]),
    size=st.sampled_from(["100", "2500"]),
    age_s=st.sampled_from([1, 10, 10, 10, 31, 400]),
    is_existing=st.booleans(),
    exit=st.sampled_from([None, None, None, Exit(cause=ExitCause.LEADER_LEFT)]),
)


NOT_KEPT = {"assumed", "version", "delay_ms"}
"""What a market tells that no decision looks at."""


def test_all_of_a_market_that_a_decision_may_look_at_is_kept() -> None:
    odd = a_market(
        category="odd", tick=1, lot=2, shares_min=3, notional_min=4, taker_fee_bps=5, is_neg_risk=True, is_open=False,
        unknown=("tick",), assumed=("lot",), version="2", delay_ms=6, series="nba",
    )  # fmt: skip
    again = market_of(recorded(a_signal(), a_snapshot(market=odd), a_relation()), a_signal())
    kept = [name for name in odd.__struct_fields__ if getattr(odd, name) == getattr(again, name)]
    assert set(odd.__struct_fields__) - set(kept) == NOT_KEPT


@settings(max_examples=120)
@given(SIGNALS, snapshots(), relations())
def test_a_decision_made_again_from_its_record_is_the_same_to_the_byte(
    signal: Signal, snapshot: Snapshot, relation: Relation
) -> None:
    """N7: a gate that looks at more than is recorded fails here until it is recorded."""
    first = decide(signal, snapshot, relation)
    again = made_again(recorded(signal, snapshot, relation), signal, snapshot, relation)
    assert msgspec.json.encode(again) == msgspec.json.encode(first)


@settings(max_examples=120)
@given(SIGNALS, snapshots(), relations(), relations())
def test_under_other_limits_it_is_what_it_would_have_been_or_says_what_is_missing(
    signal: Signal, snapshot: Snapshot, then: Relation, now: Relation
) -> None:
    """N7, S2.41: never a guess."""
    scene = recorded(signal, snapshot, then)
    try:
        again = made_again(scene, signal, snapshot, now)
    except NotRecorded:
        return
    assert msgspec.json.encode(again) == msgspec.json.encode(decide(signal, snapshot, now))


def asks(*levels: str) -> Book:
    book = a_book()
    return msgspec.structs.replace(book, asks=tuple(Level(price(at), shares(10)) for at in levels))


def test_only_what_the_depth_gate_looks_at_is_kept_of_the_book() -> None:
    snapshot = a_snapshot(book=asks("0.40", "0.42", "0.43", "0.90"))
    book = recorded(a_signal(), snapshot, a_relation()).book
    assert book
    assert [level.price for level in book.asks] == [price("0.40"), price("0.42")]
    assert book.reach == price("0.02")


def test_a_book_that_is_kept_whole_answers_for_any_depth() -> None:
    scene = recorded(a_signal(), a_snapshot(book=asks("0.40", "0.41")), a_relation())
    wide = a_relation(depth_within=price("0.50")).limits
    book = book_of(scene, a_signal(), wide)
    assert book is not None
    assert book.ask_depth(price("0.50")) == usdc("8.1")


def test_a_depth_beyond_what_was_kept_is_not_guessed() -> None:
    scene = recorded(a_signal(), a_snapshot(book=asks("0.40", "0.42", "0.43")), a_relation())
    book = book_of(scene, a_signal(), a_relation(depth_within=price("0.03")).limits)
    assert book is not None
    with pytest.raises(NotRecorded, match=r"asks further than 0\.02 from the best"):
        book.ask_depth(price("0.03"))


def test_a_book_of_many_levels_is_kept_up_to_a_bound() -> None:
    many = asks(*[f"0.{400 + number}" for number in range(LEVELS_MAX + 9)])
    book = recorded(a_signal(), a_snapshot(book=many), a_relation(depth_within=price("0.10"))).book
    assert book
    assert len(book.asks) == LEVELS_MAX
    assert book.reach == price("0.031")


def test_an_exit_and_an_audit_record_no_book_and_none_is_made_up() -> None:
    held = a_snapshot(held=shares(10))
    exit_scene = recorded(a_signal(side=Side.SELL), held, a_relation())
    audit_scene = recorded(a_signal(), held, a_relation(mode=AmountMode.EXACT))
    assert exit_scene.book is audit_scene.book is msgspec.UNSET
    with pytest.raises(NotRecorded, match="the book"):
        book_of(audit_scene, a_signal(), a_relation().limits)


def test_a_market_without_a_book_is_told_from_one_nobody_looked_at() -> None:
    scene = recorded(a_signal(), a_snapshot(book=None), a_relation())
    assert scene.book is None
    assert book_of(scene, a_signal(), a_relation().limits) is None


def test_an_entry_from_before_scenes_has_the_bytes_it_had() -> None:
    """F11: the field is left out, not null."""
    (entry,) = sealed([a_decision()])
    assert b"scene" not in entry.body
    assert isinstance(fact := read_body(entry.body).fact, DecisionMade)
    assert fact.scene is None


def with_scene(decision: type[Decision], **said: Any) -> DecisionMade:
    snapshot = a_snapshot(**said)
    made = a_decision(decision)
    return DecisionMade(decision=made.decision, scene=scene_of(a_signal(), snapshot, a_relation().limits))


def test_the_bytes_of_a_decision_with_its_scene_stay_as_they_are() -> None:
    """F11: kept for ever. If this fails, old ledgers read differently: add a file, never edit this one."""
    facts = [
        with_scene(Skipped),
        with_scene(Approved, market=a_market(ends_in_s=None, unknown=("tick",)), book=None),
        with_scene(Skipped, is_halted=True, is_resolved=True, book=asks("0.40", "0.43"), leaders_followed=12),
    ]
    assert b"".join(entry.body + b"\n" for entry in sealed(facts)) == GOLDEN.read_bytes()
    assert all(isinstance(read_body(line).fact, DecisionMade) for line in GOLDEN.read_bytes().splitlines())


def test_a_track_record_is_kept_only_where_the_limits_look_at_it() -> None:
    """F11: entries under other limits keep the bytes they had."""
    seen = a_snapshot(leader=a_record(), scores_followed=7_000)
    looking = a_relation(track_record=TrackRecordRules(score_min_bps=1))
    assert recorded(a_signal(), seen, looking).leader == a_record()
    scene = recorded(a_signal(), seen, a_relation())
    assert (scene.leader, scene.scores_followed) == (None, 0)
    with pytest.raises(NotRecorded, match="what was known of the leader"):
        leader_of(scene, a_signal(), looking.limits)


def test_a_time_is_kept_as_it_was() -> None:
    scene = recorded(a_signal(), a_snapshot(market=a_market(ends_in_s=3_600)), a_relation())
    assert scene.market.ends_at == TimeMs(NOON + 3_600_000)
