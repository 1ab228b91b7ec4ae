"""`TrackRecords`: the track record of every leader whose trades are decided, and their scores added up.

It is fed with each group of a leader's trades once, after it was decided, and with results when they are known: so a
decision never looks ahead, and a restart folds the same again from the decisions in the ledger.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

from copydesk.domain.ids import TimeMs
from copydesk.domain.trade import Side, Token
from copydesk.flow.decide.leaders.record import TrackRecord
from copydesk.flow.decide.leaders.score_sums import ScoreSums

if TYPE_CHECKING:
    from collections.abc import Callable

    from copydesk.domain.ids import AccountId, EventId, MarketId, TokenId, Wallet
    from copydesk.domain.leader import LeaderKnowledge
    from copydesk.domain.market import Payout
    from copydesk.domain.money import Price
    from copydesk.domain.signal import Signal

WATCHED_MAX = 400
"""The results of so many tokens are asked for at most beside those we hold; of more, the latest."""
_NOBODY: TrackRecord = TrackRecord()


class TrackRecords:
    """All leaders. `current_at` is up to when a live source of results has told all it knows; None in a replay.

    `changes` counts how often the tokens changed whose results are waited for.
    """

    def __init__(self) -> None:
        self.current_at: TimeMs | None = None
        self.changes = 0
        self._records: dict[Wallet, TrackRecord] = {}
        self._last: tuple[EventId, ...] = ()
        self._open: dict[TokenId, tuple[Token, dict[Wallet, None]]] = {}
        self._in_market: dict[MarketId, dict[TokenId, None]] = {}
        self._dated: list[tuple[TimeMs, TokenId, Price]] = []
        self._has_date: set[TokenId] = set()
        self._sums = ScoreSums()

    def known(self, leader: Wallet, now: TimeMs) -> LeaderKnowledge:
        """What is known of `leader` at `now`; of one who never traded, nothing, and that is what the figures say."""
        self.advance(now)
        as_of = now if self.current_at is None else min(now, self.current_at)
        record = self._records.get(leader, _NOBODY)
        self._changing(leader, record, record.let_go, now)
        return record.known(as_of)

    def scores(self, account: AccountId, followed: tuple[Wallet, ...], count: int) -> int:
        """The scores of the `count` leaders an account follows, added up."""
        return self._sums.of(account, followed, count, self._score_of)

    def observe(self, signal: Signal, payout: Payout | None, now: TimeMs) -> None:
        """Take in a group of trades that was decided at `now`, once for all who follow.

        What the leader held before is no trade of now, nor is an exit without a trade. `payout` is the result of the
        token where that is on record; it counts from its own time on.
        """
        self.advance(now)
        if signal.events == self._last or signal.is_existing or signal.exit is not None:
            return
        self._last = signal.events
        token, shares, amount = signal.token, int(signal.shares), int(signal.notional)
        record = self._records.setdefault(signal.leader, TrackRecord())
        self._changing(signal.leader, record, record.let_go, now)
        if signal.side is Side.SELL:
            if self._changing(signal.leader, record, record.sell, token.id, shares, amount, now):
                self._forget(token.id, signal.leader)
            return
        dropped = record.buy(token.id, shares, amount, now)
        if dropped is not None:
            self._forget(dropped, signal.leader)
        self._wait(token, signal.leader, payout)

    def advance(self, now: TimeMs) -> None:
        """Take in every result on record whose time has come."""
        while self._dated and self._dated[0][0] <= now:
            at, token, per_share = heappop(self._dated)
            self._has_date.discard(token)
            self.settle(token, per_share, at)

    def settle(self, token: TokenId, per_share: Price, at: TimeMs) -> None:
        """The result of a token is known."""
        if token not in self._open:
            return
        for leader in list(self._open[token][1]):
            record = self._records[leader]
            self._changing(leader, record, record.settle, token, per_share, at)
            self._forget(token, leader)

    def ended(self, market: MarketId, payout: Callable[[Token], Payout | None], now: TimeMs) -> None:
        """A market has a result: ask it of each token that is waited for."""
        for token in list(self._in_market.get(market, ())):
            found = payout(self._open[token][0])
            if found is not None:
                self.settle(token, found.per_share, now)

    def tokens_open(self) -> list[Token]:
        """The tokens whose results are waited for, the latest `WATCHED_MAX`, in order of name."""
        latest = list(self._open.values())[-WATCHED_MAX:]
        return sorted((token for token, _ in latest), key=lambda token: token.id)

    def _wait(self, token: Token, leader: Wallet, payout: Payout | None) -> None:
        if token.id not in self._open:
            self._open[token.id] = (token, {})
            self._in_market.setdefault(token.market, {})[token.id] = None
            self.changes += 1
            if payout is not None and payout.resolved_at is not None and token.id not in self._has_date:
                self._has_date.add(token.id)
                heappush(self._dated, (payout.resolved_at, token.id, payout.per_share))
        self._open[token.id][1][leader] = None

    def _forget(self, token: TokenId, leader: Wallet) -> None:
        named, holders = self._open[token]
        holders.pop(leader, None)
        if not holders:
            del self._open[token]
            tokens = self._in_market[named.market]
            del tokens[token]
            if not tokens:
                del self._in_market[named.market]
            self.changes += 1

    def _changing(self, leader: Wallet, record: TrackRecord, change: Callable[..., object], *how: object) -> object:
        """Change a record and keep the sum of the scores right."""
        before = record.figures.score_bps
        told = change(*how)
        if record.figures.score_bps != before:
            self._sums.changed(leader, record.figures.score_bps - before)
        return told

    def _score_of(self, leader: Wallet) -> int:
        return self._records.get(leader, _NOBODY).figures.score_bps
