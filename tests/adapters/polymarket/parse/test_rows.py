"""Rows of the Data API, of its activity stream and of collectors' tables, made into trades and activities.

The rows are made up; their shapes are the venue's.
"""

from __future__ import annotations

from typing import Any

import pytest

from copydesk.adapters.polymarket.parse.csv_columns import ColumnMap
from copydesk.adapters.polymarket.parse.frames import frame_event
from copydesk.adapters.polymarket.parse.identity import content_of, nth
from copydesk.adapters.polymarket.parse.known_columns import COLLECTED, DATA_API, DATA_API_V2
from copydesk.adapters.polymarket.parse.refusals import Refused, RefusedRow
from copydesk.adapters.polymarket.parse.rows import MappedRows
from copydesk.domain.ids import MarketId, TimeMs, TokenId, Wallet, action_id, row_event_id
from copydesk.domain.money import Shares, Usdc
from copydesk.domain.trade import ActivityKind, LeaderActivity, LeaderTrade, Side, Token
from tests.adapters.polymarket.said import said

LEADER = Wallet("0x" + "a1" * 20)
TX = "0x" + "7e" * 32
CONDITION = MarketId("0x" + "c0" * 32)
YES = TokenId("71350000000000000000000000000000000000000000000000000000000000000000000000042")
NOON = TimeMs(1_790_000_000_000)


def a_row(**other: Any) -> dict[str, Any]:
    """One Data API v1 row: 150.25 shares at 0.43."""
    row = {
        "proxyWallet": LEADER,
        "side": "BUY",
        "asset": YES,
        "conditionId": CONDITION,
        "size": "150.25",
        "price": "0.43",
        "timestamp": 1_790_000_000,
        "title": "Will it rain?",
        "slug": "will-it-rain",
        "icon": "https://example.org/rain.png",
        "eventSlug": "rain-2026",
        "outcome": "Yes",
        "outcomeIndex": 0,
        "name": "alice",
        "transactionHash": TX,
    }
    return {name: value for name, value in (row | other).items() if value is not ...}


def v2(row: dict[str, Any]) -> dict[str, Any]:
    """The same row as the Data API v2 writes it."""
    names = {
        "proxyWallet": "proxy_wallet",
        "asset": "token_id",
        "conditionId": "condition_id",
        "eventSlug": "event_slug",
        "transactionHash": "transaction_hash",
        "usdcSize": "usdc_size",
        "outcomeIndex": "outcome_index",
    }
    return {names.get(name, name): value for name, value in row.items()}


def a_frame(**payload: Any) -> dict[str, Any]:
    """One frame of the activity stream, its wallet in mixed case, its envelope in milliseconds."""
    row = a_row(proxyWallet="0x" + "A1" * 20) | payload
    return {
        "topic": "activity", "type": "trades", "timestamp": 1_790_000_000_053, "connection_id": "x=", "payload": row,
    }  # fmt: skip


def trade(**other: Any) -> LeaderTrade:
    event = MappedRows(DATA_API).event_of(a_row(**other))
    assert isinstance(event, LeaderTrade)
    return event


def activity(**other: Any) -> LeaderActivity:
    blank = {"asset": "", "side": "", "price": 0, "outcomeIndex": 999, "outcome": "", "usdcSize": "10"}
    event = MappedRows(DATA_API).event_of(a_row(**(blank | other)))
    assert isinstance(event, LeaderActivity)
    return event


def refused(**other: Any) -> RefusedRow:
    with pytest.raises(Refused) as no:
        MappedRows(DATA_API).event_of(a_row(**other))
    return no.value.reason


def test_a_data_api_row_is_this_trade() -> None:
    content = content_of(TX, LEADER, YES, Side.BUY, Shares(150_250_000), Usdc(64_607_500))
    assert trade() == LeaderTrade(
        event_id=row_event_id(content, 0),
        content_id=row_event_id(content, 0),
        action_id=action_id(LEADER, TX, trade().token.id, Side.BUY),
        leader=LEADER,
        token=Token(
            id=YES, market=CONDITION, outcome="Yes", title="Will it rain?", slug="will-it-rain", event_slug="rain-2026"
        ),
        side=Side.BUY,
        shares=Shares(150_250_000),
        notional=Usdc(64_607_500),
        happened_at=NOON,
        source="data_api",
        tx_hash=TX,
    )


