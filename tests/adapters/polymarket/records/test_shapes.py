"""What a file is, told by its columns: a shape of trades, a near miss of one, or something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from copydesk.adapters.polymarket.parse.csv_columns import ColumnMap
from copydesk.adapters.polymarket.parse.refusals import Refused, RefusedRow
from copydesk.adapters.polymarket.records.shapes import (
    NOT_TRADES,
    SHAPES,
    csv_reader,
    object_reader,
    shape_of,
    unknown,
)

TRADES = "proxyWallet side asset conditionId size price timestamp title slug eventSlug outcome name transactionHash"
MINE = ColumnMap(name="mine", price="p", size="s", timestamp="t", token="k", side="d")


def name_of(columns: str, declared: ColumnMap | None = None) -> str | None:
    shape = shape_of(columns.split(), declared)
    return shape.name if shape else None


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_every_shape_knows_itself(shape: object) -> None:
    assert shape in SHAPES
    known = next(each for each in SHAPES if each is shape)
    assert shape_of([*known.marks, "another column"]) is known


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_no_shape_of_trades_looks_like_something_else(shape: object) -> None:
    known = next(each for each in SHAPES if each is shape)
    assert not [what for what, marks in NOT_TRADES if marks <= known.marks]


def test_a_renamed_column_still_tells_the_shape() -> None:
    assert name_of(TRADES) == "data_api"
    assert name_of(TRADES.replace("price", "cost")) == "data_api"
    assert name_of(TRADES.replace("price", "").replace("size", "")) == "data_api"


def test_a_few_common_columns_tell_no_shape() -> None:
    assert name_of("side price size") is None
    assert name_of("timestamp wallet side") is None
    assert name_of("") is None


@pytest.mark.parametrize(
    ("columns", "what"),
    [
        ("proxyWallet asset conditionId size avgPrice curPrice title", "positions"),
        ("recorded_at asset_id market outcome size average_price", "positions"),
        ("wallet token_id total_bought amount realized_pnl", "positions"),
        ("rank proxyWallet userName vol pnl", "a leaderboard"),
        ("token holders", "holders of tokens"),
        ("transaction_hash order_hash wallet asset_id condition_id timestamp", "ids of fills without their amounts"),
        ("market_slug asset_id event_type price side size hash timestamp", "events of a market's order book"),
        ("condition_id winning_token_id outcome", "results of markets"),
    ],
)
def test_what_is_no_trade_is_named(columns: str, what: str) -> None:
    assert name_of(columns) is None
    assert f"it looks like {what}, not trades" in str(unknown(Path("x.csv"), columns.split()))


def test_unknown_columns_are_listed_with_the_remedy() -> None:
    message = str(unknown(Path("x.csv"), [f"c{number}" for number in range(20)]))
    assert "(c0, c1, c2, c3, c4, c5, c6, c7, …)" in message
    assert "column map" in message


def test_a_declared_map_wins_where_all_its_columns_are() -> None:
    assert name_of("p s t k d", MINE) == "mine"
    assert name_of("p s t k d avgPrice", MINE) == "mine"
    assert name_of(TRADES + " p s t k d", MINE) == "mine"
    assert name_of(TRADES, MINE) == "data_api"
    assert name_of("p s t k", MINE) == "mine"
    assert name_of("p s", MINE) is None


def test_a_csv_without_a_needed_column_refuses_every_row_and_names_it() -> None:
    shape = shape_of(TRADES.split())
    assert shape is not None
    header = TRADES.replace("price", "cost").split()
    with pytest.raises(Refused) as no:
        csv_reader(shape, header, "unknown:x")(["x"] * len(header))
    assert no.value.reason is RefusedRow.MISSING_FIELD
    assert no.value.found == "no column price; there is cost, name"


def test_a_row_that_is_no_object_is_refused() -> None:
    for shape in SHAPES:
        for row in (None, 3, "PONG", [], [1]):
            with pytest.raises(Refused) as no:
                object_reader(shape, "unknown:x")(row)
            assert no.value.reason is RefusedRow.WRONG_TYPE
