"""`copydesk init`: write the settings file of a new desk, checked before anything is written (S2.18)."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from copydesk.domain.errors import BadInput
from copydesk.serve.cli import options

if TYPE_CHECKING:
    from copydesk.settings.layers import Loaded

Leaders = Annotated[
    list[str] | None,
    typer.Option("--leader", metavar="LEADER", help="Wallet, profile address or name. Again for more."),
]
Bankroll = Annotated[str | None, typer.Option("--bankroll", metavar="DOLLARS", help="What the desk starts with.")]
Force = Annotated[bool, options.switch("--force", "Write the file anew if there is one.")]


class Wanted(NamedTuple):
    """What the new file is to say."""

    leaders: tuple[str, ...]
    preset: str
    bankroll: str


def init(
    leader: Leaders = None,
    preset: options.Preset = None,
    bankroll: Bankroll = None,
    force: Force = False,
    as_json: options.Json = False,
) -> None:
    """Write copydesk.yaml in this folder. Without options it asks, where there is somebody to ask."""
    from copydesk.settings.layers import FILE

    path = Path(FILE)
    if path.exists() and not force:
        raise _is_there(path)
    wanted = Wanted(tuple(leader or ()), preset or "balanced", bankroll or "1000")
    if not (leader or preset or bankroll) and is_somebody_there():
        wanted = _asked(wanted)
    loaded = _written(path, wanted, is_forced=force)
    if as_json:
        from copydesk.serve.cli.screen import write_document

        leaders = [each.wallet for each in loaded.settings.leaders]
        write_document({"file": FILE, "preset": wanted.preset, "leaders": leaders, "version": loaded.version})
        return
    sys.stdout.write(f"wrote {FILE}: preset {wanted.preset}, {_leaders(wanted)}, {wanted.bankroll} dollars on paper\n")
    first = "" if wanted.leaders else f"Name whom to copy in {FILE}. "
    sys.stdout.write(f"{first}Then `copydesk doctor` says whether all is well, and `copydesk up` begins.\n")


def is_somebody_there() -> bool:
    """Whether a person could answer a question."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _asked(wanted: Wanted) -> Wanted:
    """Ask for each thing; Enter takes what is offered."""
    leaders: list[str] = []
    while name := typer.prompt("Leader to copy (wallet, profile or name; Enter when done)", default="", err=True):
        leaders.append(name)
    preset = typer.prompt(
        "Preset (balanced, selective, mirror, equal, dynamic, custom)", default=wanted.preset, err=True
    )
    bankroll = typer.prompt("Dollars to start with, on paper", default=wanted.bankroll, err=True)
    return Wanted(tuple(leaders), preset, bankroll)


def _written(path: Path, wanted: Wanted, *, is_forced: bool) -> Loaded:
    """Write the file whole or not at all: it is checked beside its place, and then put there in one step."""
    from copydesk.serve.cli.settings_file import settings_file
    from copydesk.settings.layers import load_file

    try:
        descriptor, name = mkstemp(prefix=".copydesk-", suffix=".yaml", dir=path.parent)
    except OSError as error:
        found = error.strerror or str(error)
        raise BadInput(f"folder {path.absolute().parent}", found=found, allowed="one that can be written") from error
    beside = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(settings_file(wanted.preset, wanted.bankroll, wanted.leaders))
            file.flush()
            os.fsync(file.fileno())
        loaded = load_file(beside)
        if is_forced:
            beside.replace(path)
        else:
            path.hardlink_to(beside)
    except FileExistsError as error:
        raise _is_there(path) from error
    finally:
        beside.unlink(missing_ok=True)
    return loaded


def _is_there(path: Path) -> BadInput:
    return BadInput(str(path), found="a file", allowed="none yet", remedy="edit it, or give --force to write it anew")


def _leaders(wanted: Wanted) -> str:
    number = len(wanted.leaders)
    return f"{number or 'no'} leader{'' if number == 1 else 's'}{'' if number else ' yet'}"
