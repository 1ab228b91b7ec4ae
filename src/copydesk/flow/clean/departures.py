"""Leaders who left without a trade that anybody saw: what the venue lists is set beside what we knew (K6, C26)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from copydesk.domain.exits import ExitCause
from copydesk.domain.money import NO_SHARES, Shares
from copydesk.flow.clean.holdings import Fall

if TYPE_CHECKING:
    from collections.abc import Mapping

    from copydesk.domain.ids import TimeMs, TokenId, Wallet
    from copydesk.domain.trade import LeaderPositions

CONFIRM_MS = 60_000
"""A fall counts when lists this far apart show it and no trade came in between: lists lag behind trades."""


class _Doubt(NamedTuple):
    """A fall that is yet to be confirmed: from `before` (None: never seen) to `level`, first listed at `since`."""

    before: Shares | None
    level: Shares
    since: TimeMs


class Departures:
    """Falls that nothing explains. Each is told once, until the leader holds more again."""

    def __init__(self) -> None:
        self._doubts: dict[tuple[Wallet, TokenId], _Doubt] = {}
        self._told: dict[tuple[Wallet, TokenId], Shares] = {}

    def compare(self, positions: LeaderPositions, known: Mapping[TokenId, Shares | None]) -> list[Fall]:
        """The falls that `positions` confirms. `known` is what we knew of each token that matters, None if nothing."""
        leader, listed = positions.leader, {each.token.id: each.shares for each in positions.positions}
        doubted = {token: doubt.before for (who, token), doubt in self._doubts.items() if who == leader}
        falls = []
        for token, before in {**known, **doubted}.items():
            fall = self._judge((leader, token), before, listed.get(token, NO_SHARES), positions.seen_at)
            if fall is not None:
                falls.append(fall)
        return falls

    def explained(self, leader: Wallet, token: TokenId | None) -> None:
        """The leader did something that we saw: what the lists said before is no evidence. None: of any token."""
        for key in [key for key in self._doubts if key[0] == leader and token in (None, key[1])]:
            del self._doubts[key]

    def _judge(self, key: tuple[Wallet, TokenId], before: Shares | None, level: Shares, at: TimeMs) -> Fall | None:
        if level > self._told.get(key, level):
            del self._told[key]
        has_fallen = level == NO_SHARES if before is None else level < before
        if not has_fallen or key in self._told:
            self._doubts.pop(key, None)
            return None
        doubt = self._doubts.setdefault(key, _Doubt(before, level, at))
        if level != doubt.level:
            self._doubts[key] = _Doubt(before, level, at)
            return None
        if at - doubt.since < CONFIRM_MS:
            return None
        del self._doubts[key]
        self._told[key] = level
        return Fall(key[1], before, Shares(1) if before is None else before - level, ExitCause.LEADER_LEFT)
