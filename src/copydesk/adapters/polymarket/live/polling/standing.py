"""How the polling goes: counts since the start, and what went wrong lately, in words."""

from __future__ import annotations

from copydesk.domain.health import FeedHealth, FeedState
from copydesk.domain.ids import TimeMs
from copydesk.ports import LiveClock

_NEVER = -1


class Standing:
    """What is told of a poller. A trouble is told for as long as data may be old, counted from when it was met."""

    def __init__(self, clock: LiveClock, stale_after_ms: int) -> None:
        self.received = self.shown = self.refused = self.gaps = self.shed = 0
        self.last_data_at: TimeMs | None = None
        self.lag_ms = 0
        self.off_until = _NEVER
        self._clock = clock
        self._stale_after_ms = stale_after_ms
        self._answered = _NEVER
        self._troubles: dict[str, tuple[int, str]] = {}

    def answered(self) -> None:
        """A good answer came."""
        self.received += 1
        self.last_data_at = self._clock.now()
        self._answered = self._clock.elapsed_ms()

    def met(self, kind: str, words: str) -> None:
        """Something went wrong; the latest words of a kind stand for all of it."""
        self._troubles[kind] = (self._clock.elapsed_ms(), words)

    def health(self, name: str, leaders: int, unread: int) -> FeedHealth:
        """The state: `unread` of `leaders` were not read for as long as makes data old."""
        now = self._clock.elapsed_ms()
        words = self._words(now, leaders, unread)
        return FeedHealth(
            name=name,
            state=self._state(now, leaders, unread),
            last_data_at=self.last_data_at,
            received=self.received,
            shown=self.shown,
            refused=self.refused,
            reconnects=0,
            gaps=self.gaps,
            shed=self.shed,
            words="; ".join(words),
        )

    def _state(self, now: int, leaders: int, unread: int) -> FeedState:
        if now < self.off_until:
            return FeedState.OFF
        if self._answered == _NEVER:
            return FeedState.CONNECTING
        is_old = not self._is_young(self._answered, now) or self.lag_ms > self._stale_after_ms
        return FeedState.SILENT if is_old or (leaders and unread == leaders) else FeedState.LIVE

    def _words(self, now: int, leaders: int, unread: int) -> list[str]:
        words = [said for at, said in self._troubles.values() if self._is_young(at, now)]
        if self._answered != _NEVER and not self._is_young(self._answered, now):
            words.append(f"no answer for {(now - self._answered) // 1000} s")
        if self.lag_ms > self._stale_after_ms:
            words.append(f"the venue's data is {self.lag_ms // 1000} s old")
        if unread:
            words.append(f"{unread} of {leaders} leaders not read for {self._stale_after_ms // 1000} s")
        return words

    def _is_young(self, at: int, now: int) -> bool:
        return now - at <= self._stale_after_ms