def test_every_source_of_a_fill_gives_it_one_id() -> None:
    """C9: v1, v2, the activity stream and activity rows, whatever the case of the wallet."""
    events = [
        trade(),
        trade(type="TRADE", usdcSize="64.6075"),
        MappedRows(DATA_API_V2).event_of(v2(a_row())),
        frame_event(a_frame()),
    ]
    assert len({event.event_id for event in events}) == 1
    assert [event.source for event in events] == ["data_api", "data_api", "data_api_v2", "rtds"]


def test_fills_of_one_transaction_are_told_apart_by_content() -> None:
    """C9: several fills of one wallet, token and side in one transaction are one action of several events."""
    first, second = trade(size="10"), trade(size="11")
    assert first.event_id != second.event_id
    assert first.action_id == second.action_id


def test_an_equal_row_of_one_transaction_is_a_reread() -> None:
    """I21: pages laid end to end repeat rows; the time is no part of the content."""
    assert trade().event_id == trade(timestamp=1_790_000_001).event_id
    assert nth(trade(), 3) == trade()


def test_a_row_without_transaction_counts_its_equals() -> None:
    """C9."""
    event = trade(transactionHash="")
    assert nth(event, 0) is event
    later = nth(event, 1)
    assert isinstance(later, LeaderTrade)
    content = content_of(f"at:{NOON}", LEADER, YES, Side.BUY, event.shares, event.notional)
    assert later.event_id == later.content_id == row_event_id(content, 1)
    assert later.action_id == action_id(LEADER, later.event_id, event.token.id, Side.BUY) != event.action_id
    assert trade(transactionHash="", timestamp=1_790_000_001).event_id != event.event_id


def test_a_buy_whose_size_is_net_of_the_fee_shows_the_fee() -> None:
    """The fee was taken in shares: the wallet paid 2.88 and holds shares worth 2.70."""
    event = trade(type="TRADE", size="22.479360", price="0.12", usdcSize="2.88")
    assert said(event, "shares", "notional", "cash", "fee") == (22_479_360, 2_697_523, 2_880_000, 182_477)


def test_a_sell_shows_the_fee_in_what_it_brought() -> None:
    event = trade(side="SELL", type="TRADE", size="100", price="0.5", usdcSize="49")
    assert said(event, "notional", "cash", "fee") == (50_000_000, 49_000_000, 1_000_000)


def test_a_fill_without_fee_shows_none() -> None:
    assert trade(type="TRADE", size="100", price="0.5", usdcSize="50").fee is None
    assert trade(type="TRADE", size="100", price="0.5", usdcSize="49.99").fee is None
    assert trade().cash is None


def test_an_average_price_off_the_grid_moves_the_exact_product() -> None:
    """The price of a taker row is an average over levels; dollars are price x size of the exact numbers."""
    event = trade(price="0.3100000333199313", size="7.202896")
    assert said(event, "notional", "price") == (2_232_898, 310_000)


def test_a_missing_condition_leaves_the_title() -> None:
    token = trade(conditionId=None).token
    assert said(token, "market", "id") == ("title:Will it rain?", YES)
    assert trade(conditionId="", title="").token.market == "slug:will-it-rain"
    assert trade(conditionId="", title="", slug="").token.market == f"token:{YES}"


def test_equal_tokens_are_one_object() -> None:
    assert trade().token is trade(size="1").token


@pytest.mark.parametrize(
    ("type_", "kind"),
    [
        ("REDEEM", ActivityKind.REDEEM),
        ("MERGE", ActivityKind.MERGE),
        ("SPLIT", ActivityKind.SPLIT),
        ("CONVERSION", ActivityKind.CONVERSION),
    ],
)
def test_what_moves_shares_without_a_trade_is_an_activity(type_: str, kind: ActivityKind) -> None:
    """F39: empty asset and side, price 0, outcome index 999."""
    event = activity(type=type_, size="12.5", usdcSize="12.5")
    content = content_of(TX, LEADER, CONDITION, kind, Shares(12_500_000), Usdc(12_500_000))
    assert event == LeaderActivity(
        event_id=row_event_id(content, 0),
        kind=kind,
        leader=LEADER,
        market=CONDITION,
        token=None,
        shares=Shares(12_500_000),
        cash=Usdc(12_500_000),
        happened_at=NOON,
        source="data_api",
        tx_hash=TX,
    )


