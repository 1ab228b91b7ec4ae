"""What stands in the way of an account's trading: its halts, the leaders it is cut off from, and its pauses."""

from __future__ import annotations

from typing import assert_never

import msgspec

from copydesk.domain.control import (
    CommandTaken,
    ControlFact,
    Halted,
    HaltSource,
    LeaderCutOff,
    LeaderRestored,
    RelationPaused,
    RelationResumed,
    Resumed,
)
from copydesk.domain.decision import Decision, Skipped
from copydesk.domain.ids import TimeMs, Wallet
from copydesk.domain.refusal import Reason

FAILURES_KEPT = 100


class Controls(msgspec.Struct, kw_only=True):
    """The halts by source, the oldest first; the leaders cut off; the pauses, `None` for that of all leaders.

    `halt` is the oldest halt, and `freeze` the oldest that stops exits too, so that a decision looks at no list.
    `failures` are the latest decisions our code could not make; a person who resumes begins them anew.
    """

    halts: dict[HaltSource, Halted] = {}
    cut_off: dict[Wallet, LeaderCutOff] = {}
    paused: dict[Wallet | None, RelationPaused] = {}
    halt: Halted | None = None
    freeze: Halted | None = None
    failures: tuple[TimeMs, ...] = ()
    failed_in_a_row: int = 0

    def apply(self, fact: ControlFact) -> None:
        """Take one fact in. A second halt of one source has the newer words and keeps the place of the first."""
        match fact:
            case Halted():
                self.halts[fact.source] = fact
                self._look()
            case Resumed():
                self._resume(fact.source)
            case LeaderCutOff():
                self.cut_off[fact.leader] = fact
            case LeaderRestored():
                self.cut_off.pop(fact.leader, None)
            case RelationPaused():
                self.paused[fact.leader] = fact
            case RelationResumed():
                self.paused.pop(fact.leader, None)
            case CommandTaken():
                return
            case _:
                assert_never(fact)

    def decided(self, decision: Decision) -> None:
        """Count a decision: whether our code could make it."""
        if type(decision) is Skipped and decision.reason is Reason.PROCESSING_FAILED:
            self.failures = (*self.failures, decision.decided_at)[-FAILURES_KEPT:]
            self.failed_in_a_row += 1
        else:
            self.failed_in_a_row = 0

    def has_failed(self, count: int, within_ms: int) -> bool:
        """Whether `count` decisions failed in a row, or the last `count` failures lie within `within_ms`."""
        if self.failed_in_a_row >= count:
            return True
        last = self.failures[-count:]
        return len(last) == count and last[-1] - last[0] <= within_ms

    def failed_by(self, decision: Decision, count: int, within_ms: int) -> Halted | None:
        """The halt that the failure of `decision`, which was counted, leads to; only a person lifts it (S4.18, C28)."""
        if not self.failed_in_a_row or HaltSource.ERRORS in self.halts or not self.has_failed(count, within_ms):
            return None
        words = f"{count} signals could not be decided; the last: {decision.checks[-1].seen}"
        return Halted(source=HaltSource.ERRORS, since=decision.decided_at, words=words)

    def _resume(self, source: HaltSource) -> None:
        self.halts.pop(source, None)
        self._look()
        if source is HaltSource.ERRORS:
            self.failures, self.failed_in_a_row = (), 0

    def _look(self) -> None:
        self.halt = next(iter(self.halts.values()), None)
        self.freeze = next((each for each in self.halts.values() if each.freezes_exits), None)
