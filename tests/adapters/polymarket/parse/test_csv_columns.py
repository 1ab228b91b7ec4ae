"""Column maps: the built-in ones are complete, and a user can declare one for a file of their own."""

from __future__ import annotations

import pytest

from copydesk.adapters.polymarket.parse.csv_columns import CELLS, ColumnMap, declared_columns
from copydesk.adapters.polymarket.parse.known_columns import COLLECTED, DATA_API, DATA_API_V2
from copydesk.domain.errors import BadInput

WHOLE = "price = p\nsize = s\ntimestamp = t\nside = d\ntoken = k\n"


def test_a_map_is_written_one_field_a_line() -> None:
    text = """
# my own export
leader:    "who"
price = fill price
size: shares: filled
timestamp=when
side = direction
token = 'asset id'
in_micros = yes
"""
    assert declared_columns(text, "mine") == ColumnMap(
        name="mine", leader="who", price="fill price", size="shares: filled", timestamp="when", side="direction",
        token="asset id", in_micros=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("pric = p", "pric = p"),
        ("price", "price"),
        ("price =", "price ="),
        ("= p", "= p"),
        ("name = x", "name = x"),
        ("{}", "{}"),
    ],
)
def test_a_line_that_declares_nothing_is_named(line: str, named: str) -> None:
    with pytest.raises(BadInput) as error:
        declared_columns(WHOLE + line, "mine")
    assert named in str(error.value)
    assert "timestamp" in error.value.allowed


@pytest.mark.parametrize(
    ("left_out", "named"),
    [
        ("price", "no price"),
        ("size", "no size or usd"),
        ("timestamp", "no timestamp"),
        ("side", "no side"),
        ("token", "no token, or a market and outcome"),
    ],
)
def test_a_map_that_cannot_give_trades_is_refused(left_out: str, named: str) -> None:
    kept = "\n".join(line for line in WHOLE.splitlines() if not line.startswith(left_out))
    with pytest.raises(BadInput, match=named):
        declared_columns(kept, "mine")


def test_a_constant_stands_for_a_column() -> None:
    kept = WHOLE.replace("side = d", "side_is = SELL\nleader_is = 0x" + "a1" * 20)
    assert declared_columns(kept, "mine").side_is == "SELL"
    for bad in ("side_is = HOLD", "side_is = BUY\nleader_is = alice"):
        with pytest.raises(BadInput):
            declared_columns(WHOLE.replace("side = d", bad), "mine")


def test_a_market_and_an_outcome_stand_for_a_token() -> None:
    columns = declared_columns(WHOLE.replace("token = k", "title = m\noutcome = o"), "mine")
    assert columns.needed == ("d", "p", "s", "t", "m", "o")


@pytest.mark.parametrize("columns", [DATA_API, DATA_API_V2, *COLLECTED], ids=lambda columns: columns.name)
def test_every_known_map_gives_whole_trades(columns: ColumnMap) -> None:
    text = "\n".join(f"{cell} = {getattr(columns, cell)}" for cell in CELLS if getattr(columns, cell))
    if columns.side_is:
        text += f"\nside_is = {columns.side_is}"
    declared = declared_columns(text, columns.name)
    assert declared.columns == columns.columns
    assert declared.needed == columns.needed


def test_the_known_maps_are_told_apart() -> None:
    needed = [frozenset(columns.needed) for columns in (DATA_API, DATA_API_V2, *COLLECTED)]
    assert not [a for a in needed for b in needed if a < b]
    assert len(set(needed)) == len(needed)
