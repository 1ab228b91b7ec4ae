"""`TrackRecord`: one leader's own trades, what became of them, and what they were like. Bounded, O(1) a trade."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from copydesk.domain.ids import TimeMs
from copydesk.domain.leader import LeaderKnowledge
from copydesk.domain.money import BPS, MICROS, Usdc
from copydesk.flow.decide.leaders.figures import NOTHING, WINDOW_DAYS, Closed, Figures, Sums, closed_trade, figures_of
from copydesk.flow.decide.leaders.sizes import Sizes

if TYPE_CHECKING:
    from copydesk.domain.ids import TokenId
    from copydesk.domain.money import Price

WINDOW_MS = WINDOW_DAYS * 86_400_000
CLOSED_MAX = 256
"""So many trades of the window count at most; of more, the latest."""
OPEN_MAX = 256
"""So many open trades of one leader are followed at most; of more, the latest."""
DUST = 100
"""What is left counts as sold when it is less than the hundredth part of what was bought."""


class _Open:
    """What a leader bought of one token and has not seen the end of: shares left, all bought, their cost, and proceeds.

    `basis` is the cost of the shares that are left.
    """

    __slots__ = ("basis", "bought", "cost", "got", "left")

    def __init__(self) -> None:
        self.left = self.bought = self.cost = self.got = self.basis = 0


class TrackRecord:
    """One leader. A trade is all buys of one token until it is sold or its market has a result.

    Profit counts when it is made. The leader's fees are not known and left out; what was bought before we looked on,
    or came without a buy, has no cost and is left out too.
    """

    __slots__ = ("_at_stake", "_closed", "_most_at_stake", "_peak", "_profit", "_sums", "_trades", "figures",
                 "losses_in_row", "open", "sizes")  # fmt: skip

    def __init__(self) -> None:
        self.open: dict[TokenId, _Open] = {}
        self.sizes = Sizes()
        self.figures: Figures = figures_of(NOTHING)
        self.losses_in_row = 0
        self._closed: deque[Closed] = deque()
        self._trades: deque[int] = deque(maxlen=CLOSED_MAX)
        self._sums: Sums = NOTHING
        self._profit = self._peak = self._at_stake = self._most_at_stake = 0

    def buy(self, token: TokenId, shares: int, amount: int, at: TimeMs) -> TokenId | None:
        """Take in a buy. Returns the token of the oldest open trade if that is followed no longer."""
        self._trades.append(at)
        self.sizes.add(amount)
        trade = self.open.get(token)
        if trade is None:
            trade = self.open[token] = _Open()
        trade.left += shares
        trade.bought += shares
        trade.cost += amount
        trade.basis += amount
        self._at_stake += amount
        self._most_at_stake = max(self._most_at_stake, self._at_stake)
        if len(self.open) <= OPEN_MAX:
            return None
        oldest = next(iter(self.open))
        self._at_stake -= self.open.pop(oldest).basis
        return oldest

    def sell(self, token: TokenId, shares: int, amount: int, at: TimeMs) -> bool:
        """Take in a sale. Returns whether it ended an open trade."""
        self._trades.append(at)
        trade = self.open.get(token)
        if trade is None:
            return False
        part = min(shares, trade.left)
        self._gain(trade, part, amount * part // shares)
        if trade.left * DUST >= trade.bought:
            return False
        self._close(token, trade, at)
        return True

    def settle(self, token: TokenId, per_share: Price, at: TimeMs) -> None:
        """The market of an open trade has a result."""
        trade = self.open[token]
        self._gain(trade, trade.left, trade.left * int(per_share) // MICROS)
        self._close(token, trade, at)

    def let_go(self, now: TimeMs) -> None:
        """Forget what is older than the window by `now`."""
        since, before = now - WINDOW_MS, self._sums.trades
        while self._trades and self._trades[0] < since:
            self._trades.popleft()
        while self._closed and self._closed[0].at < since:
            self._sums = self._sums.with_(self._closed.popleft(), -1)
        if self._sums.trades != before:
            self.figures = figures_of(self._sums)

    def known(self, as_of: TimeMs) -> LeaderKnowledge:
        """What is known of the leader."""
        figures, sizes = self.figures, self.sizes
        return LeaderKnowledge(
            as_of,
            len(self._trades),
            self._sums.trades,
            *figures,
            len(sizes),
            Usdc(sizes.percentile(50)),
            Usdc(sizes.percentile(90)),
            self.losses_in_row,
            (self._peak - self._profit) * BPS // self._most_at_stake if self._most_at_stake else 0,
        )

    def _gain(self, trade: _Open, part: int, got: int) -> None:
        """So many shares of an open trade brought so much."""
        cost = -(-trade.basis * part // trade.left)
        trade.left -= part
        trade.basis -= cost
        trade.got += got
        self._at_stake -= cost
        self._profit += got - cost
        self._peak = max(self._peak, self._profit)

    def _close(self, token: TokenId, trade: _Open, at: TimeMs) -> None:
        del self.open[token]
        self._at_stake -= trade.basis
        self._profit -= trade.basis
        closed = closed_trade(at, trade.cost, trade.got, trade.bought)
        self.losses_in_row = 0 if closed.won else self.losses_in_row + 1
        self._closed.append(closed)
        self._sums = self._sums.with_(closed, 1)
        if len(self._closed) > CLOSED_MAX:
            self._sums = self._sums.with_(self._closed.popleft(), -1)
        self.figures = figures_of(self._sums)
