"""The logs of a settlement beside those that the published exchange contract emitted for the same figures."""

import json
from pathlib import Path
from typing import Any

import pytest

from fakemarket.world.chain.logs import (
    FEE_CHARGED,
    ORDER_FILLED,
    ORDERS_MATCHED,
    TRANSFER_SINGLE,
    Log,
    contract,
    pusd_moved,
    set_moved,
    token_moved,
)
from fakemarket.world.chain.trade_logs import Settled, settlement_logs
from fakemarket.world.tokens import Market
from fakemarket.world.trades import Fill
from tests.fakemarket.town import Town

OURS = {ORDER_FILLED, ORDERS_MATCHED, FEE_CHARGED}


def recorded_matches(recorded_data: Path) -> list[dict[str, Any]]:
    """Give the transactions that hold exactly one match of one exchange."""
    rows = json.loads((recorded_data / "evm" / "fills.json").read_text())
    return [row for row in rows if [event["event"] for event in row.get("events", [])].count("OrdersMatched") == 1]


def fill_of(event: dict[str, Any], place: int, role: Any) -> Fill:
    given, got = int(event["makerAmountFilled"]), int(event["takerAmountFilled"])
    size, cash = (got, given) if event["side"] == "BUY" else (given, got)
    return Fill(
        sequence=place,
        wallet=event["maker"].lower(),
        side=event["side"],
        token=event["tokenId"],
        condition="",
        size=size,
        cash=cash,
        fee=int(event["fee"]),
        role=role,
        trade_id="",
        order_id=event["orderHash"],
        transaction_hash="",
        log_index=0,
        block_number=0,
        matched_ms=0,
        mined_ms=0,
        timestamp_s=0,
    )


def kind_of(maker: Fill, taker: Fill) -> str:
    if maker.side != taker.side:
        return "complementary"
    return "mint" if taker.side == "BUY" else "merge"


def settled_of(row: dict[str, Any], market: Market) -> Settled:
    filled = [event for event in row["events"] if event["event"] == "OrderFilled"]
    fills = [fill_of(event, place, "MAKER") for place, event in enumerate(filled)]
    builders = {event["orderHash"]: event["builder"] for event in filled}
    kinds = tuple(kind_of(fill, fills[-1]) for fill in fills[:-1])
    return Settled(market=market, fills=tuple(fills), kinds=kinds, builders=builders)


def a_market(row: dict[str, Any]) -> Market:
    town = Town()
    town.market.neg_risk = "neg" in row["market"] or any(
        event["address"].lower() == contract("neg_risk_exchange") for event in row["events"]
    )
    return town.market


def plain(log: dict[str, Any]) -> tuple[str, tuple[str, ...], str]:
    return log["address"], tuple(log["topics"]), log["data"]


@pytest.mark.recorded
def test_orders_are_told_as_the_contract_tells_them(recorded_data: Path) -> None:
    """OrderFilled and OrdersMatched to the byte, in order; a fee's receiver differs, its amount does not."""
    checked = 0
    for row in recorded_matches(recorded_data):
        surplus = "surplus" in row["what"].lower()
        if surplus or any(event.get("metadata", "0x0").strip("0x") for event in row["events"]):
            continue
        wanted = [plain(log) for log in row["receipt"]["logs"] if log["topics"][0] in OURS]
        made = settlement_logs(settled_of(row, a_market(row)))
        found = [(log.address, log.topics, log.data) for log in made if log.topics[0] in OURS]
        assert [log[:1] + log[1][:1] + log[2:] for log in found] == [log[:1] + log[1][:1] + log[2:] for log in wanted]
        assert [log[1] for log in found if log[1][0] != FEE_CHARGED] == [
            log[1] for log in wanted if log[1][0] != FEE_CHARGED
        ]
        checked += 1
    assert checked > 30


@pytest.mark.recorded
def test_tokens_move_as_the_contract_moves_them(recorded_data: Path) -> None:
    """Every wallet gains and loses what it did on the recorded chain, and each transfer is written alike."""
    shapes: set[str] = set()
    for row in recorded_matches(recorded_data):
        logs = row["receipt"]["logs"]
        for log in logs:
            rebuilt = rewritten(log)
            if rebuilt is not None:
                shapes.add(log["topics"][0])
                assert (rebuilt.address, rebuilt.topics, rebuilt.data) == plain(log)
    assert len(shapes) == 3


def rewritten(log: dict[str, Any]) -> Log | None:
    """Read a recorded transfer and write it with our own words."""
    ends = ["0x" + topic[-40:] for topic in log["topics"][1:]]
    words = [int(log["data"][2 + 64 * place :][:64] or "0", 16) for place in range(len(log["data"]) // 64)]
    if log["address"] == contract("pusd") and len(ends) == 2 and log["topics"][0].startswith("0xddf252ad"):
        return pusd_moved(ends[0], ends[1], words[0])
    if log["topics"][0] == TRANSFER_SINGLE:
        return token_moved(log["address"], ends[0], (ends[1], ends[2]), str(words[0]), words[1])
    if log["topics"][0].startswith("0x4a39dc06"):
        count = words[2]
        amounts = dict(zip(map(str, words[3 : 3 + count]), words[4 + count : 4 + 2 * count], strict=True))
        return set_moved(log["address"], ends[0], (ends[1], ends[2]), amounts)
    return None
