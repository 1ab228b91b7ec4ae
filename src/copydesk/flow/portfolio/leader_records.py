"""Folding what each leader's copies came to: profit, falls, rows of losses, and when positions ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from copydesk.domain.leader_record import NOTHING_COPIED, LeaderRecord
from copydesk.domain.money import NO_USDC, Usdc

if TYPE_CHECKING:
    from copydesk.domain.ids import TimeMs, TokenId, Wallet
    from copydesk.domain.position import Position


class LeaderRecords:
    """The record of every leader with whom something happened, and what of each position's profit has been counted."""

    __slots__ = ("_counted", "by_leader")

    def __init__(self) -> None:
        self.by_leader: dict[Wallet, LeaderRecord] = {}
        self._counted: dict[tuple[Wallet, TokenId], Usdc] = {}

    def of(self, leader: Wallet) -> LeaderRecord:
        """The record of one leader; an empty one if nothing was copied yet."""
        return self.by_leader.get(leader, NOTHING_COPIED)

    def stake(self, leader: Wallet, at_stake: Usdc) -> None:
        """So much is at stake because of a leader now."""
        record = self.of(leader)
        if at_stake > record.staked:
            self.by_leader[leader] = msgspec.structs.replace(record, staked=at_stake)

    def earn(self, leader: Wallet, net: Usdc) -> None:
        """A fill or a result brought `net`, fees included."""
        if net:
            self.by_leader[leader] = self.of(leader).after_earning(net)

    def sold_out(self, after: Position, at: TimeMs) -> Usdc:
        """All shares of a position are gone: what it brought since it was last without any."""
        key = (after.leader, after.token)
        total = after.realised - after.fees
        net = total - self._counted.get(key, NO_USDC)
        self._counted[key] = total
        self._result(after.leader, net, at)
        return net

    def settled(self, held: Position, realised: Usdc, at: TimeMs) -> Usdc | None:
        """A position is redeemed: what it brought, or None if it had been sold out before."""
        counted = self._counted.pop((held.leader, held.token), NO_USDC)
        if not held.is_open:
            return None
        net = held.realised - held.fees + realised - counted
        self._result(held.leader, net, at)
        return net

    def restore(self, leader: Wallet) -> None:
        """Somebody wants to copy a leader again: it begins anew."""
        self.by_leader.pop(leader, None)

    def _result(self, leader: Wallet, net: Usdc, at: TimeMs) -> None:
        self.by_leader[leader] = self.of(leader).after_result(net, at)
