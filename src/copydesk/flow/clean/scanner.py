"""The clean stage: sightings in, scan windows of first-seen trades of followed leaders out (S0.18, C8)."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from copydesk.domain.ids import TimeMs
from copydesk.domain.trade import LeaderTrade
from copydesk.flow.clean.holdings import Fall, Holdings
from copydesk.flow.clean.recent import FirstSight
from copydesk.flow.clean.window import ScanWindow

if TYPE_CHECKING:
    from copydesk.domain.ids import TokenId, Wallet
    from copydesk.domain.money import Shares
    from copydesk.domain.trade import LeaderActivity, LeaderPositions


class Scanner:
    """Dedupes what is seen, keeps what leaders hold, and gathers trades into windows.

    A window covers `span_ms` and closes `lag_ms` after its end. Recorded trades are put into windows by when they
    happened, and the lag is the time it would have taken us to see them; live ones by when they were seen, without.
    """

    def __init__(self, span_ms: int, lag_ms: int) -> None:
        self._span_ms, self._lag_ms = span_ms, lag_ms
        self._first_sight = FirstSight()
        self._holdings = Holdings()
        self._windows: deque[ScanWindow] = deque()

    def is_first(self, event: LeaderTrade | LeaderActivity) -> bool:
        """Whether this process sees `event` for the first time; it is remembered either way."""
        return self._first_sight.is_first(event)

    def gather(self, trade: LeaderTrade, at: TimeMs) -> None:
        """Put a followed leader's trade into the window of `at`, with what the leader held before the trade.

        `at` never goes back.
        """
        token = trade.token
        held = self._holdings.held(trade.leader, token.market, token.id)
        self._window_of(at).add(trade, held)
        self._holdings.trade(trade)

    def note(self, activity: LeaderActivity) -> list[Fall]:
        """Take into account that a followed leader's holding changed without a trade; what it fell by."""
        falls = self._holdings.falls(activity)
        self._holdings.activity(activity)
        return falls

    def held_by(self, leader: Wallet) -> dict[TokenId, Shares]:
        """What a leader holds, as far as we know."""
        return self._holdings.of(leader)

    def correct(self, positions: LeaderPositions) -> None:
        """Take over what the venue says a leader holds."""
        self._holdings.correct(positions)

    def due_at(self) -> TimeMs | None:
        """When the oldest window closes, None if none is open."""
        return self._windows[0].closes_at if self._windows else None

    def pop(self) -> ScanWindow:
        """The oldest window, which is then closed."""
        return self._windows.popleft()

    def _window_of(self, at: TimeMs) -> ScanWindow:
        closes_at = TimeMs((at // self._span_ms + 1) * self._span_ms + self._lag_ms)
        if not self._windows or self._windows[-1].closes_at < closes_at:
            self._windows.append(ScanWindow(closes_at))
        return self._windows[-1]
