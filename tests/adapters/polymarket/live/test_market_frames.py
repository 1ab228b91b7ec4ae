"""Frames of the market channel and what is refused of them: F34, S1.39, K12, #21, #22, #25."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.adapters.polymarket.live.market_frames import (
    MarketListed,
    MarketOver,
    TickChanged,
    channel_events,
    rest_books,
)
from copydesk.adapters.polymarket.live.order_book import Change, Changes, Snapshot
from copydesk.adapters.polymarket.parse.refusals import Refused, RefusedRow
from copydesk.domain.book import Level
from copydesk.domain.money import Price, Shares
from copydesk.domain.trade import Side

MARKET = "0x" + "7" * 64
AT = 1_795_132_800_456
WANTED = {"7", "8"}


def a_book(**other: object) -> dict[str, object]:
    book: dict[str, object] = {
        "event_type": "book",
        "market": MARKET,
        "asset_id": "7",
        "timestamp": str(AT),
        "hash": "ab",
        "bids": [{"price": "0.42", "size": "10"}, {"price": "0.43", "size": "20.5"}],
        "asks": [{"price": "0.46", "size": "5"}, {"price": "0.45", "size": "30"}],
        "tick_size": "0.01",
    }
    return {**book, **other}


def a_change(**other: object) -> dict[str, object]:
    change = {"asset_id": "7", "price": "0.43", "size": "812.5", "side": "BUY", "best_bid": "0.43", "best_ask": "1"}
    return {**change, **other}


def changes(*rows: dict[str, object], **other: object) -> dict[str, object]:
    return {
        "event_type": "price_change",
        "market": MARKET,
        "timestamp": str(AT),
        "price_changes": list(rows or (a_change(),)),
        **other,
    }


def events(frame: object) -> list[object]:
    return list(channel_events(frame if isinstance(frame, bytes) else json.dumps(frame).encode(), WANTED))


def reasons(frame: object) -> list[RefusedRow]:
    return [each.reason for each in events(frame) if isinstance(each, Refused)]


def test_a_book_is_turned_best_first() -> None:
    """K12: the best is the last of the list."""
    [book] = events([a_book()])
    assert isinstance(book, Snapshot)
    assert book.sides.bids == (
        Level(Price(430_000), Shares(20_500_000)),
        Level(Price(420_000), Shares(10_000_000)),
    )
    assert [int(level.price) for level in book.sides.asks] == [450_000, 460_000]
    assert (book.at, book.tick) == (AT, Price(10_000))


def test_one_frame_changes_both_tokens_of_a_market() -> None:
    """#21."""
    told = events(changes(a_change(), a_change(asset_id="8", price="0.57", side="SELL", size="0", best_bid="0")))
    assert told == [
        Changes(
            token="7",  # type: ignore[arg-type]
            at=AT,  # type: ignore[arg-type]
            changes=(Change(Side.BUY, Price(430_000), Shares(812_500_000)),),
            best=(Price(430_000), Price(1_000_000)),
        ),
        Changes(
            token="8",  # type: ignore[arg-type]
            at=AT,  # type: ignore[arg-type]
            changes=(Change(Side.SELL, Price(570_000), Shares(0)),),
            best=(Price(0), Price(1_000_000)),
        ),
    ]


def test_tokens_nobody_wants_are_passed_over_unread() -> None:
    assert events(changes(a_change(asset_id="9", price="nonsense"))) == []
    assert events([a_book(asset_id="9", bids=[{"price": "x", "size": "y"}])]) == []


def test_ticks_new_markets_and_ends_are_told() -> None:
    tick = {"event_type": "tick_size_change", "market": MARKET, "timestamp": str(AT), "new_tick_size": "0.001"}
    assert events({**tick, "asset_id": "7", "old_tick_size": "0.01"}) == [
        TickChanged(market=MARKET, tick=Price(1_000), at=AT)  # type: ignore[arg-type]
    ]
    assert events({"event_type": "new_market", "market": MARKET, "slug": "x", "fee_schedule": None}) == [
        MarketListed(market=MARKET)  # type: ignore[arg-type]
    ]
    assert events({"event_type": "market_resolved", "market": MARKET, "winning_asset_id": "7"}) == [
        MarketOver(market=MARKET)  # type: ignore[arg-type]
    ]