@pytest.mark.parametrize("type_", ["REWARD", "MAKER_REBATE", "TAKER_REBATE", "YIELD", "REFERRAL_REWARD", "DEPOSIT"])
def test_rewards_move_cash_and_no_shares(type_: str) -> None:
    nothing = {"conditionId": "", "title": "", "slug": "", "eventSlug": ""}
    event = activity(type=type_, size="3.25", usdcSize="3.25", **nothing)
    assert said(event, "kind", "market", "token") == (ActivityKind.REWARD, None, None)
    assert said(event, "shares", "cash") == (0, 3_250_000)


def test_a_redemption_of_a_losing_position_is_worth_nothing_and_no_refusal() -> None:
    assert int(activity(type="REDEEM", size=0, usdcSize=0).shares) == 0


def test_an_activity_that_names_its_token_keeps_it() -> None:
    event = activity(type="SPLIT", asset=YES, outcome="Yes")
    assert event.token == trade().token


def test_equal_activities_without_transaction_are_counted() -> None:
    event = activity(type="MERGE", transactionHash="")
    assert nth(event, 1).event_id not in {event.event_id, nth(event, 2).event_id}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"price": "NaN"}, RefusedRow.NOT_A_NUMBER),
        ({"price": "0"}, RefusedRow.PRICE_RANGE),
        ({"price": 1}, RefusedRow.PRICE_RANGE),
        ({"price": ...}, RefusedRow.MISSING_FIELD),
        ({"size": "-2"}, RefusedRow.NEGATIVE_AMOUNT),
        ({"size": 0}, RefusedRow.ZERO_AMOUNT),
        ({"size": "0.0000004"}, RefusedRow.ZERO_AMOUNT),
        ({"size": "0.000001", "price": "0.4"}, RefusedRow.ZERO_AMOUNT),
        ({"size": "1e999"}, RefusedRow.TOO_LARGE),
        ({"size": "Infinity"}, RefusedRow.NOT_FINITE),
        ({"timestamp": 1_790_000_000_000}, RefusedRow.TIMESTAMP_UNIT),
        ({"timestamp": 0}, RefusedRow.TIMESTAMP_RANGE),
        ({"proxyWallet": "0x12"}, RefusedRow.BAD_HEX),
        ({"proxyWallet": ...}, RefusedRow.MISSING_FIELD),
        ({"transactionHash": TX + "00"}, RefusedRow.BAD_HEX),
        ({"transactionHash": ...}, RefusedRow.MISSING_FIELD),
        ({"conditionId": "0x12"}, RefusedRow.BAD_HEX),
        ({"asset": "seven"}, RefusedRow.BAD_TOKEN_ID),
        ({"asset": ""}, RefusedRow.MISSING_FIELD),
        ({"side": ""}, RefusedRow.MISSING_SIDE),
        ({"side": ...}, RefusedRow.MISSING_SIDE),
        ({"side": "HOLD"}, RefusedRow.UNKNOWN_SIDE),
        ({"side": ["BUY"]}, RefusedRow.UNKNOWN_SIDE),
        ({"type": "AIRDROP"}, RefusedRow.UNKNOWN_KIND),
        ({"type": {"a": 1}}, RefusedRow.UNKNOWN_KIND),
        ({"title": ["a"]}, RefusedRow.WRONG_TYPE),
        ({"outcome": {"a": 1}}, RefusedRow.WRONG_TYPE),
        ({"type": "TRADE", "usdcSize": "-1"}, RefusedRow.NEGATIVE_AMOUNT),
    ],
)
def test_a_bad_row_is_refused_by_name(change: dict[str, Any], reason: RefusedRow) -> None:
    """F34."""
    assert refused(**change) is reason


def test_a_renamed_field_is_named_with_what_was_there() -> None:
    row = {("cost" if name == "price" else name): value for name, value in a_row().items()}
    with pytest.raises(Refused) as no:
        MappedRows(DATA_API).event_of(row)
    assert no.value.found.startswith("price is empty; there is cost, icon")


def test_a_frame_of_another_topic_is_no_trade() -> None:
    for frame in ({"topic": "crypto_prices", "type": "update", "payload": {}}, {"topic": "activity"}, {}):
        with pytest.raises(Refused) as no:
            frame_event(frame)
        assert no.value.reason is RefusedRow.NOT_A_TRADE


def test_a_frame_whose_payload_is_in_milliseconds_is_refused() -> None:
    """T rows: the envelope is in milliseconds, the payload in seconds."""
    with pytest.raises(Refused) as no:
        frame_event(a_frame(timestamp=1_790_000_000_000))
    assert no.value.reason is RefusedRow.TIMESTAMP_UNIT


