"""Trades a full inbox turned away, kept in order until there is room; when this is full too, entries go first."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from copydesk.domain.trade import LeaderTrade, Side

if TYPE_CHECKING:
    from copydesk.ports import Inbox


class WaitingRoom:
    """At most `places` trades in the order they came. `shed` counts those that were turned away for good.

    A leader's sell may be the exit of somebody who copied him: it takes the place of the oldest buy, and is turned
    away only where nothing but sells is waiting (I26).
    """

    def __init__(self, places: int) -> None:
        self.shed = 0
        self._places = places
        self._came = 0
        self._buys: deque[tuple[int, LeaderTrade]] = deque()
        self._sells: deque[tuple[int, LeaderTrade]] = deque()

    def __len__(self) -> int:
        return len(self._buys) + len(self._sells)

    def add(self, trade: LeaderTrade) -> None:
        """Let one wait, turning away another if there is no place."""
        if len(self) >= self._places:
            self.shed += 1
            if not self._buys:
                return
            self._buys.popleft()
        self._came += 1
        (self._sells if trade.side is Side.SELL else self._buys).append((self._came, trade))

    def offer(self, inbox: Inbox) -> int:
        """Hand over as many as the inbox takes, those that came first first. Gives their number."""
        taken = 0
        while self._buys or self._sells:
            line = self._first()
            if not inbox.put(line[0][1]):
                break
            line.popleft()
            taken += 1
        return taken

    def _first(self) -> deque[tuple[int, LeaderTrade]]:
        """The line whose head came first."""
        buys, sells = self._buys, self._sells
        return buys if not sells or (buys and buys[0][0] < sells[0][0]) else sells
