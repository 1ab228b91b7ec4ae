"""From a command to the facts it makes of an account's controls: taken over always, changing what it can."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.control import (
    Command,
    CommandTaken,
    ControlFact,
    Halted,
    HaltSource,
    LeaderCutOff,
    LeaderRestored,
    RelationPaused,
    RelationResumed,
    Resumed,
    Verb,
)

if TYPE_CHECKING:
    from copydesk.domain.ids import TimeMs
    from copydesk.flow.portfolio.controls import Controls

NEEDS_A_PERSON = (HaltSource.ERRORS, HaltSource.LOSS, HaltSource.DRIFT)
"""What the desk halted by itself, anybody may lift who may halt; nobody lifts another person's halt, or the file's."""


def obeyed(command: Command, controls: Controls, now: TimeMs) -> tuple[ControlFact, ...]:
    """The command as taken over, and behind it what it changes; the facts are not folded yet."""
    match command.verb:
        case Verb.HALT:
            return CommandTaken(command=command, left=""), _halted(command, controls, now)
        case Verb.RESUME:
            return _resumed(command, controls)
        case Verb.CUT_OFF | Verb.RESTORE:
            return _cut_off(command, controls, now)
        case Verb.PAUSE | Verb.UNPAUSE:
            return _paused(command, controls, now)


def _halted(command: Command, controls: Controls, now: TimeMs) -> Halted:
    """A second halt by the same person keeps the time of the first and never loosens it."""
    standing = controls.halts.get(command.source)
    return Halted(
        source=command.source,
        since=standing.since if standing else now,
        words=command.words,
        freezes_exits=command.freezes_exits or (standing is not None and standing.freezes_exits),
        command=command.id,
    )


def _resumed(command: Command, controls: Controls) -> tuple[ControlFact, ...]:
    lifts = (command.source, *NEEDS_A_PERSON)
    lifted = [source for source in controls.halts if source in lifts]
    standing = [f"{source} ({each.words})" for source, each in controls.halts.items() if source not in lifts]
    left = ["was not halted"] if not controls.halts else []
    left += [f"still halted by {', '.join(standing)}"] if standing else []
    changes = [Resumed(source=source, words=command.words, command=command.id) for source in lifted]
    return CommandTaken(command=command, left="; ".join(left)), *changes


def _cut_off(command: Command, controls: Controls, now: TimeMs) -> tuple[ControlFact, ...]:
    leader = command.leader
    if leader is None:
        return (CommandTaken(command=command, left="it names no leader"),)
    if command.verb is Verb.CUT_OFF:
        cut = LeaderCutOff(leader=leader, source=command.source, since=now, words=command.words, command=command.id)
        return CommandTaken(command=command, left=""), cut
    if leader not in controls.cut_off:
        return (CommandTaken(command=command, left="was not cut off"),)
    return (
        CommandTaken(command=command, left=""),
        LeaderRestored(leader=leader, words=command.words, command=command.id),
    )


def _paused(command: Command, controls: Controls, now: TimeMs) -> tuple[ControlFact, ...]:
    leader = command.leader
    if command.verb is Verb.PAUSE:
        pause = RelationPaused(leader=leader, since=now, words=command.words, command=command.id)
        return CommandTaken(command=command, left=""), pause
    left = "the pause of all leaders still stands" if leader is not None and None in controls.paused else ""
    if leader not in controls.paused:
        return (CommandTaken(command=command, left=left or "was not paused"),)
    return (
        CommandTaken(command=command, left=left),
        RelationResumed(leader=leader, words=command.words, command=command.id),
    )
