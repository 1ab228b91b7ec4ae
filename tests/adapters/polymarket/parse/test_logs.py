"""OrderFilled logs of the exchanges, made up word by word, and everything that only looks like one."""

from __future__ import annotations

from typing import Any

import pytest

from copydesk.adapters.polymarket.parse.fills import EXCHANGES, EXCHANGES_V1, EXCHANGES_V2
from copydesk.adapters.polymarket.parse.identity import content_of
from copydesk.adapters.polymarket.parse.known_columns import DATA_API
from copydesk.adapters.polymarket.parse.logs import FILLED_V1, FILLED_V2, log_event
from copydesk.adapters.polymarket.parse.refusals import Refused, RefusedRow
from copydesk.adapters.polymarket.parse.rows import MappedRows
from copydesk.domain.ids import TimeMs, Wallet, action_id, chain_event_id, row_event_id
from copydesk.domain.money import Shares, Usdc
from copydesk.domain.trade import LeaderTrade, Role, Side, Token
from tests.adapters.polymarket.said import said

EXCHANGE = "0xe111180000d2663c0091e4f400237545b87b996b"
EXCHANGE_V1 = "0x4bfb41d5b3570defd03c39a9a4d8de6bd8b8982e"
OWNER = Wallet("0x" + "a1" * 20)
OTHER = Wallet("0x" + "b2" * 20)
TX = "0x" + "7e" * 32
ORDER = "0x" + "0d" * 32
BLOCK = "0x" + "b0" * 32
TOKEN = 53316808073616117781396298076668839298049366205152764704583805801924483480001
NOON = TimeMs(1_790_000_000_000)


def word(number: int) -> str:
    return f"{number:064x}"


def topic(address: str) -> str:
    return "0x" + 24 * "0" + address[2:]


def a_log(*words: int, **other: Any) -> dict[str, Any]:
    """A V2 log; without words, the owner buys 5 shares for 2.50 dollars as maker, without fee."""
    numbers = words or (0, TOKEN, 2_500_000, 5_000_000, 0, 0, 0)
    return {
        "address": EXCHANGE,
        "topics": [FILLED_V2, ORDER, topic(OWNER), topic(OTHER)],
        "data": "0x" + "".join(map(word, numbers)),
        "blockNumber": "0x4b57237",
        "blockHash": BLOCK,
        "blockTimestamp": hex(1_790_000_000),
        "transactionHash": TX,
        "logIndex": "0x2",
        "removed": False,
    } | other


def a_v1_log(*words: int, **other: Any) -> dict[str, Any]:
    """A V1 log; without words, the owner buys 5 shares for 2.50 dollars."""
    numbers = words or (0, TOKEN, 2_500_000, 5_000_000, 0)
    log = a_log(address=EXCHANGE_V1, data="0x" + "".join(map(word, numbers)))
    log["topics"] = [FILLED_V1, *log["topics"][1:]]
    return log | other


def refused(value: Any) -> RefusedRow:
    with pytest.raises(Refused) as no:
        log_event(value)
    return no.value.reason


def test_a_log_is_this_trade() -> None:
    """C33: owner, counterparty, role, order hash, fee and builder."""
    content = content_of(TX, OWNER, str(TOKEN), Side.BUY, Shares(5_000_000), Usdc(2_500_000))
    token = Token(id=str(TOKEN), market=f"token:{TOKEN}")  # type: ignore[arg-type]
    assert log_event(a_log(0, TOKEN, 2_500_000, 5_000_000, 0, 0xB1, 7)) == LeaderTrade(
        event_id=chain_event_id(TX, 2),
        content_id=row_event_id(content, 0),
        action_id=action_id(OWNER, TX, token.id, Side.BUY),
        leader=OWNER,
        token=token,
        side=Side.BUY,
        shares=Shares(5_000_000),
        notional=Usdc(2_500_000),
        happened_at=NOON,
        source="chain",
        tx_hash=TX,
        log_index=2,
        block_hash=BLOCK,
        cash=Usdc(2_500_000),
        fee=Usdc(0),
        role=Role.MAKER,
        counterparty=OTHER,
        order_hash=ORDER,
        builder="0x" + word(0xB1),
    )


