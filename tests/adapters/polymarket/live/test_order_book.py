"""A book rebuilt from snapshots and changes: K12, #20, #21, F30, F32, and recorded streams of the venue."""

import csv
import gzip
import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.adapters.polymarket.live.market_frames import channel_events, rest_books
from copydesk.adapters.polymarket.live.order_book import NOTHING, Change, Changes, OrderBook, Snapshot, sorted_sides
from copydesk.domain.book import Level
from copydesk.domain.ids import MarketId, TimeMs, TokenId
from copydesk.domain.money import ONE_DOLLAR, Price, Shares
from copydesk.domain.trade import Side

START = 1_795_132_800_000
TOKEN, MARKET = TokenId("7"), MarketId("0x" + "7" * 64)
CENT = 10_000


def a_snapshot(at: int, bids: dict[int, int], asks: dict[int, int]) -> Snapshot:
    """Prices in cents, shares in micros."""
    return Snapshot(
        token=TOKEN,
        market=MARKET,
        at=TimeMs(START + at),
        sides=sorted_sides(
            [(Price(cents * CENT), Shares(shares)) for cents, shares in bids.items()],
            [(Price(cents * CENT), Shares(shares)) for cents, shares in asks.items()],
        ),
    )


def changes(at: int, *each: tuple[Side, int, int]) -> Changes:
    return Changes(
        token=TOKEN,
        at=TimeMs(START + at),
        changes=tuple(Change(side, Price(cents * CENT), Shares(shares)) for side, cents, shares in each),
    )


