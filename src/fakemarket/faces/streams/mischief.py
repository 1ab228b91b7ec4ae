"""Between a channel and its sockets: what the fault switches do to frames on the way out."""

from collections.abc import Callable
from typing import Generic

from fakemarket.faces.streams.message import Message, SessionT, to_text
from fakemarket.faces.streams.spoiling import poisoned, spoiled
from fakemarket.world.clock import Clock
from fakemarket.world.faults import Fault, Faults

HELD_MS = 2_000


class Mischief(Generic[SessionT]):
    """The faults of one channel: silence, gaps, delay, disorder, doubles and damage.

    `emit` sends a text to whom the message is for; `cut` loses every connection of the channel.
    """

    def __init__(
        self,
        channel: str,
        clock: Clock,
        faults: Faults,
        emit: Callable[[Message[SessionT], str], None],
        cut: Callable[[], None],
    ) -> None:
        self._channel = channel
        self._clock = clock
        self._faults = faults
        self._emit = emit
        self._cut = cut
        self._held: list[Message[SessionT]] = []
        self._poison: tuple[int, str] = (-1, "")

    def pass_on(self, message: Message[SessionT]) -> None:
        facts = {"channel": self._channel, **message.facts}
        if self._is_withheld(message, facts):
            return
        if (late := self._faults.strikes("late_event", **facts)) is not None:
            due_ms = self._clock.now_ms() + int(late.number("delay_ms", 0))
            self._clock.schedule(due_ms, lambda: self._send(message, facts))
            return
        if (reorder := self._faults.strikes("reorder", **facts)) is not None:
            self._hold(message, int(reorder.number("depth", 2)))
            return
        self._send(message, facts)
        self._release()

    def _is_withheld(self, message: Message[SessionT], facts: dict[str, str]) -> bool:
        if self._faults.strikes("silent", **facts) is not None:
            return True
        if any(self._faults.strikes("starve", **facts, asset=token) is not None for token in message.tokens):
            return True
        if self._faults.strikes("gap", **facts) is not None:
            self._cut()
            return True
        return False

    def _send(self, message: Message[SessionT], facts: dict[str, str]) -> None:
        if (poison := self._faults.strikes("poison", **facts)) is not None:
            self._emit(message, self._poison_of(poison, message))
        if (malformed := self._faults.strikes("malformed", **facts)) is not None:
            text = spoiled(message.document, malformed.text("kind"))
        else:
            text = to_text(message.document)
        self._emit(message, text)
        if (double := self._faults.strikes("duplicate_event", **facts)) is not None:
            for _ in range(int(double.number("copies", 1))):
                self._emit(message, text)

    def _poison_of(self, poison: Fault, message: Message[SessionT]) -> str:
        """Give the one text that comes again and again while the switch is on."""
        if self._poison[0] != poison.since_ms:
            self._poison = (poison.since_ms, poisoned(message.document))
        return self._poison[1]

    def _hold(self, message: Message[SessionT], depth: int) -> None:
        self._held.append(message)
        if len(self._held) >= depth:
            self._release()
        elif len(self._held) == 1:
            self._clock.schedule(self._clock.now_ms() + HELD_MS, self._release)

    def _release(self) -> None:
        """Send what was held back, the latest first."""
        held, self._held = self._held, []
        for message in reversed(held):
            self._emit(message, to_text(message.document))
