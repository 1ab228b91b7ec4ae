"""Twins: a trade that looks like one just seen, under another transaction. It may be that one, settled anew (F31).

A settlement that fails is sent again under another hash, so one trade of the leader can be shown twice. Two equal
trades in a row are just as possible. Which it is shows once the venue's own record has settled: it then has both, or
only the later.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple

from copydesk.domain.ids import TimeMs

if TYPE_CHECKING:
    from collections.abc import Callable

    from copydesk.domain.ids import EventId, TokenId, Wallet
    from copydesk.domain.money import Shares, Usdc
    from copydesk.domain.trade import LeaderTrade, Side

NEAR_MS = 60_000
"""A trade that comes later than this after its like is a trade of its own."""
SETTLED_MS = 10_000
"""A trade that the venue's record still has so long after we first saw it has settled for good."""
LIKES_MAX = 10_000


class _Like(NamedTuple):
    """What twins have in common."""

    leader: Wallet
    token: TokenId
    side: Side
    shares: Shares
    notional: Usdc


class _Seen(NamedTuple):
    """The latest trade of its kind, when it was first seen, and whether it has settled for good."""

    trade: LeaderTrade
    at: TimeMs


class Held(NamedTuple):
    """A trade that waits until it is known whether `earlier` has settled; it waits until `until` at the latest."""

    trade: LeaderTrade
    earlier: LeaderTrade
    earlier_at: TimeMs
    at: TimeMs
    until: TimeMs


class Verdicts(NamedTuple):
    """What became of held trades: trades of their own, or an earlier one settled anew."""

    own: list[LeaderTrade]
    same: list[Held]


class Twins:
    """Holds back what may be a trade we have already, for `hold_max_ms` at most.

    `last_shown` tells when the venue's record was last seen to have an event, None if never. A trade nobody can tell
    about is let go when its time is over: a buy is too old to be copied by then, and an exit is better made twice than
    not at all.
    """

    def __init__(self, last_shown: Callable[[EventId], TimeMs | None], hold_max_ms: int) -> None:
        self._last_shown, self._hold_max_ms = last_shown, hold_max_ms
        self._seen: OrderedDict[_Like, _Seen] = OrderedDict()
        self._held: list[Held] = []

    def __len__(self) -> int:
        return len(self._held)

    def holds(self, trade: LeaderTrade, now: TimeMs) -> bool:
        """Whether `trade` must wait; `judge` gives it out again. Sightings of one and the same trade never wait."""
        like = _like(trade)
        before = self._seen.get(like)
        if before is not None and before.trade.tx_hash == trade.tx_hash:
            return False
        if any(held.trade.content_id == trade.content_id for held in self._held):
            return True
        if before is None or self._is_apart(trade, before, now):
            self._remember(like, _Seen(trade, now))
            return False
        self._held.append(Held(trade, before.trade, before.at, now, TimeMs(now + self._hold_max_ms)))
        return True

    def judge(self, now: TimeMs) -> Verdicts:
        """Give out those of the held trades of which it is known now what they are, in order of arrival."""
        verdicts, waiting = Verdicts([], []), []
        for held in self._held:
            shown = self._last_shown(held.trade.content_id)
            is_shown = shown is not None and shown >= held.at
            if is_shown and not self._is_shown(held.earlier, shown):
                verdicts.same.append(held)
            elif is_shown or now >= held.until or self._has_settled(_Seen(held.earlier, held.earlier_at)):
                self._let_go(held, verdicts)
            else:
                waiting.append(held)
        self._held = waiting
        return verdicts

    def _is_apart(self, trade: LeaderTrade, before: _Seen, now: TimeMs) -> bool:
        """Whether nothing speaks for a twin, or nothing hangs on it: what is too old to be copied need not wait."""
        is_old = now - trade.happened_at > self._hold_max_ms
        return is_old or not trade.tx_hash or now - before.at > NEAR_MS or self._has_settled(before)

    def _let_go(self, held: Held, verdicts: Verdicts) -> None:
        self._remember(_like(held.trade), _Seen(held.trade, held.at))
        verdicts.own.append(held.trade)

    def _has_settled(self, seen: _Seen) -> bool:
        shown = self._last_shown(seen.trade.content_id)
        return shown is not None and shown >= seen.at + SETTLED_MS

    def _is_shown(self, trade: LeaderTrade, at: TimeMs | None) -> bool:
        shown = self._last_shown(trade.content_id)
        return shown is not None and at is not None and shown >= at

    def _remember(self, like: _Like, seen: _Seen) -> None:
        self._seen[like] = seen
        self._seen.move_to_end(like)
        if len(self._seen) > LIKES_MAX:
            self._seen.popitem(last=False)


def _like(trade: LeaderTrade) -> _Like:
    return _Like(trade.leader, trade.token.id, trade.side, trade.shares, trade.notional)
