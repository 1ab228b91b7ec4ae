"""OrderFilled logs as nodes give them: raw log objects and `eth_subscription` notifications, decoded by slicing.

Only the known exchange addresses count: anyone can emit a log with the right topic. Source: docs/venue.md, "Exchange
events".
"""

from __future__ import annotations

from typing import Any

from copydesk.adapters.polymarket.parse.fills import EXCHANGES_V1, EXCHANGES_V2, ChainFill, fee_v1, trade_of
from copydesk.adapters.polymarket.parse.numbers import hash_hex, time_ms, wallet, whole
from copydesk.adapters.polymarket.parse.refusals import Refused, RefusedRow, shown
from copydesk.domain.ids import Wallet
from copydesk.domain.trade import LeaderTrade, Side

FILLED_V2 = "0xd543adfd945773f1a62f74f0ee55a5e3b9b1a28262980ba90b1a89f2ea84d8ee"
FILLED_V1 = "0xd0a08e8c493f9c94f29311604c9de1b4e8c8d4c06bd0c789af57f2d65bfec0f6"

_EMITTERS = {FILLED_V1: EXCHANGES_V1, FILLED_V2: EXCHANGES_V2}
_WORD = 32
_WORDS = {FILLED_V1: 5, FILLED_V2: 7}
_TOPICS = 4
_ADDRESS_PADDING = "0x" + 24 * "0"
_SIDES = (Side.BUY, Side.SELL)

Terms = tuple[Side, int, int, int, int | None]
"""Side, token, what the order gave, what it got, fee."""


def log_event(value: Any) -> LeaderTrade:
    """The trade of a log, or of a notification that carries one."""
    log = _log_in(value)
    topics = log.get("topics")
    if type(topics) is not list or not topics:
        raise Refused(RefusedRow.NOT_A_FILL, f"no topics; there is {', '.join(map(str, log)) or 'nothing'}")
    topic = topics[0]
    if type(topic) is not str or topic not in _EMITTERS:
        raise Refused(RefusedRow.NOT_A_FILL, f"topic {shown(topic)}")
    emitter = wallet(log.get("address"), "address")
    if emitter not in _EMITTERS[topic]:
        raise Refused(RefusedRow.FOREIGN_CONTRACT, f"address {emitter}")
    if log.get("removed") not in (False, None):
        raise Refused(RefusedRow.REMOVED_LOG, f"removed {shown(log.get('removed'))}")
    if len(topics) != _TOPICS:
        raise Refused(RefusedRow.BAD_LOG, f"{len(topics)} topics")
    return trade_of(_fill(log, topics, _words(log.get("data"), _WORDS[topic])))


def _log_in(value: Any) -> dict[Any, Any]:
    if type(value) is not dict:
        raise Refused(RefusedRow.WRONG_TYPE, shown(value))
    params = value.get("params")
    if params is None:
        return value
    result = params.get("result") if type(params) is dict else None
    if type(result) is not dict:
        raise Refused(RefusedRow.NOT_A_FILL, f"a message without a log: {', '.join(map(str, value))}")
    return result


def _words(data: Any, count: int) -> list[int]:
    """The 32-byte words of the log's data."""
    if type(data) is str and data[:2] == "0x" and len(data) == 2 + 2 * _WORD * count:
        try:
            octets = bytes.fromhex(data[2:])
        except ValueError:
            octets = b""
        if len(octets) == _WORD * count:
            return [int.from_bytes(octets[at : at + _WORD]) for at in range(0, len(octets), _WORD)]
    raise Refused(RefusedRow.BAD_LOG, f"data {shown(data)}")


def _fill(log: dict[Any, Any], topics: list[Any], words: list[int]) -> ChainFill:
    is_v1 = topics[0] == FILLED_V1
    side, token, given, got, fee = _v1_terms(words) if is_v1 else _v2_terms(words)
    return ChainFill(
        source="chain",
        tx_hash=hash_hex(log.get("transactionHash"), "transactionHash"),
        happened_at=time_ms(_seconds(log.get("blockTimestamp")), "blockTimestamp"),
        owner=_address(topics[2]),
        counterparty=_address(topics[3]),
        side=side,
        names=(token, None, None, None, None, None, None),
        given=given,
        got=got,
        fee=fee,
        log_index=whole(log.get("logIndex"), "logIndex"),
        block_hash=hash_hex(log.get("blockHash"), "blockHash"),
        order_hash=hash_hex(topics[1], "topic"),
        builder="" if is_v1 or not words[5] else f"0x{words[5]:064x}",
    )


def _v2_terms(words: list[int]) -> Terms:
    if words[0] >= len(_SIDES):
        raise Refused(RefusedRow.UNKNOWN_SIDE, f"side {words[0]}")
    return _SIDES[words[0]], words[1], words[2], words[3], words[4]


def _v1_terms(words: list[int]) -> Terms:
    """A V1 order names what it gives and gets; asset 0 is money, so giving it is buying."""
    gives, gets, given, got, fee = words
    if bool(gives) == bool(gets):
        raise Refused(RefusedRow.BAD_LOG, "two tokens, or none")
    side, token = (Side.SELL, gives) if gives else (Side.BUY, gets)
    return side, token, given, got, fee_v1(fee)


def _address(topic: Any) -> Wallet:
    if type(topic) is str and topic.startswith(_ADDRESS_PADDING):
        return wallet("0x" + topic[len(_ADDRESS_PADDING) :], "topic")
    raise Refused(RefusedRow.BAD_LOG, f"topic {shown(topic)}")


def _seconds(value: Any) -> Any:
    """Nodes write a block's time in hex; some give a number."""
    return whole(value, "blockTimestamp") if type(value) is str and value[:2] == "0x" else value
