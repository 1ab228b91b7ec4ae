"""A scan window: the trades of one span of time, grouped by leader, token and side (S0.18)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from copydesk.domain.ids import EventId, TimeMs, TokenId, Wallet
    from copydesk.domain.money import Shares
    from copydesk.domain.trade import LeaderTrade, Side


class Key(NamedTuple):
    """What is combined into one signal."""

    leader: Wallet
    token: TokenId
    side: Side


class Group(NamedTuple):
    """Trades of one key, in order; `leader_held` is what the leader held just before the first.

    `is_existing` marks a position the leader held before we followed, made into one trade.
    """

    leader_held: Shares | None
    trades: list[LeaderTrade]
    is_existing: bool = False

    def claims(self) -> list[EventId]:
        """The ids that no later sighting of these trades may pass under: each event's own, and its content's."""
        return list(dict.fromkeys(claim for trade in self.trades for claim in (trade.event_id, trade.content_id)))


class ScanWindow:
    """The trades of one window, in order of first sight, and when the window closes."""

    def __init__(self, closes_at: TimeMs) -> None:
        self.closes_at = closes_at
        self.trades = 0
        self._groups: dict[Key, Group] = {}

    def add(self, trade: LeaderTrade, leader_held: Shares | None) -> None:
        """Take a trade in; `leader_held` is what the leader held just before it."""
        self.trades += 1
        key = Key(trade.leader, trade.token.id, trade.side)
        group = self._groups.get(key)
        if group is None:
            self._groups[key] = Group(leader_held, [trade])
        else:
            group.trades.append(trade)

    def event_ids(self) -> list[EventId]:
        """The ids under which the window's trades may have been claimed before."""
        return [claim for group in self._groups.values() for claim in group.claims()]

    def without(self, claimed: Collection[EventId]) -> Iterator[Group]:
        """The groups less the trades that were claimed before under either id; empty groups are left out."""
        for group in self._groups.values():
            if not claimed:
                yield group
                continue
            left = [t for t in group.trades if t.event_id not in claimed and t.content_id not in claimed]
            if left:
                yield Group(group.leader_held, left)
