"""Which shape a file has, told by its columns, and how a row of that shape is read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import itemgetter
from pathlib import Path

import msgspec

from copydesk.adapters.polymarket.parse.csv_columns import ColumnMap
from copydesk.adapters.polymarket.parse.frames import frame_event
from copydesk.adapters.polymarket.parse.identity import LeaderEvent, RowReader
from copydesk.adapters.polymarket.parse.known_columns import COLLECTED, DATA_API, DATA_API_V2
from copydesk.adapters.polymarket.parse.logs import log_event
from copydesk.adapters.polymarket.parse.refusals import Refused, RefusedRow, shown
from copydesk.adapters.polymarket.parse.rows import MappedRows
from copydesk.adapters.polymarket.parse.subgraph import indexer_event, subgraph_event
from copydesk.domain.errors import Unreadable


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of row: the columns it is known by, and the column map or the function that reads it."""

    name: str
    marks: frozenset[str]
    read_by: ColumnMap | RowReader


def _mapped(columns: ColumnMap) -> Shape:
    return Shape(name=columns.name, marks=frozenset(columns.needed), read_by=columns)


_V1_FIELDS = "maker taker makerAssetId takerAssetId makerAmountFilled takerAmountFilled orderHash transactionHash"
_V2_FIELDS = "maker taker side tokenId makerAmountFilled takerAmountFilled orderHash transactionHash"
_INDEX_FIELDS = "token_id side condition_id price tx_hash timestamp order_hash shares_normalized"

SHAPES = (
    _mapped(DATA_API),
    _mapped(DATA_API_V2),
    *map(_mapped, COLLECTED),
    Shape(name="rtds", marks=frozenset({"topic", "type", "payload"}), read_by=frame_event),
    Shape(name="subgraph v1", marks=frozenset(_V1_FIELDS.split()), read_by=subgraph_event),
    Shape(name="subgraph v2", marks=frozenset(_V2_FIELDS.split()), read_by=subgraph_event),
    Shape(name="indexer", marks=frozenset(_INDEX_FIELDS.split()), read_by=indexer_event),
    Shape(name="log", marks=frozenset({"address", "topics", "data"}), read_by=log_event),
    Shape(name="notification", marks=frozenset({"jsonrpc", "method", "params"}), read_by=log_event),
    Shape(name="notifications", marks=frozenset({"node", "subscriptions"}), read_by=log_event),
)

# Columns that only other kinds of record have. The first line that applies says what a file is instead of trades.
NOT_TRADES = (
    ("positions", {"avgPrice"}),
    ("positions", {"average_price"}),
    ("positions", {"avg_price"}),
    ("positions", {"total_bought"}),
    ("a leaderboard", {"pnl", "vol"}),
    ("a leaderboard", {"pnl", "volume"}),
    ("holders of tokens", {"holders"}),
    ("the value of a wallet", {"user", "value"}),
    ("profit figures of wallets", {"wallets"}),
    ("token transfers", {"missing_fills"}),
    ("ids of fills without their amounts", {"order_hash", "asset_id", "wallet"}),
    ("events of a market's order book", {"event_type"}),
    ("order book levels", {"bids", "asks"}),
    ("quotes", {"best_bid"}),
    ("a market or event of the catalogue", {"question"}),
    ("a market or event of the catalogue", {"markets"}),
    ("results of markets", {"winning_token_id"}),
    ("signed orders", {"signature"}),
    ("trades of a market's channel, without wallets", {"exchange_timestamp"}),
    ("an account's own trades", {"maker_orders"}),
)
_NAMED_MAX = 8
_WHOLE = 1000
_MISSING_MAX = 2


def shape_of(columns: Iterable[str], declared: ColumnMap | None = None) -> Shape | None:
    """The shape with most of its marks among `columns`; of equals the one with more of them.

    A near miss is a shape still, so that its rows can say what is wrong: half of the marks are there, and no more than
    two are missing. A map that a user declared wins where all of its columns are there.
    """
    there = frozenset(columns)
    own = (_mapped(declared),) if declared else ()
    if own and own[0].marks <= there:
        return own[0]
    if _not_trades(there):
        return None
    known = (*own, *SHAPES)
    best = max(known, key=lambda shape: (_share(shape, there), len(shape.marks & there)))
    missing = len(best.marks - there)
    return best if missing <= _MISSING_MAX and 2 * missing <= len(best.marks) else None


def _share(shape: Shape, there: frozenset[str]) -> int:
    return _WHOLE * len(shape.marks & there) // len(shape.marks)


def _not_trades(there: frozenset[str]) -> str:
    return next((what for what, marks in NOT_TRADES if marks <= there), "")


def unknown(path: Path, columns: Sequence[str]) -> Unreadable:
    """What to say of a file of no shape of trades."""
    what = _not_trades(frozenset(columns))
    if what:
        return Unreadable(str(path), f"it looks like {what}, not trades")
    named = ", ".join(columns[:_NAMED_MAX]) + (", …" if len(columns) > _NAMED_MAX else "")
    return Unreadable(str(path), f"no known shape of trades has its columns ({named}); declare them in a column map")


def object_reader(shape: Shape, leader: str) -> RowReader:
    """The reader of JSON objects of `shape`; `leader` is who trades where they do not say."""
    if not isinstance(shape.read_by, ColumnMap):
        return shape.read_by
    event_of = MappedRows(shape.read_by, leader=leader).event_of

    def read(row: object) -> LeaderEvent:
        if type(row) is dict:
            return event_of(row)
        raise Refused(RefusedRow.WRONG_TYPE, shown(row))

    return read


def csv_reader(shape: Shape, header: Sequence[str], leader: str) -> RowReader:
    """The reader of CSV rows of `shape` under `header`. Where a column is missing, it refuses every row and says so."""
    missing = sorted(shape.marks - set(header))
    if missing:
        known = shape.read_by.columns if isinstance(shape.read_by, ColumnMap) else shape.marks
        others = ", ".join(name for name in header if name not in known)
        return _refuser(f"no column {', '.join(missing)}; there is {others or 'nothing else'}")
    if not isinstance(shape.read_by, ColumnMap):
        own = shape.read_by
        return lambda row: own(dict(zip(header, row, strict=True)))
    event = MappedRows(shape.read_by, leader=leader).event
    absent = len(header)
    cells = itemgetter(*(header.index(name) if name in header else absent for name in shape.read_by.columns))

    def read(row: list[str]) -> LeaderEvent:
        row.append("")
        return event(cells(row))

    return read


def _refuser(found: str) -> RowReader:
    def read(_: list[str]) -> LeaderEvent:
        raise Refused(RefusedRow.MISSING_FIELD, found)

    return read
