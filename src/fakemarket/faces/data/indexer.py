"""What the Data API has indexed so far: everything mined, some seconds late."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeVar

from fakemarket.world.exchange import Exchange
from fakemarket.world.trades import ActivityRow, Fill

LAG_MS: Final = 2_500
UNSEEN_KINDS: Final = frozenset({"TRANSFER_IN", "TRANSFER_OUT"})
Row = TypeVar("Row", Fill, ActivityRow)


class Indexer:
    """The reader of mined history behind every answer; it lags, and it can be told to lag more."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange

    def lag_ms(self) -> int:
        lag = LAG_MS
        for name in ("data_lag", "silent"):
            fault = self.exchange.faults.active(name)
            if fault is not None and fault.text("channel", "data") == "data":
                lag = max(lag, int(fault.number("lag_ms", 0)))
        return lag

    def horizon_ms(self) -> int:
        return self.exchange.clock.now_ms() - self.lag_ms()

    def fills(self, rows: Sequence[Fill]) -> list[Fill]:
        """Keep the fills that are indexed, oldest first."""
        return list(rows[: bisect_right(rows, self.horizon_ms(), key=fill_ms)])

    def activity_count(self, rows: Sequence[ActivityRow]) -> int:
        """Say how many of the rows, counted from the oldest, are indexed."""
        return bisect_right(rows, self.horizon_ms(), key=row_ms)

    def activity(self, rows: Sequence[ActivityRow]) -> list[ActivityRow]:
        """Keep the activity rows that are indexed, oldest first; transfers are among them."""
        return list(rows[: self.activity_count(rows)])


def fill_ms(fill: Fill) -> int:
    return fill.mined_ms


def row_ms(row: ActivityRow) -> int:
    return row.fill.mined_ms if row.fill is not None else row.timestamp_s * 1000


def newest_first(
    rows: Sequence[Row], *, position: list[int] | None, limit: int, keep: Callable[[Row], bool]
) -> tuple[list[Row], list[int] | None]:
    """Take one page walking back in time, and where the next one starts, or ``None`` at the end."""
    end = bisect_right(rows, position[0] - 1, key=lambda row: row.sequence) if position else len(rows)
    return _page((rows[index] for index in range(end - 1, -1, -1)), limit, keep)


def oldest_first(
    rows: Sequence[Row], *, position: list[int] | None, limit: int, keep: Callable[[Row], bool]
) -> tuple[list[Row], list[int] | None]:
    """Take one page walking forward in time, and where the next one starts, or ``None`` at the end."""
    start = bisect_right(rows, position[0], key=lambda row: row.sequence) if position else 0
    return _page((rows[index] for index in range(start, len(rows))), limit, keep)


def _page(walk: Iterator[Row], limit: int, keep: Callable[[Row], bool]) -> tuple[list[Row], list[int] | None]:
    found: list[Row] = []
    for row in walk:
        if not keep(row):
            continue
        if len(found) == limit:
            return found, [found[-1].sequence]
        found.append(row)
    return found, None
