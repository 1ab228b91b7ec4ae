"""The frames of the three streams, byte for byte, and key for key against frames recorded from the venue (K11–K13)."""

import json
from pathlib import Path

import pytest

from fakemarket.faces.streams.market_frames import (
    best_bid_ask_frame,
    book_frame,
    last_trade_frame,
    new_market_frame,
    price_change_frame,
    resolved_frame,
    tick_frame,
)
from fakemarket.faces.streams.message import to_text
from fakemarket.faces.streams.rtds_frames import activity_frame, activity_payload
from fakemarket.faces.streams.user_frames import order_frame, trade_frame
from fakemarket.world.accounts import Profile
from fakemarket.world.book import BookView, Level
from fakemarket.world.events import (
    Happening,
    LastTrade,
    LevelChange,
    MarketAdded,
    MarketResolved,
    OrderChanged,
    PriceChanged,
    TickChanged,
    TradeChanged,
)
from fakemarket.world.money import ONE, FeeSchedule
from fakemarket.world.orders import Order, Side
from fakemarket.world.tokens import Event, Market, Tag
from fakemarket.world.trades import Fill, MakerFill, Trade

GOLDEN = Path(__file__).with_name("golden")
AT_MS = 1_795_132_800_456
CONDITION = "0x" + "9c" * 32
YES, NO = "71321045679252212594626385532706912750332728571942532289631379312455583992563", "5211430914237"
TAKER, MAKER = "0x510f4963b66b1b18505faab74b0bb943d1dda43c", "0xa3d82ed56f4c68d2328fb8c29e568ba2caf7d7c8"
TAKER_KEY, MAKER_KEY = "11111111-0000-0000-0000-000000000001", "22222222-0000-0000-0000-000000000002"
ORDER, RESTING, TRANSACTION = "0x" + "0f" * 32, "0x" + "6d" * 32, "0x" + "be" * 32
TAG = Tag(id="2", slug="politics", label="Politics")
PROFILE = Profile(name="PPMT", pseudonym="Rowdy-Tenement", bio="", image="")


def a_market() -> Market:
    return Market(
        id="500000",
        condition=CONDITION,
        question_id="0x" + "aa" * 32,
        slug="will-x-happen",
        question="Will X happen?",
        version="v1",
        neg_risk=False,
        neg_risk_market_id="",
        event_id="20000",
        tokens=(YES, NO),
        outcomes=("Yes", "No"),
        tick=10_000,
        minimum=5 * ONE,
        fees=FeeSchedule(rate_bps=400),
        category="politics",
        tags=(TAG,),
        taker_delay_ms=0,
        seconds_delay=0,
        created_ms=AT_MS,
        start_ms=AT_MS,
        end_ms=None,
        game_start_ms=None,
        description="This market resolves to Yes if X happens.",
    )


def a_group() -> Event:
    return Event(
        id="20000",
        slug="x-2026",
        title="X in 2026",
        neg_risk=False,
        neg_risk_market_id="",
        tags=(TAG,),
        created_ms=AT_MS,
        end_ms=None,
        conditions=[CONDITION],
    )


def a_book() -> BookView:
    return BookView(
        condition=CONDITION,
        token=YES,
        at_ms=AT_MS,
        bids=(Level(430_000, 812_500_000), Level(420_000, 10 * ONE)),
        asks=(Level(440_000, 5_900_000), Level(990_000, 200_259 * ONE)),
        tick=10_000,
        minimum=5 * ONE,
        neg_risk=False,
        last_price=440_000,
        last_side="BUY",
    )


def a_trade() -> Trade:
    return Trade(
        id="83b5c849-620e-4c23-b63b-2e779c04a6e7",
        taker_order_id=ORDER,
        owner=TAKER_KEY,
        wallet=TAKER,
        condition=CONDITION,
        token=YES,
        outcome="Yes",
        side="BUY",
        size=150_250_000,
        cash=64_607_500,
        fee=0,
        match_ms=AT_MS - 26_000,
        updated_ms=AT_MS,
        transaction_hash=TRANSACTION,
        bucket_index=0,
        makers=[
            MakerFill(
                order_id=RESTING,
                owner=MAKER_KEY,
                wallet=MAKER,
                token=NO,
                outcome="No",
                side="BUY",
                size=150_250_000,
                price=570_000,
                cash=85_642_500,
            )
        ],
        fill_kinds=("mint",),
        number=1,
    )


