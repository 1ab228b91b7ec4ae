"""`copydesk venue`: whether this release still agrees with the venue."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copydesk.serve.cli import options
from copydesk.serve.cli.codes import Code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from copydesk.wiring.vectors import Checked

app = typer.Typer(no_args_is_help=True, help="Whether this release still agrees with the venue.")

Files = Annotated[list[Path], typer.Argument(metavar="FILE…", help="Vectors of orders, amounts, fills, log-in.")]
SHOWN_MAX = 20


@app.callback()
def venue() -> None:
    """Hold what this release does against what the venue does."""


@app.command("check-vectors")
def check_vectors(files: Files, as_json: options.Json = False, no_color: options.NoColor = False) -> None:
    """Hash, sign and round every vector as orders are; end with 1 if anything comes out otherwise."""
    from copydesk.wiring.vectors import check_vectors as checked

    every = [checked(path) for path in files]
    if as_json:
        from copydesk.serve.cli.screen import write_document

        write_document([each._asdict() for each in every])
    else:
        from copydesk.serve.cli.screen import draw

        draw(_lines(every), is_colourless=no_color)
    if any(each.differs for each in every):
        raise typer.Exit(Code.FAILED)


def _lines(every: list[Checked]) -> Iterator[str]:
    for each in every:
        yield f"{'✗' if each.differs else '✓'} {Path(each.file).name}"
        yield from (f"    {number:>5} {what}" for what, number in sorted(each.held.items()))
        yield from (f"    {number:>5} not checked: {what}" for what, number in sorted(each.left.items()))
        yield from (f"    ✗ {line}" for line in each.differs[:SHOWN_MAX])
        if len(each.differs) > SHOWN_MAX:
            yield f"    ✗ and {len(each.differs) - SHOWN_MAX} more"
    held, differs = (sum(len(each.differs) if bad else sum(each.held.values()) for each in every) for bad in (0, 1))
    yield f"{held} checks hold, {differs} differ."
