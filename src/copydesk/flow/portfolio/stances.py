"""What the followed leaders hold against or beside each other, as far as this account was shown their trades."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.events import ActivitySeen, LeaderLeft
from copydesk.domain.money import NO_SHARES, Shares, Usdc
from copydesk.domain.stance import Stance
from copydesk.domain.trade import ActivityKind, Side

if TYPE_CHECKING:
    from collections.abc import Mapping

    from copydesk.domain.decision import Decision
    from copydesk.domain.events import Fact
    from copydesk.domain.ids import MarketId, TokenId, Wallet

_OVER = frozenset((ActivityKind.REDEEM, ActivityKind.REDEEM_OR_MERGE))
"""What a leader does with a market that is over, or leaves it by."""
_NOBODY: Mapping[tuple[Wallet, TokenId], Stance] = {}
_ALREADY_DECIDED = "action_already_decided"


class Stances:
    """By market, what each leader bought of each token and has not sold again. Copied or not makes no difference.

    A market's stances go when we settle it, a leader's when the leader redeems it or is not followed any more.
    """

    __slots__ = ("by_market",)

    def __init__(self) -> None:
        self.by_market: dict[MarketId, dict[tuple[Wallet, TokenId], Stance]] = {}

    def of(self, market: MarketId) -> Mapping[tuple[Wallet, TokenId], Stance]:
        """The stances in a market, the earliest first."""
        return self.by_market.get(market, _NOBODY)

    def decide(self, decision: Decision) -> None:
        """A leader's trade was decided on. One decided before is no other trade, an exit of ours is none."""
        if getattr(decision, "reason", "") == _ALREADY_DECIDED:
            return
        signal = decision.signal
        if signal.exit is not None and signal.exit.is_own:
            return
        key = (signal.leader, signal.token.id)
        if signal.side is Side.SELL:
            self._sell(signal.token.market, key, signal.shares)
            return
        stances = self.by_market.setdefault(signal.token.market, {})
        before = stances.get(key)
        if before is None:
            stances[key] = Stance(signal.shares, signal.notional, signal.happened_at, signal.happened_at)
            return
        stances[key] = Stance(
            before.shares + signal.shares,
            before.notional + signal.notional,
            before.since,
            max(before.bought_at, signal.happened_at),
        )

    def note(self, fact: Fact) -> None:
        """A leader redeemed, and what it held of the market is gone; or is not followed any more, which is rare."""
        if isinstance(fact, ActivitySeen):
            activity = fact.activity
            if activity.kind in _OVER and activity.market is not None:
                self._drop(activity.market, activity.leader)
        elif isinstance(fact, LeaderLeft):
            for market in list(self.by_market):
                self._drop(market, fact.leader)

    def settle(self, market: MarketId) -> None:
        """A market is over."""
        self.by_market.pop(market, None)

    def _sell(self, market: MarketId, key: tuple[Wallet, TokenId], shares: Shares) -> None:
        stances = self.by_market.get(market)
        before = None if stances is None else stances.get(key)
        if stances is None or before is None:
            return
        left = before.shares - shares
        if left > NO_SHARES:
            notional = Usdc(int(before.notional) * int(left) // int(before.shares))
            stances[key] = Stance(left, notional, before.since, before.bought_at)
            return
        del stances[key]
        if not stances:
            del self.by_market[market]

    def _drop(self, market: MarketId, leader: Wallet) -> None:
        stances = self.by_market.get(market, {})
        for key in [key for key in stances if key[0] == leader]:
            del stances[key]
        if not stances:
            self.by_market.pop(market, None)
