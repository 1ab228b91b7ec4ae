"""Recorded matches of the published exchange contracts: what we decode is what their recorder read there."""

from __future__ import annotations

import json
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from copydesk.adapters.polymarket.parse.fills import EXCHANGES_V2
from copydesk.adapters.polymarket.records.feed import RecordedFeed
from copydesk.domain.ids import chain_event_id
from copydesk.domain.trade import LeaderTrade, RowRefused, Side

pytestmark = pytest.mark.recorded


def all_trades(path: Path) -> list[LeaderTrade]:
    return [each for each in RecordedFeed([path]).sightings() if isinstance(each, LeaderTrade)]


def trades(path: Path) -> dict[str, LeaderTrade]:
    """The trades of a file by event id; the same event again must be the same trade."""
    found: dict[str, LeaderTrade] = {}
    for each in all_trades(path):
        assert found.setdefault(each.event_id, each) == each
    return found


def filled(recorded_data: Path) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Every OrderFilled of the exchanges with its transaction, as the recorder decoded it."""
    matches = json.loads((recorded_data / "evm" / "fills.json").read_text())
    return [
        (match, event)
        for match in matches
        for event in match["events"]
        if event["event"] == "OrderFilled" and event["address"].lower() in EXCHANGES_V2
    ]


def nonzero(word: str) -> str:
    return word if int(word, 16) else ""


def test_every_recorded_fill_is_decoded_as_its_recorder_read_it(recorded_data: Path) -> None:
    """C33. The two fills that moved a share for no dollar are refused, as everywhere."""
    decoded = trades(recorded_data / "evm" / "fills.json")
    seen = dust = 0
    for match, event in filled(recorded_data):
        reading = event["reading"]
        if "0" in (reading["shares_base_units"], reading["collateral_base_units"]):
            dust += 1
            continue
        seen += 1
        trade = decoded.pop(chain_event_id(match["transactionHash"], event["logIndex"]))
        assert (int(trade.shares), int(trade.notional)) == (
            int(reading["shares_base_units"]),
            int(reading["collateral_base_units"]),
        )
        assert Fraction(int(trade.notional), int(trade.shares)) == Fraction(reading["price_fraction"])
        assert (trade.role, trade.side, trade.token.id) == (reading["order_role"], event["side"], event["tokenId"])
        assert (trade.leader, trade.counterparty) == (event["maker"].lower(), event["taker"].lower())
        assert (trade.order_hash, trade.builder) == (event["orderHash"], nonzero(event["builder"]))
        assert trade.fee is not None
        assert int(trade.fee) == int(event["fee"])
    assert (seen, dust) == (152, 2)
    (stand_in,) = decoded.values()
    assert (stand_in.role, stand_in.source) == ("maker", "chain"), "the version-1 log, which its recorder did not read"


def test_what_moved_is_what_the_transfers_show(recorded_data: Path) -> None:
    """Cash with the fee in it is what the token transfers of the same transaction moved, wallet by wallet.

    The one exception is a mint with surplus: the taker gets unused money back, so his event shows more than he paid.
    The stand-in for a version-1 exchange moves nothing.
    """
    matches = json.loads((recorded_data / "evm" / "fills.json").read_text())
    moved: dict[str, Counter[str]] = {match["transactionHash"]: Counter() for match in matches}
    for trade in trades(recorded_data / "evm" / "fills.json").values():
        if trade.cash is not None:
            moved[trade.tx_hash][trade.leader] += -int(trade.cash) if trade.side is Side.BUY else int(trade.cash)
    unequal = []
    for match in matches:
        shown = {wallet.lower(): int(net.get("collateral", 0)) for wallet, net in match["net_transfers"].items()}
        if any(shown.get(wallet) != cash for wallet, cash in moved[match["transactionHash"]].items()):
            unequal.append(match["what"])
    assert len(unequal) == 2
    assert "the unused collateral goes back to the taker" in unequal[0]
    assert "emitted by a stand-in" in unequal[1]


def test_three_nodes_show_the_same_fills(recorded_data: Path) -> None:
    """The frames of each node, with its repetitions, give one set of events: those of the receipts.

    Only the log of the version-1 stand-in is in no subscription.
    """
    by_node = [trades(recorded_data / "evm" / f"notifications_{node}.jsonl") for node in "ABC"]
    from_receipts = trades(recorded_data / "evm" / "fills.json")
    assert by_node[0] == by_node[1] == by_node[2]
    assert {event_id: from_receipts[event_id] for event_id in by_node[0]} == by_node[0]
    assert len(from_receipts) - len(by_node[0]) == 1


def test_the_impostor_is_refused_wherever_it_shows(recorded_data: Path) -> None:
    refusals = [
        each
        for each in RecordedFeed([recorded_data / "evm" / "notifications_A.jsonl"]).sightings()
        if isinstance(each, RowRefused) and each.reason == "foreign_contract"
    ]
    assert len(refusals) == 1


def test_a_fill_mined_again_elsewhere_keeps_its_content(recorded_data: Path) -> None:
    """C9: after a reorganisation the log has another place, hence another event id; content and action still join."""
    found = all_trades(recorded_data / "evm" / "reorgs" / "05.json")
    assert len({trade.event_id for trade in found}) == 6
    assert len({(trade.content_id, trade.action_id) for trade in found}) == 4


def test_a_log_of_the_live_chain_is_a_grid_price(recorded_data: Path) -> None:
    (trade,) = trades(recorded_data / "onchain" / "kydlikebtc_polymarket-whalewatch" / "logs_v2.json").values()
    assert (int(trade.shares), int(trade.notional), trade.side) == (2_500_000, 500_000, "BUY")


def test_both_sides_of_a_recorded_mint_add_up_to_a_dollar(recorded_data: Path) -> None:
    for name, count in (("v1", 2), ("v2", 2)):
        folder = recorded_data / "onchain" / "jm709_pscanner"
        rows = [trade for trade in trades(folder / f"orderfilled_subgraph_{name}.json").values() if trade.side == "BUY"]
        assert len(rows) == count
        assert len({trade.tx_hash for trade in rows}) == 1
        assert sum(Fraction(int(trade.notional), int(trade.shares)) for trade in rows) == 1
        assert {trade.role for trade in rows} == {"maker", "taker"}