def test_prints_and_best_prices_say_nothing_we_need() -> None:
    frames = [{"event_type": kind, "market": MARKET} for kind in ("last_trade_price", "best_bid_ask")]
    assert events(frames) == []


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (b'{"event_type":"book"', RefusedRow.BAD_JSON),
        (json.dumps(changes(a_change(price=float("nan")))).encode(), RefusedRow.BAD_JSON),
        (b"PONK", RefusedRow.BAD_JSON),
        (b"7", RefusedRow.WRONG_TYPE),
        ({"event_type": "brand_new"}, RefusedRow.WRONG_TYPE),
        ({"data": [a_book()], "pagination": None}, RefusedRow.WRONG_TYPE),
        (changes(a_change(price=0.43)), RefusedRow.WRONG_TYPE),
        (changes(a_change(price="0")), RefusedRow.PRICE_RANGE),
        (changes(a_change(price="1.01")), RefusedRow.PRICE_RANGE),
        (changes(a_change(size="-5")), RefusedRow.NEGATIVE_AMOUNT),
        (changes(a_change(size="1e999")), RefusedRow.TOO_LARGE),
        (changes(a_change(size="Infinity")), RefusedRow.NOT_FINITE),
        (changes(a_change(side="HOLD")), RefusedRow.UNKNOWN_SIDE),
        (changes(a_change(best_bid="7")), RefusedRow.PRICE_RANGE),
        (changes(timestamp=str(AT // 1_000)), RefusedRow.TIMESTAMP_UNIT),
        (changes(timestamp="0"), RefusedRow.TIMESTAMP_RANGE),
        (changes(timestamp="2026-11-20"), RefusedRow.TIMESTAMP_FORMAT),
        ([a_book(market="0x12")], RefusedRow.BAD_HEX),
        ([a_book(bids=[{"price": "0.4"}])], RefusedRow.WRONG_TYPE),
        ([a_book(tick_size="0")], RefusedRow.PRICE_RANGE),
    ],
)
def test_what_cannot_be_right_is_refused_by_name(frame: object, reason: RefusedRow) -> None:
    """F34, #25."""
    assert reasons(frame) == [reason]


def test_one_bad_object_does_not_take_the_others_with_it() -> None:
    """#22."""
    found = events([a_book(), {"event_type": "brand_new"}, a_book(asset_id="8"), a_book(timestamp="0")])
    assert [type(each) for each in found] == [Snapshot, Refused, Snapshot, Refused]


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything(frame: bytes) -> None:
    events(frame)
    list(rest_books(frame))


noise = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(
    base=st.sampled_from([a_book(), changes(), a_change()]),
    key=st.sampled_from(
        ["market", "timestamp", "bids", "asks", "price_changes", "event_type", "tick_size", "asset_id"]
    ),
    value=noise,
)
def test_no_value_of_any_field_raises_anything(base: dict[str, object], key: str, value: object) -> None:
    frame = json.dumps({**base, key: value}).encode()
    for each in [*channel_events(frame, WANTED), *rest_books(frame)]:
        assert isinstance(each, Snapshot | Changes | Refused | MarketListed | MarketOver | TickChanged)


def test_answers_of_the_book_endpoints_are_read_alike() -> None:
    document = {name: value for name, value in a_book().items() if name != "event_type"}
    [alone] = rest_books(json.dumps(document).encode())
    assert next(rest_books(json.dumps([document, {"error": "x"}]).encode())) == alone
    assert [type(each) for each in rest_books(json.dumps([document, 7]).encode())] == [Snapshot, Refused]
