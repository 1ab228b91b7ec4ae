"""The entry point of the console script. `status` is answered before the parser of all commands is even imported."""

from __future__ import annotations

import sys
from io import TextIOWrapper
from pathlib import Path
from typing import NamedTuple


class Asked(NamedTuple):
    """What a `status` was asked for."""

    ledger: Path | None
    as_json: bool


def main() -> None:
    """Run the command line. Text that the terminal cannot show is replaced, never a reason to fail."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    asked = plain_status(sys.argv[1:])
    if asked is None:
        from copydesk.serve.cli.app import app

        app()
        return
    from copydesk.serve.cli.failures import guarded
    from copydesk.serve.cli.standing import show

    guarded(lambda: show(asked.ledger, as_json=asked.as_json))


def plain_status(words: list[str]) -> Asked | None:
    """What `status` was asked for, or None if the words are another command, or need explaining.

    Parsing them here halves the time to an answer: the parser of all commands takes longer to start than the rest.
    """
    if words[:1] != ["status"]:
        return None
    ledger, as_json, rest = None, False, iter(words[1:])
    for word in rest:
        if word == "--json":
            as_json = True
        elif word == "--ledger" and (name := next(rest, "")):
            ledger = Path(name)
        elif word.startswith("--ledger=") and word != "--ledger=":
            ledger = Path(word.removeprefix("--ledger="))
        else:
            return None
    return Asked(ledger, as_json)
