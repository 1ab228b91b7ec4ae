"""What stops a desk and lets it go on: the commands people give, and the facts a ledger holds of halts and pauses.

A halt stops entries; exits go on unless it freezes them too. Each source has its own halt, and lifting one leaves the
others. `since` is when it began; `command` names the command it came from, empty for what the desk did by itself.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from copydesk.domain.ids import AccountId, EventId, TimeMs, Wallet


class HaltSource(StrEnum):
    """Who or what halted an account (C28)."""

    OPERATOR = "operator"
    CLIENT = "client"
    FILE = "file"
    ERRORS = "errors"
    LOSS = "loss"
    DRIFT = "drift"


class Verb(StrEnum):
    """What a command asks for."""

    HALT = "halt"
    RESUME = "resume"
    CUT_OFF = "cut_off"
    RESTORE = "restore"
    PAUSE = "pause"
    UNPAUSE = "unpause"


class Command(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a person asked of a desk, once.

    `account` None means every account. `leader` None means, for a pause, every leader. `source` is who speaks: the
    operator for all accounts, or the client of one. `given_at` is by the clock of whoever gave it.
    """

    id: EventId
    verb: Verb
    given_at: TimeMs
    words: str = ""
    account: AccountId | None = None
    leader: Wallet | None = None
    freezes_exits: bool = False

    @property
    def source(self) -> HaltSource:
        """Who speaks: the operator, or the client whose account it is."""
        return HaltSource.OPERATOR if self.account is None else HaltSource.CLIENT


class Halted(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="halted"):
    """No entry is made from now on; with `freezes_exits` no exit either."""

    source: HaltSource
    since: TimeMs
    words: str
    freezes_exits: bool = False
    command: str = ""


class Resumed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="resumed"):
    """The halt of one source is over. Those of others stand."""

    source: HaltSource
    words: str = ""
    command: str = ""


class LeaderCutOff(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="leader_cut_off"):
    """No entry follows this leader from now on, until somebody restores it. Exits go on."""

    leader: Wallet
    source: HaltSource
    since: TimeMs
    words: str
    command: str = ""


class LeaderRestored(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="leader_restored"):
    """A leader that was cut off is copied again."""

    leader: Wallet
    words: str = ""
    command: str = ""


class RelationPaused(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="relation_paused"):
    """The account makes no entry after this leader, or after any if `leader` is None, until it is taken up again."""

    leader: Wallet | None
    since: TimeMs
    words: str
    command: str = ""


class RelationResumed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="relation_resumed"):
    """A pause is over."""

    leader: Wallet | None
    words: str = ""
    command: str = ""


class CommandTaken(msgspec.Struct, frozen=True, kw_only=True, tag="command_taken"):
    """A command was taken over, once for ever. What it changed stands in the entries behind it; `left` says the rest.

    `left` has what the person may have expected and did not happen: nothing was halted, or a halt that still stands.
    """

    command: Command
    left: str


ControlFact = Halted | Resumed | LeaderCutOff | LeaderRestored | RelationPaused | RelationResumed | CommandTaken
