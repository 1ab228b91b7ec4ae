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
from copydesk.domain.ids import Wallet


class Controls(msgspec.Struct, kw_only=True):
    """The halts by source, the oldest first; the leaders cut off; the pauses, `None` for that of all leaders.

    `halt` is the oldest halt, and `freeze` the oldest that stops exits too, so that a decision looks at no list.
    """

    halts: dict[HaltSource, Halted] = {}
    cut_off: dict[Wallet, LeaderCutOff] = {}
    paused: dict[Wallet | None, RelationPaused] = {}
    halt: Halted | None = None
    freeze: Halted | None = None

    def apply(self, fact: ControlFact) -> None:
        """Take one fact in. A second halt of one source has the newer words and keeps the place of the first."""
        match fact:
            case Halted():
                self.halts[fact.source] = fact
                self._look()
            case Resumed():
                self.halts.pop(fact.source, None)
                self._look()
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

    def _look(self) -> None:
        self.halt = next(iter(self.halts.values()), None)
        self.freeze = next((each for each in self.halts.values() if each.freezes_exits), None)
