"""Fills as the subgraph and a third party's index give them. The rows are made up; their shapes are real."""

from __future__ import annotations

import json
from typing import Any

import pytest

from copydesk.adapters.polymarket.parse.identity import content_of
from copydesk.adapters.polymarket.parse.refusals import Refused, RefusedRow
from copydesk.adapters.polymarket.parse.subgraph import indexer_event, subgraph_event
from copydesk.domain.ids import chain_event_id, row_event_id
from copydesk.domain.money import Shares, Usdc
from copydesk.domain.trade import Role, Side
from tests.adapters.polymarket.said import said

OWNER, OTHER = "0x" + "a1" * 20, "0x" + "b2" * 20
NEG_RISK_V1 = "0xc5d563a36ae78145c45a50134d48a1215220f80a"
TX, ORDER, CONDITION = "0x" + "7e" * 32, "0x" + "0d" * 32, "0x" + "c0" * 32
TOKEN = "63586620628756015058616403521099137018911742768824051367331188904593189740001"


def a_v1_row(**other: Any) -> dict[str, Any]:
    """The owner buys 38 shares for 37.316 dollars."""
    return {
        "id": f"{TX}_{ORDER}", "maker": OWNER, "taker": OTHER, "makerAssetId": "0", "takerAssetId": TOKEN,
        "makerAmountFilled": "37316000", "takerAmountFilled": "38000000", "fee": "0", "orderHash": ORDER,
        "timestamp": "1790000000", "transactionHash": TX, "side": "buy",
    } | other  # fmt: skip


def a_v2_row(**other: Any) -> dict[str, Any]:
    """The owner buys 5 shares for 2.50 dollars."""
    return {
        "id": f"{TX}-255", "maker": {"id": OWNER}, "taker": {"id": OTHER}, "market": {"id": TOKEN}, "side": 0,
        "tokenId": TOKEN, "makerAmountFilled": "2500000", "takerAmountFilled": "5000000", "fee": "10000",
        "orderHash": ORDER, "timestamp": "1790000000", "transactionHash": TX,
    } | other  # fmt: skip


def an_index_row(**other: Any) -> dict[str, Any]:
    """The owner buys 1,537.72 shares at 0.93."""
    return {
        "token_id": TOKEN, "side": "BUY", "market_slug": "rain", "condition_id": CONDITION, "shares": 1_537_720_000,
        "price": "0.93", "tx_hash": TX, "title": "Will it rain?", "timestamp": 1_790_000_000, "order_hash": ORDER,
        "user": OWNER, "shares_normalized": "1537.72",
    } | other  # fmt: skip


def test_a_v1_row_that_gives_asset_zero_buys() -> None:
    trade = subgraph_event(a_v1_row())
    content = content_of(TX, trade.leader, TOKEN, Side.BUY, Shares(38_000_000), Usdc(37_316_000))
    assert said(trade, "leader", "side", "token.id") == (OWNER, Side.BUY, TOKEN)
    assert said(trade, "event_id", "log_index") == (row_event_id(content, 0), None)
    assert said(trade, "role", "counterparty", "order_hash") == (Role.MAKER, OTHER, ORDER)
    assert said(trade, "cash", "fee", "source") == (37_316_000, 0, "subgraph")


def test_a_v1_row_that_gets_asset_zero_sells() -> None:
    row = a_v1_row(makerAssetId=TOKEN, takerAssetId="0", makerAmountFilled="7000000", takerAmountFilled="6874000")
    trade = subgraph_event(row | {"taker": NEG_RISK_V1})
    assert said(trade, "side", "shares", "notional") == (Side.SELL, 7_000_000, 6_874_000)
    assert trade.role is Role.TAKER


def test_both_sides_of_a_mint_buy() -> None:
    """Trap 5.4: the leader's side is his own order's, never inferred from the counterparty."""
    maker = subgraph_event(a_v1_row())
    taker = subgraph_event(a_v1_row(maker=OTHER, taker=NEG_RISK_V1, takerAssetId="77", makerAmountFilled="684000"))
    assert (maker.side, taker.side) == (Side.BUY, Side.BUY)
    assert int(maker.notional) + int(taker.notional) == 38_000_000


def test_a_document_may_say_the_market_once() -> None:
    assert subgraph_event(a_v1_row(condition_id=CONDITION)).token.market == CONDITION
    assert subgraph_event(a_v1_row()).token.market == f"token:{TOKEN}"


def test_a_v2_row_names_its_log() -> None:
    trade = subgraph_event(a_v2_row())
    assert said(trade, "event_id", "log_index") == (chain_event_id(TX, 255), 255)
    assert said(trade, "side", "shares", "notional") == (Side.BUY, 5_000_000, 2_500_000)
    assert said(trade, "cash", "fee") == (2_510_000, 10_000)


