"""What of one list of one leader was shown already: `KnownRows`, so that looking twice shows nothing twice (K14)."""

from __future__ import annotations

from hashlib import blake2b

import msgspec

from copydesk.domain.ids import EventId, TimeMs

_DIGEST_BYTES = 16
_NO_TIME = TimeMs(0)


def mark_of(row: object) -> bytes:
    """What tells one row from another as it came; empty for a row that is not raw any more."""
    return blake2b(row, digest_size=_DIGEST_BYTES).digest() if isinstance(row, msgspec.Raw) else b""


class KnownRows:
    """The rows of one list of one leader that were shown, each by its bytes and by its event.

    Bytes are the fast way: a row that is known by them is not even parsed. Events are the sure way: the bytes of a row
    change with the leader's profile. What happened before `floor` counts as known, whatever it is.

    `anchor` is the newest row of the last look that was whole: the next look is whole once it has met it again.
    """

    def __init__(self, floor: TimeMs) -> None:
        self.floor = floor
        self.anchor: TimeMs | None = None
        self._times: dict[bytes, TimeMs] = {}
        self._events: dict[EventId, TimeMs] = {}
        self._names: dict[bytes, EventId] = {}
        self._shown: dict[EventId, TimeMs] = {}
        self.asked_at = _NO_TIME
        """When the answer that is being read was asked for."""

    def __len__(self) -> int:
        return len(self._events)

    def time_of(self, mark: bytes) -> TimeMs | None:
        """When the row with these bytes happened, 0 if it was refused; None if no such row is known."""
        return self._times.get(mark)

    def meet(self, mark: bytes) -> None:
        """Note that the row with these bytes is in the answer."""
        event = self._names.get(mark)
        if event is not None:
            self._shown[event] = self.asked_at

    def last_shown(self, event: EventId) -> TimeMs | None:
        """When the latest answer that had `event` was asked for; None if none had it."""
        return self._shown.get(event)

    def has(self, event: EventId, happened_at: TimeMs) -> bool:
        """Whether the event counts as known."""
        return happened_at < self.floor or event in self._events

    def learn_bytes(self, mark: bytes, happened_at: TimeMs = _NO_TIME) -> None:
        """Remember a row by its bytes: one that was refused, or a known event in other words."""
        if mark:
            self._times[mark] = happened_at

    def learn(self, mark: bytes, event: EventId, happened_at: TimeMs) -> None:
        """Remember a row that was shown."""
        self.learn_bytes(mark, happened_at)
        self._events[event] = happened_at
        self.name(mark, event)

    def name(self, mark: bytes, event: EventId) -> None:
        """Remember which event the row with these bytes is of; the answer that is being read has it."""
        if mark:
            self._names[mark] = event
        self._shown[event] = self.asked_at

    def count_since(self, at: TimeMs) -> int:
        """How many known events happened at `at` or later."""
        return sum(1 for happened_at in self._events.values() if happened_at >= at)

    def events_since(self, at: TimeMs) -> tuple[EventId, ...]:
        """The known events that happened at `at` or later, in the order they were learnt."""
        return tuple(event for event, happened_at in self._events.items() if happened_at >= at)

    def forget(self, before: TimeMs, *, keep: int, keep_max: int) -> None:
        """Let go of what happened before `before`, but for the newest `keep`; never keep more than `keep_max`.

        The floor rises to what is let go of, so it does not come again as new.
        """
        times = sorted(self._events.values(), reverse=True)
        if len(times) > keep and times[keep] < before:
            self._raise_floor(min(before, times[keep - 1]))
        if len(times) > keep_max:
            self._raise_floor(TimeMs(times[keep_max - 1] + 1))
        if len(self._times) > 2 * keep_max:
            self._times.clear()
            self._names.clear()

    def _raise_floor(self, floor: TimeMs) -> None:
        if floor > self.floor:
            self.floor = floor
            self._events = {event: at for event, at in self._events.items() if at >= floor}
            self._times = {mark: at for mark, at in self._times.items() if at >= floor}
            self._names = {mark: event for mark, event in self._names.items() if event in self._events}
            self._shown = {event: at for event, at in self._shown.items() if event in self._events}
