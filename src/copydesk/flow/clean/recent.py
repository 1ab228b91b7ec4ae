"""The two quick tiers of dedupe: ids seen in the last 30 seconds and in the last 24 hours, bounded in number.

They only speed up the answer "seen already". That an id is absent here means nothing until the third tier, the
ledger's permanent claims, agrees (C7, C8): losing either tier changes nothing but speed (I21).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.trade import LeaderTrade

if TYPE_CHECKING:
    from copydesk.domain.ids import EventId, TimeMs
    from copydesk.domain.trade import LeaderActivity

HOT_MS = 30_000
WARM_MS = 86_400_000
COUNT_MAX = 50_000


class Recent:
    """Ids seen in a span of time, in two generations: at least one span, at most two, is remembered.

    A generation also ends when it holds `count_max` ids, so memory is bounded whatever the rate (I26).
    """

    def __init__(self, span_ms: int, count_max: int = COUNT_MAX) -> None:
        self._span_ms, self._count_max = span_ms, count_max
        self._young: dict[str, str] = {}
        self._old: dict[str, str] = {}
        self._young_until = 0

    def get(self, key: str) -> str | None:
        """What `key` was remembered with, None if it is not remembered."""
        return self._young.get(key) or self._old.get(key)

    def add(self, key: str, value: str, at: TimeMs) -> None:
        """Remember `key` as of `at`; time never needs to be monotonic, only roughly so."""
        if at >= self._young_until or len(self._young) >= self._count_max:
            self._old, self._young = self._young, {}
            self._young_until = at + self._span_ms
        self._young[key] = value


class FirstSight:
    """Answers once for each event: is this the first sight of it in this process?

    A chain sighting and a row sighting of one fill share a `content_id` and count as one event (C9). Two logs of one
    block with equal content are two fills: the chain numbers its logs. The same content in another block is the same
    transaction mined again after a reorganisation, wherever its logs stand there (F43).
    """

    def __init__(self) -> None:
        self._tiers = (Recent(HOT_MS), Recent(WARM_MS))

    def is_first(self, event: LeaderTrade | LeaderActivity) -> bool:
        """Whether `event` is new here; it is remembered either way."""
        content = event.content_id if isinstance(event, LeaderTrade) else event.event_id
        from_chain = content != event.event_id
        if self._get(event.event_id) is not None:
            return False
        known = self._get(content)
        kind = f"block {event.block_hash}" if isinstance(event, LeaderTrade) and from_chain else "row"
        self._remember(event.event_id, content, kind, event.happened_at)
        return known is None or (from_chain and known == kind)

    def _get(self, key: EventId) -> str | None:
        hot, warm = self._tiers
        return hot.get(key) or warm.get(key)

    def _remember(self, event_id: EventId, content: EventId, kind: str, at: TimeMs) -> None:
        for tier in self._tiers:
            tier.add(event_id, kind, at)
            if content != event_id:
                tier.add(content, kind, at)
