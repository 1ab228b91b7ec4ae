"""`WatchedBook`: a rebuilt book and whether it may be believed, by what frames, snapshots and a witness say of it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from copydesk.adapters.polymarket.live.order_book import OrderBook, Sides

if TYPE_CHECKING:
    from copydesk.adapters.polymarket.live.order_book import Changes, Snapshot
    from copydesk.domain.ids import TimeMs

GRACE_MS: Final = 2_000
"""How long frames may still be on their way after a witness that knows more than they told."""


class Trouble(StrEnum):
    """What can be wrong with a rebuilt book. Each is counted."""

    CROSSED = "crossed"
    """Its best bid is not below its best ask."""
    WRONG_BEST = "wrong_best"
    """A frame says that the best prices are others: a change before it was missed."""
    STARVED = "starved"
    """The witness knows more, and no frame came (F46)."""
    DIFFERS = "differs"
    """Frames came, and still it never was what the witness saw."""


class Shown(NamedTuple):
    """A book that is believed: what it was, and when it was last confirmed, by the timer."""

    sides: Sides
    confirmed_ms: int


class _Doubt(NamedTuple):
    """What the witness saw, when, and how many frames had come by then."""

    seen: Snapshot
    since_ms: int
    frames: int


class WatchedBook:
    """One subscribed token.

    A frame, a snapshot or a witness that agrees confirms the book. A witness that disagrees is given `GRACE_MS` for
    frames to explain it: if the book then never was what it saw, frames are missing. `shown` is None while the book
    is known to be wrong, and else what stood when it was last confirmed. Times are milliseconds of the timer.
    """

    __slots__ = ("_book", "_doubt", "_frames", "is_starved", "is_suspect", "shown")

    def __init__(self) -> None:
        self._book = OrderBook()
        self._doubt: _Doubt | None = None
        self._frames = 0
        self.is_suspect = False
        self.is_starved = False
        self.shown: Shown | None = None

    @property
    def latest_at(self) -> TimeMs:
        """The venue's time of the last change we know."""
        return self._book.latest_at

    def lost_touch(self) -> None:
        """Frames may have been missed: go on from the next snapshot. What was confirmed stands until it is too old."""
        self._book.forget()
        self._doubt = None

    def heard_book(self, snapshot: Snapshot, now_ms: int) -> Trouble | None:
        """Take in a snapshot of the stream."""
        self._heard()
        if not self._book.anchor(snapshot):
            return None
        self.is_suspect = False
        return self._confirmed(now_ms)

    def heard_changes(self, told: Changes, now_ms: int) -> Trouble | None:
        """Take in the changes of one frame of the stream. Without a snapshot they show nothing yet."""
        self._heard()
        is_latest = told.at >= self._book.latest_at
        self._book.apply(told)
        if not self._book.is_anchored:
            return None
        if is_latest and told.best is not None:
            self.is_suspect = told.best != self._book.sides.best
        if self.is_suspect:
            self.shown = None
            return Trouble.WRONG_BEST
        return self._confirmed(now_ms)

    def witnessed(self, seen: Snapshot, now_ms: int, *, is_streaming: bool) -> Trouble | None:
        """Compare with what was asked for over HTTP; take it over if there is no book, or no stream to wait for."""
        may_wait = is_streaming and not self.is_starved and self.shown is not None
        if not self._book.is_anchored or (seen.at >= self.latest_at and not may_wait):
            return self._taken_over(seen, now_ms)
        if seen.sides == self._book.sides:
            self._doubt, self.is_suspect = None, False
            return self._confirmed(now_ms)
        if seen.at >= self.latest_at and self._doubt is None:
            self._doubt = _Doubt(seen, now_ms, self._frames)
        return None

    def judge(self, now_ms: int) -> Trouble | None:
        """Say what is wrong if a doubt was not explained in time. The stream should then be asked for a new snapshot.

        If no frame came at all, what the witness saw is the newest there is; if some did, nothing is known any more.
        """
        doubt = self._doubt
        if doubt is None or now_ms - doubt.since_ms < GRACE_MS:
            return None
        self._doubt = None
        if self._frames == doubt.frames:
            self.is_starved = True
            self._taken_over(doubt.seen, doubt.since_ms)
            return Trouble.STARVED
        self._book.forget()
        self.shown = None
        return Trouble.DIFFERS

    def _heard(self) -> None:
        self._frames += 1
        self.is_starved = False

    def _taken_over(self, seen: Snapshot, now_ms: int) -> Trouble | None:
        self._book.anchor(seen)
        self._doubt, self.is_suspect = None, False
        return self._confirmed(now_ms)

    def _confirmed(self, now_ms: int) -> Trouble | None:
        sides = self._book.sides
        if self._doubt is not None and sides == self._doubt.seen.sides:
            self._doubt = None
        if sides.is_crossed:
            self.is_suspect, self.shown = True, None
            return Trouble.CROSSED
        self.shown = Shown(sides, now_ms)
        return None
