"""F34: whatever JSON a source sends, a parser gives an event or its refusal, and raises nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.adapters.polymarket.parse.csv_columns import CELLS
from copydesk.adapters.polymarket.parse.documents import rows_in
from copydesk.adapters.polymarket.parse.fills import EXCHANGES, EXCHANGES_V2
from copydesk.adapters.polymarket.parse.frames import frame_event
from copydesk.adapters.polymarket.parse.known_columns import COLLECTED, DATA_API, DATA_API_V2
from copydesk.adapters.polymarket.parse.logs import FILLED_V1, FILLED_V2, log_event
from copydesk.adapters.polymarket.parse.refusals import Refused
from copydesk.adapters.polymarket.parse.rows import MappedRows
from copydesk.adapters.polymarket.parse.subgraph import indexer_event, subgraph_event
from copydesk.domain.trade import LeaderActivity, LeaderTrade

Parser = Callable[[Any], LeaderTrade | LeaderActivity]

GOOD = [
    "0x" + "a1" * 20,
    "0x" + "7e" * 32,
    "0x" + 24 * "0" + "a1" * 20,
    "71350000000000000000000000000000000000000042",
    *sorted(EXCHANGES)[:2],
    *("BUY", "SELL", "TRADE", "REDEEM", "REWARD", "activity", "trades", FILLED_V1, FILLED_V2),
    *("0.43", "12.5", "1790000000", 1_790_000_000, "0x6ab12345", "0", 0, 1, 5, ""),
]
ODD: list[Any] = [
    *("NaN", "-Infinity", "1e999", "1e-999", "-1", "0.5.5", "²", "\u0661", "\ud800", "\x00", "0x", "1_0", " 1 "),
    *(10**400, -(10**4000), 2**256, "9" * 5000, 1_790_000_000_000, True, None, [], {}, [[]], {"id": {}}),
]
scalars = st.sampled_from(GOOD) | st.sampled_from(ODD) | st.text(max_size=5) | st.integers() | st.none() | st.booleans()
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
)

MAPPED = {columns.name: columns for columns in (DATA_API, DATA_API_V2, *COLLECTED)}
WALLET, HASH, TOKEN = GOOD[0], GOOD[1], GOOD[3]
CELL = {
    "leader": WALLET, "tx_hash": HASH, "condition": HASH, "side": "BUY", "price": "0.43", "size": "12.5", "usd": "9.99",
    "timestamp": 1_790_000_000, "cash": "5.4", "kind": "TRADE", "token": TOKEN, "outcome": "Yes", "title": "Rain?",
    "slug": "rain", "event_slug": "rain", "number": "187",
}  # fmt: skip
FILLED = {
    "maker": WALLET, "taker": WALLET, "makerAmountFilled": "25", "takerAmountFilled": "50", "fee": "0", "id": "x",
    "orderHash": HASH, "transactionHash": HASH, "timestamp": "1790000000",
}  # fmt: skip
ROW = {
    "proxyWallet": WALLET, "side": "BUY", "asset": TOKEN, "conditionId": HASH, "size": "2", "price": "0.5",
    "timestamp": 1_790_000_000, "title": "Rain?", "transactionHash": HASH, "type": "TRADE", "usdcSize": "1",
}  # fmt: skip
INDEXED = {
    "token_id": TOKEN, "side": "BUY", "market_slug": "rain", "condition_id": HASH, "shares": 5, "price": "0.9",
    "tx_hash": HASH, "title": "Rain?", "timestamp": 1_790_000_000, "order_hash": HASH, "user": WALLET,
    "shares_normalized": "5", "raw": "{}", "log_index": 5, "taker": WALLET,
}  # fmt: skip
LOG = {
    "address": sorted(EXCHANGES_V2)[0], "topics": [FILLED_V2, HASH, GOOD[2], GOOD[2]], "removed": False,
    "data": "0x" + "".join(f"{word:064x}" for word in (0, 77, 5, 9, 0, 0, 0)), "blockTimestamp": "0x6ab12345",
    "transactionHash": HASH, "logIndex": "0x2", "blockHash": HASH,
}  # fmt: skip


def framed(payload: Any) -> LeaderTrade | LeaderActivity:
    return frame_event({"topic": "activity", "type": "trades", "payload": payload})


SHAPES: dict[str, tuple[Parser, dict[str, Any]]] = {
    "subgraph v1": (subgraph_event, FILLED | {"makerAssetId": "0", "takerAssetId": TOKEN, "outcome": "Yes"}),
    "subgraph v2": (subgraph_event, FILLED | {"side": 0, "tokenId": TOKEN}),
    "indexer": (indexer_event, INDEXED),
    "log": (log_event, LOG),
    "frame": (frame_event, {"topic": "activity", "type": "trades", "payload": ROW, "timestamp": 1_790_000_000_000}),
    "payload": (framed, ROW),
}
for mapped in MAPPED.values():
    cells = {getattr(mapped, cell): CELL[cell] for cell in CELLS if getattr(mapped, cell)}
    SHAPES[mapped.name] = (MappedRows(mapped).event_of, cells)


def give_or_refuse(parse: Parser, row: Any) -> None:
    try:
        event = parse(row)
    except Refused as no:
        assert len(no.found) <= 80
    else:
        assert isinstance(event, LeaderTrade | LeaderActivity)


@st.composite
def spoiled(draw: st.DrawFn, row: dict[str, Any]) -> dict[str, Any]:
    """A good row, with up to three of its fields changed or gone."""
    changes = draw(st.dictionaries(st.sampled_from(sorted(row)), values | st.just(...), max_size=3))
    return {name: value for name, value in (row | changes).items() if value is not ...}


@pytest.mark.parametrize("name", SHAPES)
def test_the_good_row_is_an_event(name: str) -> None:
    """Else the next test would show nothing."""
    parse, row = SHAPES[name]
    assert isinstance(parse(row), LeaderTrade)


@pytest.mark.parametrize("name", SHAPES)
@settings(max_examples=40)
@given(st.data())
def test_a_spoiled_row_is_an_event_or_refused(name: str, data: st.DataObject) -> None:
    parse, row = SHAPES[name]
    give_or_refuse(parse, data.draw(spoiled(row)))


@given(
    st.lists(st.integers(0, 2**256 - 1) | st.sampled_from([0, 1]), min_size=7, max_size=7),
    st.sampled_from([FILLED_V1, FILLED_V2]),
)
def test_any_words_are_a_fill_or_refused(words: list[int], name: str) -> None:
    is_v1 = name == FILLED_V1
    topics = [name, "0x" + "0d" * 32, GOOD[2], GOOD[2]]
    log = {
        "address": "0x4bfb41d5b3570defd03c39a9a4d8de6bd8b8982e" if is_v1 else sorted(EXCHANGES)[-1],
        "topics": topics,
        "data": "0x" + "".join(f"{word:064x}" for word in (words[:5] if is_v1 else words)),
        "blockTimestamp": 1_790_000_000,
        "transactionHash": "0x" + "7e" * 32,
        "logIndex": 3,
        "blockHash": HASH,
    }
    give_or_refuse(log_event, log)


@given(values)
def test_any_value_at_all_is_an_event_or_refused(value: Any) -> None:
    for row in rows_in(value):
        for parse in (log_event, frame_event, subgraph_event, indexer_event):
            give_or_refuse(parse, row)


ENVELOPE = ("data", "result", "steps", "receipt", "v1_rows", "condition_id")


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(ENVELOPE, values)))
def test_any_envelope_can_be_looked_into(value: dict[str, Any]) -> None:
    assert isinstance(list(rows_in(value)), list)
    assert isinstance(list(rows_in([value, {"receipt": value}, {"receipt": {"logs": [value, 1]}}])), list)
    assert isinstance(list(rows_in({"steps": [value, {"nodes": {"A": {"deliver": [value, 1]}}}]})), list)