def an_order() -> Order:
    return Order(
        id=ORDER,
        owner=TAKER_KEY,
        wallet=TAKER,
        condition=CONDITION,
        token=YES,
        outcome="Yes",
        side="BUY",
        price=513_000,
        size=5 * ONE,
        cash=2_565_000,
        order_type="GTC",
        post_only=False,
        status="LIVE",
        created_ms=AT_MS - 990,
        expiration_s=0,
        signature_type=3,
        number=1,
    )


def a_fill(shares: int, price: int) -> Fill:
    return Fill(
        sequence=1,
        wallet=TAKER,
        side="BUY",
        token=NO,
        condition=CONDITION,
        size=shares,
        cash=shares * price // ONE,
        fee=0,
        role="TAKER",
        trade_id="t",
        order_id=ORDER,
        transaction_hash=TRANSACTION,
        log_index=3,
        block_number=1,
        matched_ms=AT_MS - 2_000,
        mined_ms=AT_MS,
        timestamp_s=AT_MS // 1000,
    )


def at(event: Happening) -> None:
    event.at_ms = AT_MS


def a_level(token: str, side: Side, size: int) -> LevelChange:
    bid, ask = (999_000, None) if side == "BUY" else (None, 1_000)
    price = bid or ask or 0
    return LevelChange(token=token, side=side, price=price, size=size, best_bid=bid, best_ask=ask, hash="e9067cd8")


def a_price_change() -> PriceChanged:
    event = PriceChanged(
        condition=CONDITION,
        changes=(
            a_level(YES, "BUY", 28_182_480_000),
            a_level(NO, "SELL", 0),
        ),
    )
    at(event)
    return event


def market_frames() -> dict[str, object]:
    printed, ticked = LastTrade(trade=a_trade()), TickChanged(condition=CONDITION, old=10_000, new=1_000)
    added = MarketAdded(market=a_market())
    resolved = MarketResolved(condition=CONDITION, winning_token=YES, payouts=(ONE, 0))
    for event in (printed, ticked, added, resolved):
        at(event)
    return {
        "market_book": [book_frame(a_book())],
        "market_price_change": price_change_frame(a_price_change()),
        "market_best_bid_ask": best_bid_ask_frame(a_price_change(), YES, 730_000, 770_000),
        "market_last_trade_price": last_trade_frame(printed),
        "market_tick_size_change": tick_frame(ticked, YES),
        "market_new_market": new_market_frame(added, a_group()),
        "market_resolved": resolved_frame(resolved, a_market()),
    }


def user_frames() -> dict[str, object]:
    placed = OrderChanged(order=an_order(), change="PLACEMENT", wallet=TAKER, owner=TAKER_KEY, filled=0, status="LIVE")
    mined = TradeChanged(trade=a_trade(), status="MINED", transaction_hash=TRANSACTION)
    at(placed)
    at(mined)
    return {
        "user_order_placement": order_frame(placed),
        "user_trade_as_taker": trade_frame(mined, TAKER_KEY, "TAKER"),
        "user_trade_as_maker": trade_frame(mined, MAKER_KEY, "MAKER"),
    }


def activity_frames() -> dict[str, object]:
    broken = activity_payload(a_fill(2_702_700, 260_000), a_market(), "x-2026", PROFILE)
    whole = activity_payload(a_fill(150 * ONE, 430_000), a_market(), "x-2026", None)
    return {
        "rtds_trades": activity_frame("trades", AT_MS, broken),
        "rtds_orders_matched": activity_frame("orders_matched", AT_MS, whole),
    }


def every_frame() -> dict[str, object]:
    return market_frames() | user_frames() | activity_frames()


@pytest.mark.parametrize("name", sorted(every_frame()))
def test_a_frame_is_the_golden_one(name: str) -> None:
    assert to_text(every_frame()[name]) + "\n" == (GOLDEN / f"{name}.json").read_text()


