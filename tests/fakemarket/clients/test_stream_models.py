"""The official client's own models read every golden frame of the market and user channels, and drop none (K12)."""

import json
from pathlib import Path
from typing import Any

import pytest

market_events: Any = pytest.importorskip("polymarket.models.clob.market_events", reason="the official client")
user_events: Any = pytest.importorskip("polymarket.models.clob.user_events", reason="the official client")

GOLDEN = Path(__file__).parents[1] / "streams" / "golden"


def golden(name: str) -> object:
    document = json.loads((GOLDEN / name).read_text())
    return document[0] if isinstance(document, list) else document


@pytest.mark.parametrize("name", sorted(path.name for path in GOLDEN.glob("market_*.json")))
def test_the_client_reads_a_market_frame(name: str) -> None:
    event = market_events.parse_market_event(golden(name))
    assert event.type in name or event.type == "market_resolved"


@pytest.mark.parametrize("name", sorted(path.name for path in GOLDEN.glob("user_*.json")))
def test_the_client_reads_a_user_frame(name: str) -> None:
    events, dropped = user_events.parse_user_events(golden(name))
    assert (len(events), dropped) == (1, 0)


def test_the_client_sees_the_numbers_that_were_sent() -> None:
    book = market_events.parse_market_event(golden("market_book.json")).payload
    assert (str(book.bids[-1].price), str(book.bids[-1].size)) == ("0.43", "812.5")
    trade = user_events.parse_user_event(golden("user_trade_as_maker.json")).payload
    assert (trade.trader_side, str(trade.maker_orders[0].matched_amount)) == ("MAKER", "150.25")
