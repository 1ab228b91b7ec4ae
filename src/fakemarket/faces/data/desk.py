"""What every answer of the Data API is drawn from: the exchange through the indexer, for one request."""

from collections.abc import Sequence

import msgspec

from fakemarket.faces.data import cursors
from fakemarket.faces.data.envelope import page_body
from fakemarket.faces.data.holdings import Folded, Holding, Holdings
from fakemarket.faces.data.indexer import Indexer
from fakemarket.faces.data.query import Query
from fakemarket.faces.data.rows import Written, activity_row, trade_row
from fakemarket.world.exchange import Exchange
from fakemarket.world.trades import ActivityRow, Fill


class Desk:
    """The reading side of one Data API: indexed rows by wallet, condition or all, and pages of them."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.indexer = Indexer(exchange)
        self._folded = Folded(exchange)
        self._trades = Written(exchange, trade_row)
        self._activity = Written(exchange, activity_row)

    def now_s(self) -> int:
        return self.exchange.clock.now_ms() // 1000

    def fills_of(self, wallet: str) -> list[Fill]:
        return self.indexer.fills(self.exchange.history.fills_of(wallet))

    def activity_of(self, wallet: str) -> list[ActivityRow]:
        return self.indexer.activity(self.exchange.history.activity_of(wallet))

    def holdings_of(self, wallet: str) -> list[Holding]:
        return self.holdings().of(wallet)

    def holdings(self) -> Holdings:
        """Fold everybody's holdings, up to what is indexed."""
        rows = self.exchange.history.activity
        return self._folded.upto(rows, self.indexer.activity_count(rows))

    def wallets(self) -> list[str]:
        """Name every wallet with an indexed row, in the order of its first one."""
        rows = self.indexer.activity(self.exchange.history.activity)
        return list(dict.fromkeys(row.wallet for row in rows))

    def trade_rows(self, fills: Sequence[Fill]) -> list[msgspec.Raw]:
        return [self._trades.of(fill) for fill in fills]

    def activity_rows(self, rows: Sequence[ActivityRow]) -> list[msgspec.Raw]:
        return [self._activity.of(row) for row in rows]

    def page(self, query: Query, rows: Sequence[object], position: list[int] | None, limit: int) -> bytes:
        """Write a page whose rows are already cut, with the cursor to the next one."""
        next_cursor = cursors.written(position, query.mark) if position is not None else None
        return page_body(rows, limit=limit, next_cursor=next_cursor)


def slice_of(count: int, position: list[int] | None, limit: int) -> tuple[slice, list[int] | None]:
    """Cut a page out of a ranking by place, and where the next one starts, or ``None`` at the end."""
    start = position[0] if position else 0
    end = start + limit
    return slice(start, end), ([end] if end < count else None)
