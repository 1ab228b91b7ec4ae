"""Answers of the Data API taken apart, good ones and bad ones."""

from __future__ import annotations

import json

import pytest

from copydesk.adapters.polymarket.live.polling.freshness import lag_ms
from copydesk.adapters.polymarket.live.polling.pages import page_of, read_row
from copydesk.adapters.polymarket.parse.known_columns import DATA_API_V2
from copydesk.adapters.polymarket.parse.positions import position_of
from copydesk.adapters.polymarket.parse.refusals import Refused, RefusedRow
from copydesk.adapters.polymarket.parse.rows import MappedRows
from copydesk.domain.ids import TimeMs, TokenId, Wallet
from copydesk.domain.money import Price, Shares
from copydesk.domain.trade import LeaderTrade

ANN = Wallet("0x" + "a1" * 20)
_ROWS = MappedRows(DATA_API_V2)


def a_row(**changed: object) -> dict[str, object]:
    row: dict[str, object] = {
        "proxy_wallet": ANN,
        "side": "BUY",
        "token_id": "7132",
        "condition_id": "0x" + "9c" * 32,
        "size": 150.25,
        "price": 0.43,
        "timestamp": 1_795_132_800,
        "transaction_hash": "0x" + "be" * 32,
        "outcome": "Yes",
    }
    return row | changed


def a_body(*rows: object, cursor: str | None = None) -> bytes:
    return json.dumps({"data": rows, "pagination": {"has_more": cursor is not None, "next_cursor": cursor}}).encode()


def test_an_answer_is_its_rows_and_where_the_next_page_starts() -> None:
    page = page_of(a_body(a_row(), a_row(), cursor="abc"))
    assert (len(page.rows), page.cursor, page.damage) == (2, "abc", "")
    trade = read_row(page.rows[0], _ROWS)
    assert isinstance(trade, LeaderTrade)
    assert (int(trade.shares), int(trade.notional)) == (150_250_000, 64_607_500)


def test_an_answer_without_envelope_still_has_its_rows_and_the_loss_is_said() -> None:
    """F34."""
    page = page_of(json.dumps([a_row()]).encode())
    assert (len(page.rows), page.damage) == (1, "an answer came without its envelope")


@pytest.mark.parametrize(("spoilt", "reason"), [("NaN", "not_a_number"), ("Infinity", "not_finite")])
def test_a_number_that_is_none_spoils_its_row_and_not_the_others(spoilt: str, reason: str) -> None:
    """F34: the answer as a whole is no JSON then."""
    page = page_of(a_body(a_row(), a_row(size="SPOILT"), cursor="next").replace(b'"SPOILT"', spoilt.encode()))
    assert (len(page.rows), page.cursor, page.damage) == (2, "next", "an answer was not quite JSON")
    assert isinstance(read_row(page.rows[0], _ROWS), LeaderTrade)
    with pytest.raises(Refused) as info:
        read_row(page.rows[1], _ROWS)
    assert info.value.reason == reason


@pytest.mark.parametrize("body", [b"", b"{", a_body(a_row())[:-20], b'{"data":{"a":1}}', b"7", b'{"error":"no"}'])
def test_what_is_no_list_is_refused_as_a_whole(body: bytes) -> None:
    """F34."""
    with pytest.raises(Refused):
        page_of(body)


@pytest.mark.parametrize("row", [7, "text", [], None])
def test_a_row_that_is_no_object_is_refused(row: object) -> None:
    (only,) = page_of(a_body(row)).rows
    with pytest.raises(Refused) as info:
        read_row(only, _ROWS)
    assert info.value.reason is RefusedRow.WRONG_TYPE


def a_position(**changed: object) -> dict[str, object]:
    row: dict[str, object] = {"proxy_wallet": ANN, "token_id": "7132", "condition_id": "0x" + "9c" * 32}
    return row | {"current_size": "0.04", "avg_price": "0.430001"} | changed


def test_a_position_is_exact() -> None:
    position = position_of(a_position(), ANN)
    assert (position.token.id, position.shares, position.average) == (TokenId("7132"), Shares(40_000), Price(430_001))


@pytest.mark.parametrize("unknown", [0, "0", None, "1", 7])
def test_a_price_that_is_none_is_not_known(unknown: object) -> None:
    assert position_of(a_position(avg_price=unknown), ANN).average is None


@pytest.mark.parametrize(
    "changed",
    [
        {"token_id": None},
        {"token_id": ""},
        {"token_id": "0"},
        {"current_size": None},
        {"current_size": "-1"},
        {"proxy_wallet": "0x" + "b2" * 20},
        {"proxy_wallet": None},
        {"avg_price": "NaN"},
        {"title": []},
    ],
)
def test_a_position_that_cannot_be_read_is_refused(changed: dict[str, object]) -> None:
    """F34; a position of another wallet is nobody's."""
    with pytest.raises(Refused):
        position_of(a_position(**changed), ANN)


def a_status(**said: object) -> bytes:
    return json.dumps({"data": said}).encode()


NOW = TimeMs(1_795_132_800_000)


def test_the_venues_lag_is_counted_in_blocks_or_by_the_moment_it_names() -> None:
    """F37."""
    assert lag_ms(a_status(serving_lag_blocks=1, custody_lag_blocks=1, computation_age_seconds=20), NOW) == 2_000
    assert lag_ms(a_status(serving_lag_blocks=40), NOW) == 80_000
    assert lag_ms(a_status(serving_lag_blocks=0, as_of=1_795_132_800 - 90), NOW) == 90_000


@pytest.mark.parametrize("body", [b"", b"[]", b'{"data":null}', a_status(), a_status(serving_lag_blocks="many")])
def test_a_status_that_does_not_say_is_refused(body: bytes) -> None:
    with pytest.raises(Refused):
        lag_ms(body, NOW)
