"""How another process speaks to a desk: it leaves a command beside the ledger, and sees in the ledger that it is taken.

Only the desk writes its ledger. A command is durable once it is left; the answer is the ledger entry that took it over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from copydesk.adapters.clocks.dice import SystemDice
from copydesk.adapters.clocks.system import Stopwatch, SystemClock, wait
from copydesk.adapters.storage import desk_lock
from copydesk.adapters.storage.control_file import ControlFile, control_path, give, given
from copydesk.domain.control import Command, CommandTaken, Verb
from copydesk.domain.ids import AccountId, EventId, TimeMs, Wallet, digest
from copydesk.flow.ledger.seal import open_entry

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from copydesk.adapters.storage.sqlite import SqliteLedgerStore
    from copydesk.settings.schema import Settings

ANSWER_MAX_MS, LOOK_EVERY_MS = 5_000, 25
_NONCE = 2**128


class Wanted(NamedTuple):
    """A command as a person gives it."""

    verb: Verb
    words: str = ""
    account: AccountId | None = None
    leader: Wallet | None = None
    freezes_exits: bool = False


class Taken(NamedTuple):
    """That one account took a command over, when, and what the person may have expected and did not happen."""

    account: AccountId
    at: TimeMs
    left: str


class Answer(NamedTuple):
    """What became of a command: the file it stands in, whether a desk runs, which accounts have taken it over."""

    command: Command
    file: Path
    is_running: bool
    taken: tuple[Taken, ...]


def control_of(ledger: Path, settings: Settings) -> ControlFile:
    """Where a desk hears commands, and where its halt file is: a path that is not absolute begins at the ledger's."""
    return ControlFile(control_path(ledger), ledger.absolute().parent / settings.halt_file)


def command_desk(store: SqliteLedgerStore, ledger: Path, wanted: Wanted) -> Answer:
    """Leave a command for the desk of `ledger`; while one runs, wait until it has taken it over."""
    now = SystemClock().now()
    nonce = str(SystemDice().below(_NONCE))
    name = EventId(digest("command", (wanted.verb, str(now), nonce)))
    command = Command(id=name, given_at=now, **wanted._asdict())
    head = store.head()
    give(control_path(ledger), command)
    stopwatch, taken = Stopwatch(), _taken(store, command, head)
    while not taken and desk_lock.is_held(ledger) and stopwatch.elapsed_ms() < ANSWER_MAX_MS:
        wait(LOOK_EVERY_MS)
        taken = _taken(store, command, head)
    return Answer(command, control_path(ledger), desk_lock.is_held(ledger), taken)


def waiting_commands(ledger: Path, taken: Collection[EventId]) -> list[Command]:
    """The commands that were given and that no desk has taken over yet."""
    return [command for command in given(control_path(ledger)) if command.id not in taken]


def _taken(store: SqliteLedgerStore, command: Command, after: int) -> tuple[Taken, ...]:
    kind, name = str(CommandTaken.__struct_config__.tag), command.id.encode()
    entries = [open_entry(row) for row in store.rows(after=after) if row.kind == kind and name in row.body]
    facts = [(entry, entry.fact) for entry in entries if isinstance(entry.fact, CommandTaken)]
    return tuple(Taken(entry.account, entry.recorded_at, fact.left) for entry, fact in facts)
