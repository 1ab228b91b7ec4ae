"""Options that several commands share, each said once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from copydesk.domain.errors import BadInput
from copydesk.serve.cli.state import own_ledger


def switch(name: str, says: str) -> object:
    """An option that is on or off, and so shows no type in the help."""
    return typer.Option(name, metavar="", help=says)


Ledger = Annotated[
    Path | None, typer.Option("--ledger", metavar="FILE", help="The ledger to read.", show_default=False)
]
Json = Annotated[bool, switch("--json", "One JSON document on stdout instead of text.")]
NoColor = Annotated[bool, switch("--no-color", "No colour; the same as NO_COLOR=1.")]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Override one setting, again for more.", show_default=False),
]
Preset = Annotated[
    str | None, typer.Option("--preset", metavar="NAME", help="Settings to start from.", show_default=False)
]


def ledger_named(path: Path | None) -> Path:
    """The ledger that was named, else the desk's own. Raises `BadInput` if neither is there, saying how to name one."""
    if path is not None:
        return path
    if own_ledger().is_file():
        return own_ledger()
    raise BadInput(
        "ledger",
        found="none named",
        allowed="a ledger file",
        remedy="give --ledger FILE; `copydesk up` and `copydesk replay --ledger FILE` make one",
    )


def flags(preset: str | None, settings: list[str] | None) -> dict[str, str]:
    """`--preset` and `--set` as the settings take them. Raises `BadInput` for one without `=`."""
    given = {} if preset is None else {"preset": preset}
    for text in settings or []:
        path, equals, value = text.partition("=")
        if not equals or not path:
            raise BadInput("--set", found=text, allowed="PATH=VALUE", remedy="for example --set gates.price_max=0.95")
        given[path.strip()] = value
    return given
