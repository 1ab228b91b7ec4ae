"""Trades a full inbox turned away: they wait for room, exits first; when this is full too, entries go first."""

from __future__ import annotations

from collections import Counter, deque
from typing import TYPE_CHECKING

from copydesk.domain.trade import LeaderTrade, Side

if TYPE_CHECKING:
    from copydesk.domain.ids import TokenId, Wallet
    from copydesk.ports import Inbox

_Subject = tuple["Wallet", "TokenId"]


class WaitingRoom:
    """At most `places` trades in the order they came. `shed` counts those that were turned away for good.

    A leader's sell may be the exit of somebody who copied him: it takes the place of the oldest buy, is turned away
    only where nothing but sells is waiting, and may pass buys of others, never what its own leader did before it in
    the same token (I18, I26).
    """

    def __init__(self, places: int) -> None:
        self.shed = 0
        self._places = places
        self._came = 0
        self._waiting: dict[int, LeaderTrade] = {}
        self._buys: deque[int] = deque()
        self._of: Counter[_Subject] = Counter()

    def __len__(self) -> int:
        return len(self._waiting)

    def must_wait(self, trade: LeaderTrade) -> bool:
        """Say whether something waits that must not be passed by `trade`."""
        return bool(self._waiting) and (trade.side is Side.BUY or self._of[_subject(trade)] > 0)

    def add(self, trade: LeaderTrade) -> None:
        """Let one wait, turning away another if there is no place."""
        if len(self._waiting) >= self._places:
            self.shed += 1
            if not self._buys:
                return
            self._leave(self._buys.popleft())
        self._came += 1
        self._waiting[self._came] = trade
        self._of[_subject(trade)] += 1
        if trade.side is Side.BUY:
            self._buys.append(self._came)

    def offer(self, inbox: Inbox) -> int:
        """Hand over as many as the inbox takes, in order but for sells that pass refused buys. Gives their number."""
        taken: list[int] = []
        refused: set[Side] = set()
        held: set[_Subject] = set()
        for number, trade in self._waiting.items():
            if trade.side in refused or _subject(trade) in held:
                held.add(_subject(trade))
            elif inbox.put(trade):
                taken.append(number)
            elif trade.side is Side.SELL:
                break
            else:
                refused.add(trade.side)
                held.add(_subject(trade))
        for number in taken:
            self._leave(number)
        self._buys = deque(number for number in self._buys if number in self._waiting)
        return len(taken)

    def _leave(self, number: int) -> None:
        subject = _subject(self._waiting.pop(number))
        self._of[subject] -= 1
        if not self._of[subject]:
            del self._of[subject]


def _subject(trade: LeaderTrade) -> _Subject:
    return trade.leader, trade.token.id