@pytest.mark.parametrize("row_id", [f"{TX}_{ORDER}", f"{TX}-", f"{TX}-0x1", "255", None, 255])
def test_an_id_of_another_form_names_no_log(row_id: Any) -> None:
    trade = subgraph_event(a_v2_row(id=row_id))
    assert trade.log_index is None
    assert trade.event_id == trade.content_id


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (a_v1_row(takerAssetId="0"), RefusedRow.UNKNOWN_SIDE),
        (a_v1_row(makerAssetId=TOKEN), RefusedRow.UNKNOWN_SIDE),
        (a_v1_row(makerAssetId=[]), RefusedRow.UNKNOWN_SIDE),
        (a_v1_row(takerAssetId=None), RefusedRow.MISSING_FIELD),
        (a_v1_row(makerAmountFilled="-1"), RefusedRow.NOT_A_NUMBER),
        (a_v1_row(makerAmountFilled="0"), RefusedRow.ZERO_AMOUNT),
        (a_v2_row(side=2), RefusedRow.UNKNOWN_SIDE),
        (a_v2_row(side=None), RefusedRow.MISSING_SIDE),
        (a_v2_row(side={}), RefusedRow.UNKNOWN_SIDE),
        (a_v2_row(maker={}), RefusedRow.MISSING_FIELD),
        (a_v2_row(taker=["0x"]), RefusedRow.BAD_HEX),
        (a_v2_row(tokenId="0"), RefusedRow.BAD_TOKEN_ID),
        (a_v2_row(timestamp="1790000000000"), RefusedRow.TIMESTAMP_UNIT),
        ([], RefusedRow.WRONG_TYPE),
    ],
)
def test_a_bad_row_is_refused_by_name(row: Any, reason: RefusedRow) -> None:
    """F34."""
    with pytest.raises(Refused) as no:
        subgraph_event(row)
    assert no.value.reason is reason


def test_an_indexed_row_keeps_its_order_and_says_nothing_of_fees() -> None:
    trade = indexer_event(an_index_row())
    assert said(trade, "shares", "notional", "order_hash") == (1_537_720_000, 1_430_079_600, ORDER)
    assert said(trade, "fee", "cash", "role", "counterparty") == (None, None, None, "")
    assert said(trade, "token.market", "token.slug", "source") == (CONDITION, "rain", "indexer")


def test_an_indexed_row_without_raw_shares_has_normalised_ones() -> None:
    assert indexer_event(an_index_row(shares=None)) == indexer_event(an_index_row())


def test_the_untouched_answer_gives_the_logs_place() -> None:
    raw = json.dumps({"side": "BUY", "log_index": 763, "price": 0.93})
    row = an_index_row(raw=raw, wallet_address=OWNER, taker=OTHER, token_label="Yes") | {"user": None}
    trade = indexer_event(row)
    assert said(trade, "event_id", "log_index") == (chain_event_id(TX, 763), 763)
    assert said(trade, "leader", "role", "token.outcome") == (OWNER, Role.MAKER, "Yes")
    assert indexer_event(an_index_row(log_index=763)).event_id == trade.event_id
    assert indexer_event(an_index_row(raw="{}")).log_index is None


def test_an_indexed_sell_gives_shares() -> None:
    trade = indexer_event(an_index_row(side="SELL"))
    assert said(trade, "side", "shares", "notional") == (Side.SELL, 1_537_720_000, 1_430_079_600)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"raw": "{"}, RefusedRow.BAD_JSON),
        ({"raw": '{"x":' + "[" * 100_000}, RefusedRow.BAD_JSON),
        ({"raw": "\ud800"}, RefusedRow.BAD_JSON),
        ({"raw": '{"log_index": "x"}'}, RefusedRow.BAD_JSON),
        ({"raw": '{"log_index": -1}'}, RefusedRow.NOT_A_NUMBER),
        ({"price": "1"}, RefusedRow.PRICE_RANGE),
        ({"shares": "-1"}, RefusedRow.NEGATIVE_AMOUNT),
        ({"shares": None, "shares_normalized": None}, RefusedRow.MISSING_FIELD),
        ({"token_id": ""}, RefusedRow.MISSING_FIELD),
        ({"token_id": ["1"]}, RefusedRow.WRONG_TYPE),
        ({"user": "0x1"}, RefusedRow.BAD_HEX),
        ({"order_hash": "0x1"}, RefusedRow.BAD_HEX),
    ],
)
def test_a_bad_indexed_row_is_refused_by_name(change: dict[str, Any], reason: RefusedRow) -> None:
    """F34."""
    with pytest.raises(Refused) as no:
        indexer_event(an_index_row(**change))
    assert no.value.reason is reason