def test_the_best_level_comes_last_on_both_sides() -> None:
    frame = book_frame(a_book())
    bids, asks = frame["bids"], frame["asks"]
    assert isinstance(bids, list) and isinstance(asks, list)
    assert bids[-1] == {"price": "0.43", "size": "812.5"}
    assert asks[-1] == {"price": "0.44", "size": "5.9"}


def test_a_split_resolution_has_no_winner() -> None:
    event = MarketResolved(condition=CONDITION, winning_token="", payouts=(ONE // 2, ONE // 2))
    frame = resolved_frame(event, a_market())
    assert (frame["winning_asset_id"], frame["winning_outcome"]) == ("", "")


# --- against the venue ------------------------------------------------------------------------------------------------

NAUTILUS = "clob/nautechsystems_nautilus_trader"


def recorded(folder: Path, name: str) -> dict[str, object]:
    document = json.loads((folder / name).read_text())
    assert isinstance(document, dict)
    return document


@pytest.mark.parametrize(
    ("ours", "theirs", "newer"),
    [
        ("market_best_bid_ask", f"{NAUTILUS}/ws_market_best_bid_ask_msg.json", set()),
        ("market_new_market", f"{NAUTILUS}/ws_market_new_market_msg.json", {"fees_enabled", "fee_schedule"}),
        ("market_resolved", f"{NAUTILUS}/ws_market_resolved_msg.json", set()),
        ("user_order_placement", f"{NAUTILUS}/ws_messages_order_placement.json", set()),
        ("user_trade_as_taker", f"{NAUTILUS}/ws_messages_user_trade3.json", set()),
        ("user_trade_as_maker", f"{NAUTILUS}/ws_messages_user_trade1.json", set()),
    ],
)
def test_a_frame_has_the_keys_that_the_venue_sent(recorded_data: Path, ours: str, theirs: str, newer: set[str]) -> None:
    frame = every_frame()[ours]
    assert isinstance(frame, dict)
    assert set(frame) - newer == set(recorded(recorded_data, theirs))


def test_a_makers_part_has_the_keys_that_the_venue_sent(recorded_data: Path) -> None:
    sent = recorded(recorded_data, f"{NAUTILUS}/ws_messages_user_trade3.json")
    assert shape(user_frames()["user_trade_as_maker"])["maker_orders"] == shape(sent)["maker_orders"]


def test_market_frames_have_the_shape_that_was_captured(recorded_data: Path) -> None:
    """Books came as a list, price changes as one object with both tokens; only the newer keys are ours."""
    lines = (recorded_data / "clob/bennacer860_fleet-ai-sandbox/ws_raw_20260228.jsonl").read_text().splitlines()
    captured = [json.loads(line)["message"] for line in lines if json.loads(line)["channel"] == "market"]
    [book, *_] = [message for message in captured if isinstance(message, list)]
    [change, *_] = [message for message in captured if isinstance(message, dict)]
    [ours] = as_list(market_frames()["market_book"])
    assert isinstance(ours, dict)
    assert set(ours) - {"min_order_size", "neg_risk"} == set(book[0])
    assert list(as_dict(market_frames()["market_price_change"])) == list(change)
    assert shape(market_frames()["market_price_change"]) == shape(change)


def test_an_activity_frame_has_the_shape_that_was_captured(recorded_data: Path) -> None:
    captured = recorded(recorded_data, "rtds/public_captures/activity_trades_2026-08-19.json")
    ours = as_dict(activity_frames()["rtds_trades"])
    assert shape({"connection_id": "x", **ours}) == shape(captured)
    assert list(as_dict(ours["payload"])) == list(as_dict(captured["payload"]))


def as_dict(value: object) -> dict[str, object]:
    assert isinstance(value, dict)
    return value


def as_list(value: object) -> list[object]:
    assert isinstance(value, list)
    return value


def shape(value: object) -> dict[str, object]:
    """Give the keys and the JSON types below them."""
    described = _shape(value)
    return as_dict(described)


def _shape(value: object) -> object:
    if isinstance(value, dict):
        return {key: _shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_shape(value[0])] if value else []
    return type(value).__name__
