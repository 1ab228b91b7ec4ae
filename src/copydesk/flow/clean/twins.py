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
"""A trade that happened later than this after its like is a trade of its own."""
SETTLED_MS = 10_000
"""A trade that the venue's record still has so long after we first saw it has settled for good."""
ANSWERS = 2
"""In so many answers that have a trade its earlier like must be missing: one answer may leave out rows (F38)."""
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
    """A trade that waits until it is known whether `earlier` has settled; it waits until `until` at the latest.

    `missing` are when answers were asked for that have the trade and not `earlier`.
    """

    trade: LeaderTrade
    earlier: LeaderTrade
    earlier_at: TimeMs
    at: TimeMs
    until: TimeMs
    missing: frozenset[TimeMs] = frozenset()


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
        if before is None or self._is_apart(trade, before):
            self._remember(like, _Seen(trade, now))
            return False
        self._held.append(Held(trade, before.trade, before.at, now, TimeMs(now + self._hold_max_ms)))
        return True

    def recall(self, trade: LeaderTrade, at: TimeMs) -> None:
        """Take over a trade that an earlier run has seen at `at`: its settlement may still fail."""
        self._remember(_like(trade), _Seen(trade, at))

    def judge(self, now: TimeMs) -> Verdicts:
        """Give out those of the held trades of which it is known now what they are, in order of arrival.

        Each is held against the latest of its kind, as that was settled: of three alike, the first may have come twice.
        """
        verdicts, waiting = Verdicts([], []), []
        for each in self._held:
            held, is_shown = self._compared(self._against_the_latest(each))
            if len(held.missing) >= ANSWERS:
                verdicts.same.append(held)
            elif is_shown or now >= held.until or self._has_settled(_Seen(held.earlier, held.earlier_at)):
                verdicts.own.append(held.trade)
            else:
                waiting.append(held)
                continue
            self._remember(_like(held.trade), _Seen(held.trade, held.at))
        self._held = waiting
        return verdicts

    def _against_the_latest(self, held: Held) -> Held:
        before = self._seen.get(_like(held.trade))
        if before is None or before.trade.content_id == held.earlier.content_id:
            return held
        return held._replace(earlier=before.trade, earlier_at=before.at, missing=frozenset())

    def _compared(self, held: Held) -> tuple[Held, bool]:
        """The trade with the latest answer that has it taken into account, and whether that has the earlier too."""
        shown = self._last_shown(held.trade.content_id)
        if shown is None or shown < held.at:
            return held, False
        if self._is_shown(held.earlier, shown):
            return held, True
        return held._replace(missing=held.missing | {shown}), False

    def _is_apart(self, trade: LeaderTrade, before: _Seen) -> bool:
        """Whether nothing speaks for a twin. When it happened counts: we may see it late, after an outage or a restart.

        An age at which an entry is not copied any more is no reason to let it go: exits are copied at any age.
        """
        apart_ms = abs(trade.happened_at - before.trade.happened_at)
        return not trade.tx_hash or apart_ms > NEAR_MS or self._has_settled(before)

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
