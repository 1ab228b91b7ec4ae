"""Rows whose columns are declared (Data API v1 and v2, RTDS payloads, collectors' tables) made into events."""

from __future__ import annotations

from typing import Any

from copydesk.adapters.polymarket.parse.csv_columns import CELLS, ColumnMap
from copydesk.adapters.polymarket.parse.identity import (
    LeaderEvent,
    content_of,
    market_of,
    stamp,
    token_of,
)
from copydesk.adapters.polymarket.parse.numbers import (
    amount,
    exact,
    hash_hex,
    in_micros,
    nearest,
    power,
    price_parts,
    time_ms,
    wallet,
)
from copydesk.adapters.polymarket.parse.refusals import Refused, RefusedRow, shown
from copydesk.domain.ids import Wallet, action_id, row_event_id
from copydesk.domain.money import NO_SHARES, Shares, Usdc
from copydesk.domain.trade import ActivityKind, LeaderActivity, LeaderTrade, Side

Cells = tuple[Any, ...]
"""One row's cells in the order of `CELLS`: text, whole numbers, or None and empty text where there is nothing."""

_SIDES = {"BUY": Side.BUY, "SELL": Side.SELL, "buy": Side.BUY, "sell": Side.SELL}
_SIDE, _KIND, _NAMES = CELLS.index("side"), CELLS.index("kind"), CELLS.index("token")
_MICRO_PLACES = 6
_KINDS = {
    "REDEEM": ActivityKind.REDEEM,
    "MERGE": ActivityKind.MERGE,
    "SPLIT": ActivityKind.SPLIT,
    "CONVERSION": ActivityKind.CONVERSION,
    "MIGRATION": ActivityKind.CONVERSION,
    "REWARD": ActivityKind.REWARD,
    "YIELD": ActivityKind.REWARD,
    "MAKER_REBATE": ActivityKind.REWARD,
    "TAKER_REBATE": ActivityKind.REWARD,
    "REFERRAL_REWARD": ActivityKind.REWARD,
    "DEPOSIT": ActivityKind.REWARD,
    "WITHDRAWAL": ActivityKind.REWARD,
    "TIP": ActivityKind.REWARD,
}


