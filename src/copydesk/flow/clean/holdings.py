"""What each leader holds, as far as we saw: the base of proportional exits (E5).

Built from every sighting of a leader, copied or not. It cannot know what was held before the first sighting, so a
sell of more than is known here counts as a sell of everything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from copydesk.domain.exits import ExitCause
from copydesk.domain.ids import TimeMs
from copydesk.domain.money import NO_SHARES, Shares
from copydesk.domain.trade import ActivityKind, Side

if TYPE_CHECKING:
    from copydesk.domain.ids import MarketId, TokenId, Wallet
    from copydesk.domain.trade import LeaderActivity, LeaderPositions, LeaderTrade

_CHANGES_BOTH = (ActivityKind.MERGE, ActivityKind.REDEEM_OR_MERGE, ActivityKind.SPLIT)
_CHANGES_ONE = (ActivityKind.TRANSFER, ActivityKind.CONVERSION)


_CAUSES = {
    ActivityKind.MERGE: ExitCause.LEADER_MERGED,
    ActivityKind.REDEEM_OR_MERGE: ExitCause.LEADER_MERGED,
    ActivityKind.CONVERSION: ExitCause.LEADER_CONVERTED,
    ActivityKind.TRANSFER: ExitCause.LEADER_TRANSFERRED,
}


class Fall(NamedTuple):
    """A leader's holding of one token became smaller without a trade: by `lost` of `before`, None if never seen."""

    token: TokenId
    before: Shares | None
    lost: Shares
    cause: ExitCause


class Holdings:
    """Shares by leader, market and token. A leader without shares in a market takes no room."""

    def __init__(self) -> None:
        self._shares: dict[tuple[Wallet, MarketId], dict[TokenId, Shares]] = {}
        self._changed_at: dict[Wallet, TimeMs] = {}
        """When the latest change was, of those leaders whose holdings somebody tells us."""

    def held(self, leader: Wallet, market: MarketId, token: TokenId) -> Shares | None:
        """What `leader` holds of `token`; None if we never saw the leader come by a share of the market."""
        tokens = self._shares.get((leader, market))
        return None if tokens is None else tokens.get(token, NO_SHARES)

    def of(self, leader: Wallet) -> dict[TokenId, Shares]:
        """Everything `leader` holds, as far as we know."""
        known: dict[TokenId, Shares] = {}
        for (who, _), tokens in self._shares.items():
            if who == leader:
                known.update(tokens)
        return known

    def trade(self, trade: LeaderTrade) -> None:
        """Take a trade into account. A sell of more than is known leaves nothing, not a debt."""
        self._changed(trade)
        key = (trade.leader, trade.token.market)
        tokens = self._shares.get(key)
        if tokens is None:
            if trade.side is Side.SELL:
                return
            tokens = self._shares[key] = {}
        before = tokens.get(trade.token.id, NO_SHARES)
        after = before + trade.shares if trade.side is Side.BUY else before - trade.shares
        self._put(key, tokens, trade.token.id, after)

    def falls(self, activity: LeaderActivity) -> list[Fall]:
        """What the leader gives up of which token by an activity, as far as we know of a holding; ask before it counts.

        A redemption gives nothing up: it comes after the result.
        """
        tokens = None if activity.market is None else self._shares.get((activity.leader, activity.market))
        cause = _CAUSES.get(activity.kind)
        if tokens is None or cause is None:
            return []
        token = activity.token.id if activity.token is not None else None
        named = list(tokens) if activity.kind in _CHANGES_BOTH else [each for each in tokens if each == token]
        return [Fall(each, tokens[each], min(tokens[each], activity.shares), cause) for each in named]

    def activity(self, activity: LeaderActivity) -> None:
        """Take a redemption, merge, split, conversion or transfer into account (F39)."""
        self._changed(activity)
        if activity.market is None:
            return
        key = (activity.leader, activity.market)
        tokens = self._shares.get(key)
        if tokens is None:
            return
        if activity.kind is ActivityKind.REDEEM:
            del self._shares[key]
        elif activity.kind in _CHANGES_BOTH:
            change = activity.shares if activity.kind is ActivityKind.SPLIT else -activity.shares
            for token, held in list(tokens.items()):
                self._put(key, tokens, token, held + change)
        elif activity.kind in _CHANGES_ONE and activity.token is not None:
            held = tokens.get(activity.token.id, NO_SHARES)
            self._put(key, tokens, activity.token.id, held - activity.shares)

    def correct(self, positions: LeaderPositions) -> None:
        """Take over what the venue says: it knows of transfers and of what was held before we looked.

        A list made before the leader's latest change that we saw is left out: it would undo that change.
        """
        if positions.seen_at <= self._changed_at.setdefault(positions.leader, TimeMs(0)):
            return
        for key in [key for key in self._shares if key[0] == positions.leader]:
            del self._shares[key]
        for position in positions.positions:
            key = (positions.leader, position.token.market)
            self._put(key, self._shares.setdefault(key, {}), position.token.id, position.shares)

    def _changed(self, happening: LeaderTrade | LeaderActivity) -> None:
        before = self._changed_at.get(happening.leader)
        if before is not None and before < happening.happened_at:
            self._changed_at[happening.leader] = happening.happened_at

    def _put(self, key: tuple[Wallet, MarketId], tokens: dict[TokenId, Shares], token: TokenId, shares: Shares) -> None:
        if shares > NO_SHARES:
            tokens[token] = shares
            return
        tokens.pop(token, None)
        if not tokens:
            del self._shares[key]
