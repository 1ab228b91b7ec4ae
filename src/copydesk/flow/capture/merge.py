"""Several ordered feeds as one ordered stream (C11, S4.2)."""

from __future__ import annotations

from heapq import merge
from typing import TYPE_CHECKING

from copydesk.domain.trade import RowRefused

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from copydesk.domain.trade import Sighting
    from copydesk.ports import LeaderFeed


def in_order(feeds: Sequence[LeaderFeed]) -> Iterator[Sighting]:
    """Yield what all feeds show in order of (happened_at, event_id); refusals come as soon as their feed reaches them.

    Each feed must be in that order itself; the order of `feeds` decides nothing.
    """
    if len(feeds) == 1:
        yield from feeds[0].sightings()
        return
    yield from merge(*(feed.sightings() for feed in feeds), key=_place)


def _place(sighting: Sighting) -> tuple[int, str]:
    if isinstance(sighting, RowRefused):
        return (0, "")
    return (sighting.happened_at, sighting.event_id)
