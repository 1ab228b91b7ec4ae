"""Which column of a record holds what: `ColumnMap`, and how a user declares one for a file of their own."""

from __future__ import annotations

import re

import msgspec

from copydesk.domain.errors import BadInput

_NAMES = ("token", "condition", "outcome", "title", "slug", "event_slug", "number")
CELLS = ("leader", "tx_hash", "side", "price", "size", "usd", "timestamp", "cash", "kind", *_NAMES)
"""The fields of a `ColumnMap` that name a column, in the order in which `MappedRows` takes a row's cells."""

_WALLET = re.compile("0x[0-9a-fA-F]{40}")
_FLAGS = {"in_micros", "blank_side_is_activity"}


class ColumnMap(msgspec.Struct, frozen=True, kw_only=True):
    """The columns of one shape of record, in our words. Empty means that the shape has no such column.

    `size` is in shares and `usd` the amount before fees, used where there is no size; both are in whole micros if
    `in_micros`. `cash` is what really moved, fee included. `number` is the exporter's own number of a market.
    `leader_is` and `side_is` stand for a column that every row would fill alike. Where `blank_side_is_activity`, a
    row without side is a redemption or merge whose kind the collector dropped; else it is refused.
    """

    name: str
    leader: str = ""
    tx_hash: str = ""
    side: str = ""
    price: str = ""
    size: str = ""
    usd: str = ""
    timestamp: str = ""
    cash: str = ""
    kind: str = ""
    token: str = ""
    condition: str = ""
    outcome: str = ""
    title: str = ""
    slug: str = ""
    event_slug: str = ""
    number: str = ""
    leader_is: str = ""
    side_is: str = ""
    in_micros: bool = False
    blank_side_is_activity: bool = False

    @property
    def needed(self) -> tuple[str, ...]:
        """The columns no row can do without."""
        amount = self.size or self.usd
        about = (self.token,) if self.token else (self.market, self.outcome)
        wanted = (self.leader, self.tx_hash, self.side, self.price, amount, self.timestamp, *about)
        return tuple(column for column in wanted if column)

    @property
    def market(self) -> str:
        """The best column there is to tell markets apart by."""
        return self.condition or self.title or self.slug or self.number

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column of the map, in the order of `CELLS`; empty where the shape has none."""
        return tuple(getattr(self, cell) for cell in CELLS)


def declared_columns(text: str, name: str) -> ColumnMap:
    """The map a user wrote, one `field = column` or `field: column` a line; `#` begins a comment line.

    Raises `BadInput` for a line that is neither, a field that a map does not have, and a map that cannot give trades.
    """
    fields: dict[str, str | bool] = {}
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        equals, colon = line.find("="), line.find(":")
        cut = min((at for at in (equals, colon) if at > 0), default=0)
        field, column = line[:cut].strip(), line[cut + 1 :].strip().strip("\"'")
        if field not in ColumnMap.__struct_fields__ or field == "name" or not column:
            raise BadInput("column map", found=repr(line.strip()), allowed=", ".join(ColumnMap.__struct_fields__[1:]))
        fields[field] = column.lower() in {"true", "yes", "1"} if field in _FLAGS else column
    return _complete(msgspec.convert({"name": name, **fields}, ColumnMap))


def _complete(columns: ColumnMap) -> ColumnMap:
    lacking = [
        what
        for what, has in (
            ("price", columns.price),
            ("size or usd", columns.size or columns.usd),
            ("timestamp", columns.timestamp),
            ("side, or BUY or SELL as side_is", columns.side or columns.side_is in {"BUY", "SELL"}),
            ("wallet as leader_is", not columns.leader_is or _WALLET.fullmatch(columns.leader_is)),
            ("token, or a market and outcome", columns.token or (columns.market and columns.outcome)),
        )
        if not has
    ]
    if lacking:
        raise BadInput("column map", found="no " + ", no ".join(lacking), allowed="a map that gives whole trades")
    return columns