class MappedRows:
    """The reader of one source whose columns are declared; `leader` is who trades where the rows do not say.

    `event` gives the trade or activity of a row's cells, or raises `Refused` and nothing else.
    """

    def __init__(self, columns: ColumnMap, *, leader: str = "", source: str = "") -> None:
        self.columns = columns
        self._source = source or columns.name
        self._leader = Wallet(columns.leader_is.lower() or leader)
        self._names = columns.columns
        self._shift = _MICRO_PLACES if columns.in_micros else 0

    def event(self, cells: Cells) -> LeaderEvent:
        """The event of one row. A row of a kind other than TRADE, or without side where that says so, is activity."""
        kind = cells[_KIND]
        if (kind and kind != "TRADE") or (self.columns.blank_side_is_activity and not cells[_SIDE]):
            return self._activity(cells)
        return self._trade(cells)

    def event_of(self, row: dict[str, Any]) -> LeaderEvent:
        """The event of one JSON object."""
        try:
            return self.event(tuple(map(row.get, self._names)))
        except Refused as no:
            if no.reason is not RefusedRow.MISSING_FIELD:
                raise
            others = ", ".join(str(name) for name in row if name not in self._names)
            raise Refused(no.reason, f"{no.found}; there is {others or 'nothing else'}") from None

    def _trade(self, cells: Cells) -> LeaderTrade:
        columns = self.columns
        leader, tx, side_word, price, size, usd, at, cash, _ = cells[:_NAMES]
        who = wallet(leader, columns.leader) if columns.leader else self._leader
        side = self._side(side_word)
        token = token_of(self._token_names(cells))
        shares, notional = self._amounts(price, size, usd)
        happened_at = time_ms(at, columns.timestamp)
        tx_hash = self._tx_hash(tx)
        moved = None if cash is None or cash == "" else Usdc(amount(cash, columns.cash))
        content = content_of(tx_hash or stamp("", happened_at), who, token.id, side, shares, notional)
        event_id = row_event_id(content, 0)
        return LeaderTrade(
            event_id=event_id,
            content_id=event_id,
            action_id=action_id(who, tx_hash or event_id, token.id, side),
            leader=who,
            token=token,
            side=side,
            shares=shares,
            notional=notional,
            happened_at=happened_at,
            source=self._source,
            tx_hash=tx_hash,
            cash=moved,
            fee=None if moved is None else _fee(side, notional, moved),
        )

    def _activity(self, cells: Cells) -> LeaderActivity:
        columns, names = self.columns, cells[_NAMES:]
        leader, tx, _, _, size, usd, at, cash, word = cells[:_NAMES]
        who = wallet(leader, columns.leader) if columns.leader else self._leader
        kind = _kind(word)
        token = token_of(names) if names[0] else None
        market = token.market if token else market_of(names)
        happened_at = time_ms(at, columns.timestamp)
        tx_hash = self._tx_hash(tx)
        held = self._micros(size, columns.size)
        moved = self._cash(cash, usd, held)
        shares = NO_SHARES if kind is ActivityKind.REWARD else Shares(held)
        about = token.id if token else market or ""
        content = content_of(stamp(tx_hash, happened_at), who, about, kind, shares, moved)
        return LeaderActivity(
            event_id=row_event_id(content, 0),
            kind=kind,
            leader=who,
            market=market,
            token=token,
            shares=shares,
            cash=moved,
            happened_at=happened_at,
            source=self._source,
            tx_hash=tx_hash,
        )

    def _side(self, word: Any) -> Side:
        side = _SIDES.get(self.columns.side_is or word) if type(word) is str or self.columns.side_is else None
        if side is not None:
            return side
        blank = word is None or word == ""
        raise Refused(RefusedRow.MISSING_SIDE if blank else RefusedRow.UNKNOWN_SIDE, f"side {shown(word)}")

    def _token_names(self, cells: Cells) -> Any:
        if self.columns.token and not cells[_NAMES]:
            raise Refused(RefusedRow.MISSING_FIELD, f"{self.columns.token} is empty")
        return cells[_NAMES:]

    def _tx_hash(self, cell: Any) -> str:
        """The transaction's hash, empty where the shape has none or the row leaves it blank."""
        if cell:
            return hash_hex(cell, self.columns.tx_hash)
        if cell is None and self.columns.tx_hash:
            raise Refused(RefusedRow.MISSING_FIELD, f"{self.columns.tx_hash} is empty")
        return ""

    def _amounts(self, price: Any, size: Any, usd: Any) -> tuple[Shares, Usdc]:
        """Shares and dollars: price x size of the exact numbers, or from the dollars where there is no size."""
        columns = self.columns
        rate, rate_places = price_parts(price, columns.price)
        if columns.size:
            digits, places = exact(size, columns.size)
            places += self._shift
            shares = in_micros(digits, places, columns.size)
            notional = in_micros(digits * rate, places + rate_places, columns.size)
        else:
            digits, places = exact(usd, columns.usd)
            places += self._shift
            notional = in_micros(digits, places, columns.usd)
            shares = nearest(digits * power(rate_places + _MICRO_PLACES), rate * power(places))
        if not shares or not notional:
            raise Refused(
                RefusedRow.ZERO_AMOUNT, f"price {shown(price)}, amount {shown(size if columns.size else usd)}"
            )
        return Shares(shares), Usdc(notional)

    def _micros(self, cell: Any, column: str) -> int:
        digits, places = exact(cell, column)
        return in_micros(digits, places + self._shift, column)

    def _cash(self, cash: Any, usd: Any, held: int) -> Usdc:
        """What an activity moved: as the row says, else a dollar a share, as merges, splits and rewards do."""
        for cell, column in ((cash, self.columns.cash), (usd, self.columns.usd)):
            if cell is not None and cell != "":
                return Usdc(self._micros(cell, column))
        return Usdc(held)


def _kind(word: Any) -> ActivityKind:
    if word is None or word == "":
        return ActivityKind.REDEEM_OR_MERGE
    kind = _KINDS.get(word) if type(word) is str else None
    if kind is None:
        raise Refused(RefusedRow.UNKNOWN_KIND, f"type {shown(word)}")
    return kind


def _fee(side: Side, notional: Usdc, moved: Usdc) -> Usdc | None:
    """What the wallet paid on top of a buy, or got less for a sell; None where nothing shows."""
    fee = moved - notional if side is Side.BUY else notional - moved
    return fee if int(fee) > 0 else None