def test_a_fill_has_the_content_of_its_row() -> None:
    """C9: the log and the Data API row of one fill are joined by content."""
    row = {
        "proxyWallet": OWNER, "side": "BUY", "asset": str(TOKEN), "conditionId": "0x" + "c0" * 32, "size": 5,
        "price": "0.5", "timestamp": 1_790_000_001, "transactionHash": TX, "title": "T",
    }  # fmt: skip
    assert log_event(a_log()).content_id == MappedRows(DATA_API).event_of(row).event_id != log_event(a_log()).event_id


def test_a_sell_gives_shares_and_gets_dollars_less_the_fee() -> None:
    trade = log_event(a_log(1, TOKEN, 5_000_000, 2_500_000, 30_000, 0, 0))
    assert said(trade, "side", "shares", "notional") == (Side.SELL, 5_000_000, 2_500_000)
    assert said(trade, "cash", "fee") == (2_470_000, 30_000)


def test_the_fee_of_a_buy_comes_on_top() -> None:
    trade = log_event(a_log(0, TOKEN, 2_500_000, 5_000_000, 30_000, 0, 0))
    assert said(trade, "notional", "cash", "fee") == (2_500_000, 2_530_000, 30_000)


@pytest.mark.parametrize("exchange", sorted(EXCHANGES_V2))
def test_the_order_whose_counterparty_is_the_exchange_was_the_takers(exchange: str) -> None:
    log = a_log(address=exchange, topics=[FILLED_V2, ORDER, topic(OWNER), topic(exchange)])
    assert log_event(log).role is Role.TAKER


def test_a_v1_order_that_gives_money_buys() -> None:
    buy, sell = log_event(a_v1_log()), log_event(a_v1_log(TOKEN, 0, 5_000_000, 2_500_000, 0))
    assert said(buy, "side", "shares", "notional", "token.id") == (Side.BUY, 5_000_000, 2_500_000, str(TOKEN))
    assert said(sell, "side", "shares", "notional") == (Side.SELL, 5_000_000, 2_500_000)
    assert said(buy, "cash", "fee") == (2_500_000, 0)


def test_a_v1_fee_is_not_known_in_dollars() -> None:
    """It was taken in shares on buys, and partly given back later."""
    assert log_event(a_v1_log(0, TOKEN, 2_500_000, 5_000_000, 90_000)).fee is None
    assert log_event(a_v1_log(TOKEN, 0, 5_000_000, 2_500_000, 90_000)).cash is None


def test_two_logs_of_one_transaction_are_two_events_of_one_action() -> None:
    """C9, I1."""
    first, second = log_event(a_log()), log_event(a_log(logIndex="0x5"))
    assert first.event_id != second.event_id
    assert said(first, "action_id", "content_id") == (second.action_id, second.content_id)


def test_a_notification_carries_its_log() -> None:
    frame = {"jsonrpc": "2.0", "method": "eth_subscription", "params": {"subscription": "0x1", "result": a_log()}}
    assert log_event(frame) == log_event(a_log())


def test_a_block_time_may_be_a_number() -> None:
    assert log_event(a_log(blockTimestamp=1_790_000_000)) == log_event(a_log())


@pytest.mark.parametrize("address", ["0xe2222d002000ba0053cef3375333610f64600036", OTHER, EXCHANGE_V1])
def test_the_right_topic_from_another_address_is_no_fill(address: str) -> None:
    """An impostor can emit any log it likes."""
    assert refused(a_log(address=address)) is RefusedRow.FOREIGN_CONTRACT


def test_a_v1_log_counts_only_from_a_v1_exchange() -> None:
    assert refused(a_v1_log(address=EXCHANGE)) is RefusedRow.FOREIGN_CONTRACT
    assert EXCHANGES_V1.isdisjoint(EXCHANGES_V2)
    assert len(EXCHANGES) == 5