def test_the_taker_and_the_combined_stream_show_one_fill() -> None:
    assert frame_event(a_frame() | {"type": "orders_matched"}) == frame_event(a_frame())


def collected(name: str, leader: str = "", **cells: str) -> LeaderTrade | LeaderActivity:
    """The event of one row of a collector's table."""
    columns = next(each for each in COLLECTED if each.name == name)
    return MappedRows(columns, leader=leader).event_of(cells)


def test_dollars_without_size_give_the_nearest_shares() -> None:
    event = collected(
        "whale_alerts", wallet=LEADER, trade_action="buy", price="0.3", trade_size_usd="1000", timestamp="1790000000",
        market_id=CONDITION, outcome="No", market_title="Will it rain?",
    )  # fmt: skip
    assert isinstance(event, LeaderTrade)
    assert said(event, "shares", "notional", "token.id") == (3_333_333_333, 1_000_000_000, f"{CONDITION}/No")


def test_a_table_without_wallets_has_a_leader_of_its_own() -> None:
    event = collected(
        "target_trades", leader="unknown:target", tx_hash=TX, side="buy", price="0.61", size="24",
        recorded_at="2026-09-21T14:13:20.5+00:00", asset_id=YES, market="", outcome="Down",
    )  # fmt: skip
    assert said(event, "leader", "token.market") == ("unknown:target", f"token:{YES}")


def test_an_exporters_market_number_stands_for_the_market() -> None:
    event = collected(
        "dashboard", market_id="187", transaction_hash=TX, trade_date="2026-09-21T14:13:20.000Z", user_id=LEADER,
        side="SELL", outcome="No", amount="10", price="0.9",
    )  # fmt: skip
    assert isinstance(event, LeaderTrade)
    assert said(event, "token.market", "token.id") == ("market:187", "market:187/No")


def test_a_blank_side_in_an_activity_table_is_a_redemption_or_merge() -> None:
    row = {
        "tx_hash": TX, "timestamp": "1790000000", "side": "", "outcome": "", "price": "0.0", "size": "540.2267",
        "usdc": "0.0", "market": "", "wallet_addr": LEADER,
    }  # fmt: skip
    event = collected("activity_csv", **row)
    assert isinstance(event, LeaderActivity)
    assert said(event, "kind", "market", "shares") == (ActivityKind.REDEEM_OR_MERGE, None, 540_226_700)


def test_a_blank_side_in_a_table_of_trades_is_refused() -> None:
    row = {
        "market_title": "Will it rain?", "market_slug": "", "wallet": LEADER, "transaction_hash": TX, "side": "",
        "trade_timestamp": "1790000000", "usd": "1000.0", "price": "0.98", "outcome": "", "size": "",
    }  # fmt: skip
    with pytest.raises(Refused) as no:
        collected("alerts", **row)
    assert no.value.reason is RefusedRow.MISSING_SIDE


def test_amounts_in_micros_are_read_as_such() -> None:
    event = collected(
        "fills", timestamp="2023-03-14 12:30:12", wallet=LEADER, asset_id=YES, side="BUY", size_6dp="25000000",
        price="0.04", cost_6dp="1000000.0000000001",
    )  # fmt: skip
    assert isinstance(event, LeaderTrade)
    assert said(event, "shares", "notional", "tx_hash") == (25_000_000, 1_000_000, "")


def test_a_list_of_buys_needs_no_side() -> None:
    event = collected(
        "big_buys", tx=TX, wallet=LEADER, usd="367846.08", price="0.42", title="Will it rain?", outcome="Yes",
        eventSlug="rain", timestamp="1790000000",
    )  # fmt: skip
    assert isinstance(event, LeaderTrade)
    assert said(event, "side", "shares", "token.id") == (Side.BUY, 875_824_000_000, "title:Will it rain?/Yes")


def test_a_constant_leader_is_the_maps() -> None:
    columns = ColumnMap(
        name="mine", price="p", size="s", timestamp="t", token="k", side_is="SELL", leader_is="0x" + "B2" * 20
    )
    event = MappedRows(columns).event_of({"p": "0.5", "s": "2", "t": "1790000000", "k": YES})
    assert isinstance(event, LeaderTrade)
    assert said(event, "leader", "side", "source") == ("0x" + "b2" * 20, Side.SELL, "mine")
