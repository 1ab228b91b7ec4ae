"""Who saw a leader's trade first, how late, and who never saw it: statistics of sources, no part of any decision."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from copydesk.domain.ids import EventId, TimeMs
    from copydesk.domain.trade import LeaderTrade

TRADES_MAX = 20_000
LAGS_MAX = 4_096
ECHO_MS = 600_000
"""After so long a source that has not shown a trade is taken to have missed it."""


class SourceRecord:
    """One source: trades it showed first, trades it showed after another, trades it never showed."""

    def __init__(self) -> None:
        self.first = self.echoes = self.missed = 0
        self._lags: deque[int] = deque(maxlen=LAGS_MAX)

    def lag_ms(self, percent: int) -> int | None:
        """The lag that `percent` of the latest trades this source showed first did not exceed; None without any."""
        if not self._lags:
            return None
        lags = sorted(self._lags)
        return lags[max(0, -(-len(lags) * percent // 100) - 1)]

    def came_first(self, lag_ms: int) -> None:
        """Count a trade shown first, so long after it happened."""
        self.first += 1
        self._lags.append(lag_ms)


class _Sighted(NamedTuple):
    """When a trade was first shown, and by whom since."""

    at: TimeMs
    by: set[str]


class FirstSeen:
    """Compares what the sources show. Bounded: of more than `TRADES_MAX` trades the oldest are judged early."""

    def __init__(self, sources: tuple[str, ...]) -> None:
        self.sources = {source: SourceRecord() for source in sources}
        self._trades: OrderedDict[EventId, _Sighted] = OrderedDict()

    def note(self, trade: LeaderTrade, at: TimeMs) -> None:
        """Take in that a source showed `trade` at `at`."""
        self._judge(at)
        record = self.sources.setdefault(trade.source, SourceRecord())
        known = self._trades.get(trade.content_id)
        if known is None:
            self._trades[trade.content_id] = _Sighted(at, {trade.source})
            record.came_first(at - trade.happened_at)
        elif trade.source not in known.by:
            known.by.add(trade.source)
            record.echoes += 1

    def first_at(self, trade: LeaderTrade) -> TimeMs | None:
        """When any source first showed `trade`; None if that is long ago or was never noted."""
        known = self._trades.get(trade.content_id)
        return None if known is None else known.at

    def _judge(self, now: TimeMs) -> None:
        while self._trades:
            name, (at, shown_by) = next(iter(self._trades.items()))
            if at > now - ECHO_MS and len(self._trades) < TRADES_MAX:
                return
            del self._trades[name]
            for source, record in self.sources.items():
                record.missed += source not in shown_by