@pytest.mark.parametrize("removed", [True, "true", 1])
def test_a_removed_log_is_refused(removed: Any) -> None:
    assert refused(a_log(removed=removed)) is RefusedRow.REMOVED_LOG


@pytest.mark.parametrize(
    "value",
    [
        {"node": "A", "subscriptions": []},
        {"jsonrpc": "2.0", "method": "eth_subscription", "params": {"subscription": "0x1", "result": {"hash": "0x"}}},
        {"jsonrpc": "2.0", "method": "eth_subscription", "params": {"subscription": "0x1", "result": "0x"}},
        {"jsonrpc": "2.0", "id": 1, "result": "0x6b"},
        {"topics": []},
        {"topics": ["0x174b3811690657c217184f89418266767c87e4805d09680c39fc9c031c0cab7c"], "address": EXCHANGE},
        {"topics": [["0x"]]},
        {},
    ],
)
def test_other_messages_and_logs_are_no_fills(value: Any) -> None:
    assert refused(value) is RefusedRow.NOT_A_FILL


def test_dust_that_moved_no_share_or_no_dollar_is_refused() -> None:
    """A fill of one base unit can round to nothing."""
    assert refused(a_log(0, TOKEN, 0, 1, 0, 0, 0)) is RefusedRow.ZERO_AMOUNT
    assert refused(a_log(1, TOKEN, 0, 1, 0, 0, 0)) is RefusedRow.ZERO_AMOUNT


@pytest.mark.parametrize(
    ("log", "reason"),
    [
        (a_log(2, TOKEN, 1, 1, 0, 0, 0), RefusedRow.UNKNOWN_SIDE),
        (a_log(0, 0, 1, 1, 0, 0, 0), RefusedRow.BAD_TOKEN_ID),
        (a_log(0, TOKEN, 2**200, 1, 0, 0, 0), RefusedRow.TOO_LARGE),
        (a_log(0, TOKEN, 1, 1, 0, 0), RefusedRow.BAD_LOG),
        (a_log(data=None), RefusedRow.BAD_LOG),
        (a_log(data="0x" + "zz" * 224), RefusedRow.BAD_LOG),
        (a_log(data="0x" + " 0" * 224), RefusedRow.BAD_LOG),
        (a_log(topics=[FILLED_V2, ORDER, topic(OWNER)]), RefusedRow.BAD_LOG),
        (a_log(topics=[FILLED_V2, ORDER, OWNER, topic(OTHER)]), RefusedRow.BAD_LOG),
        (a_log(topics=[FILLED_V2, ORDER, topic(OWNER), 7]), RefusedRow.BAD_LOG),
        (a_log(topics=[FILLED_V2, "0x0d", topic(OWNER), topic(OTHER)]), RefusedRow.BAD_HEX),
        (a_log(address="0xe1"), RefusedRow.BAD_HEX),
        (a_log(transactionHash=None), RefusedRow.MISSING_FIELD),
        (a_log(logIndex=None), RefusedRow.MISSING_FIELD),
        (a_log(blockTimestamp=None), RefusedRow.MISSING_FIELD),
        (a_log(blockHash=None), RefusedRow.MISSING_FIELD),
        (a_log(blockTimestamp=hex(1_790_000_000_000)), RefusedRow.TIMESTAMP_UNIT),
        (a_v1_log(0, 0, 1, 1, 0), RefusedRow.BAD_LOG),
        (a_v1_log(TOKEN, TOKEN, 1, 1, 0), RefusedRow.BAD_LOG),
        ([], RefusedRow.WRONG_TYPE),
        ("0x", RefusedRow.WRONG_TYPE),
    ],
)
def test_a_bad_log_is_refused_by_name(log: Any, reason: RefusedRow) -> None:
    """F34."""
    assert refused(log) is reason