def test_the_best_level_is_first_whatever_the_order_it_came_in() -> None:
    """K12, #20: the venue puts the best last; an older page of its documentation says first."""
    levels = [(Price(cents * CENT), Shares(1)) for cents in (40, 42, 41)]
    sides = sorted_sides(levels, [(price + Price(10 * CENT), shares) for price, shares in levels])
    assert [int(level.price) // CENT for level in sides.bids] == [42, 41, 40]
    assert [int(level.price) // CENT for level in sides.asks] == [50, 51, 52]
    assert sides.best == (Price(42 * CENT), Price(50 * CENT))
    assert NOTHING.best == (Price(0), ONE_DOLLAR)


def test_a_size_is_the_new_total_and_zero_takes_the_level_away() -> None:
    """#21."""
    book = OrderBook()
    book.anchor(a_snapshot(0, {40: 5}, {60: 5}))
    book.apply(changes(1, (Side.BUY, 40, 9), (Side.BUY, 41, 3), (Side.SELL, 60, 0)))
    assert book.sides.bids == (Level(Price(41 * CENT), Shares(3)), Level(Price(40 * CENT), Shares(9)))
    assert book.sides.asks == ()


def test_a_crossed_or_empty_book_says_so() -> None:
    book = OrderBook()
    assert book.sides.is_empty
    book.anchor(a_snapshot(0, {60: 5}, {60: 5}))
    assert book.sides.is_crossed
    book.apply(changes(1, (Side.SELL, 60, 0), (Side.SELL, 61, 5)))
    assert not book.sides.is_crossed


def test_whoever_reads_sees_all_of_a_frame_or_nothing_of_it() -> None:
    """S0.15: what was read stays what it was."""
    book = OrderBook()
    book.anchor(a_snapshot(0, {40: 5}, {60: 5}))
    before = book.sides
    book.apply(changes(1, (Side.BUY, 40, 0), (Side.BUY, 30, 1)))
    assert before == a_snapshot(0, {40: 5}, {60: 5}).sides
    assert book.sides is not before


def test_changes_before_any_snapshot_wait_for_it() -> None:
    """F47: after a gap nothing is shown until there is a whole book to go on from."""
    book = OrderBook()
    book.apply(changes(5, (Side.BUY, 41, 2)))
    assert book.sides == NOTHING
    book.anchor(a_snapshot(3, {40: 5}, {60: 5}))
    assert [int(level.price) // CENT for level in book.sides.bids] == [41, 40]


def test_a_snapshot_older_than_the_last_one_changes_nothing() -> None:
    book = OrderBook()
    book.anchor(a_snapshot(5, {40: 5}, {60: 5}))
    assert not book.anchor(a_snapshot(4, {30: 5}, {70: 5}))
    assert book.sides == a_snapshot(5, {40: 5}, {60: 5}).sides


each_change = st.tuples(st.sampled_from(Side), st.integers(49, 51), st.integers(0, 5))


@given(
    told=st.lists(each_change, max_size=40),
    shuffled=st.randoms(use_true_random=False),
    snapshot_after=st.integers(0, 40),
)
def test_neither_order_nor_repetition_of_frames_matters(
    told: list[tuple[Side, int, int]], shuffled: Random, snapshot_after: int
) -> None:
    """F30, F32: a book is what the latest total of each price says, however its frames come."""
    frames = [changes(number, change) for number, change in enumerate(told, start=1)]
    right = OrderBook()
    right.anchor(a_snapshot(0, {40: 5}, {60: 5}))
    for frame in frames:
        right.apply(frame)

    truth = OrderBook()
    truth.anchor(a_snapshot(0, {40: 5}, {60: 5}))
    for frame in frames[:snapshot_after]:
        truth.apply(frame)
    middle = Snapshot(token=TOKEN, market=MARKET, at=TimeMs(START + snapshot_after), sides=truth.sides)

    mixed: list[Changes | Snapshot] = [*frames, *frames[::3], a_snapshot(0, {40: 5}, {60: 5}), middle]
    shuffled.shuffle(mixed)
    book = OrderBook()
    for each in mixed:
        if isinstance(each, Snapshot):
            book.anchor(each)
        else:
            book.apply(each)
    assert book.sides == right.sides


# --- recorded streams ------------------------------------------------------------------------------------------------


def recorded_moments(path: Path) -> Iterator[tuple[str, str, TimeMs, list[dict[str, str]]]]:
    """(kind, token, at, rows) of a recording with one row a level or change, in order of arrival."""
    with gzip.open(path, "rt") as file:
        rows = csv.DictReader(file)
        for key, of_moment in groupby(rows, key=lambda row: (row["event_type"], row["asset_id"], row["timestamp"])):
            yield key[0], key[1], TimeMs(int(key[2])), list(of_moment)


def as_frame(kind: str, token: str, at: TimeMs, rows: list[dict[str, str]]) -> bytes:
    """The frame such rows were taken from, in the venue's form of today."""
    head = {"event_type": kind, "market": MARKET, "timestamp": str(at)}
    if kind == "book":
        sides = {
            name: [{"price": row["price"], "size": row["size"]} for row in rows if row["side"] == side]
            for name, side in (("bids", "bid"), ("asks", "ask"))
        }
        return json.dumps({**head, "asset_id": token, **sides}).encode()
    sides_of = {"bid": "BUY", "ask": "SELL"}
    told = [
        {"asset_id": token, "price": row["price"], "size": row["size"], "side": sides_of[row["side"]]} for row in rows
    ]
    return json.dumps({**head, "price_changes": told}).encode()


@pytest.mark.slow
@pytest.mark.recorded
def test_recorded_games_are_rebuilt_as_the_venue_saw_them(recorded_data: Path) -> None:
    """K12: the recordings say what a print took only by the whole book after it; else that book is the rebuilt one."""
    compared = explained = 0
    for path in sorted((recorded_data / "clob" / "MinesJA_SignalDrift").glob("*.csv.gz")):
        books: dict[str, OrderBook] = {}
        for kind, token, at, rows in recorded_moments(path):
            book = books.setdefault(token, OrderBook())
            for event in channel_events(as_frame(kind, token, at, rows), {token}):
                if isinstance(event, Changes):
                    book.apply(event)
                    continue
                assert isinstance(event, Snapshot)
                if book.is_anchored:
                    compared += 1
                    explained += is_after_a_print(book.sides.bids, event.sides.bids) and is_after_a_print(
                        book.sides.asks, event.sides.asks
                    )
                book.anchor(event)
    assert compared > 1_500
    assert explained * 100 > 75 * compared  # the rest lies behind gaps of the recorder, and orders that ate and rested


def is_after_a_print(ours: tuple[Level, ...], venue: tuple[Level, ...]) -> bool:
    """Whether the venue's side is ours, from some level on, of which a part may be gone."""
    if not venue:
        return True
    best = next((level for level in ours if level.price == venue[0].price), None)
    return best is not None and best.shares >= venue[0].shares and ours[-len(venue) :][1:] == venue[1:]


@pytest.mark.recorded
def test_recorded_frames_of_the_channel_are_read(recorded_data: Path) -> None:
    """#22: books come in lists, changes alone; the best prices they name are those of the rebuilt book."""
    path = recorded_data / "clob" / "bennacer860_fleet-ai-sandbox" / "ws_raw_20260228.jsonl"
    token = "103599770717172967719961451887620446300201640099216457678699864025236183422254"
    book, read = OrderBook(), []
    for line in path.read_text().splitlines():
        row = json.loads(line)
        if row["channel"] != "market":
            continue
        for event in channel_events(json.dumps(row["message"]).encode(), {token}):
            read.append(event)
            if isinstance(event, Snapshot):
                book.anchor(event)
            else:
                assert isinstance(event, Changes)
                book.apply(event)
                assert event.best == book.sides.best
    assert [type(each).__name__ for each in read] == [
        *("Snapshot", "Snapshot", "Changes", "Changes", "Snapshot", "Changes", "Changes", "Snapshot")
    ]


@pytest.mark.recorded
def test_a_recorded_answer_of_the_book_endpoint_is_read(recorded_data: Path) -> None:
    body = (recorded_data / "clob" / "nexiumito_polycopy" / "clob_orderbook_sample.json").read_bytes()
    [snapshot] = rest_books(body)
    assert isinstance(snapshot, Snapshot)
    assert snapshot.sides.best == (Price(1_000), Price(2_000)) or not snapshot.sides.is_crossed
    assert list(snapshot.sides.asks) == sorted(snapshot.sides.asks, key=lambda level: int(level.price))
