"""One ledger entry as a person reads it: where it stands, what it moved, and the fact itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from rich.text import Text

from copydesk.flow.ledger.seal import open_entry
from copydesk.serve.cli import format as shown
from copydesk.serve.cli.report_view import mode_line
from copydesk.serve.cli.screen import table

if TYPE_CHECKING:
    from rich.console import RenderableType

    from copydesk.domain.events import Posting, SealedRow

DOLLARS = "USDC"


def entry_view(row: SealedRow) -> list[RenderableType]:
    """The entry, part by part."""
    entry = open_entry(row)
    grid = table("", "", is_headed=False)
    for name, text in (
        ("Account", f"{row.account}, number {shown.count(row.seq)}"),
        ("Kind", row.kind.replace("_", " ")),
        ("Recorded", f"{shown.moment(row.recorded_at)} UTC"),
        ("Began with", row.origin or shown.UNKNOWN),
        ("Hash", row.hash.hex()),
    ):
        grid.add_row(Text(name, style="muted"), Text(text, overflow="fold"))
    parts: list[RenderableType] = [mode_line(f"ledger entry {shown.count(row.position)}", ""), grid]
    if entry.postings:
        parts += [Text("Postings", style="head"), _postings(entry.postings)]
    fact = msgspec.json.format(msgspec.json.encode(entry.fact), indent=2).decode()
    safe = "\n".join(shown.line(line) for line in fact.splitlines())
    return [*parts, Text("Fact", style="head"), Text(safe, overflow="fold")]


def _postings(postings: tuple[Posting, ...]) -> RenderableType:
    grid = table("", "", "", is_headed=False, numbers=(1,))
    for posting in postings:
        is_money = posting.asset == DOLLARS
        amount = shown.exact_dollars(posting.amount) if is_money else f"{shown.shares(posting.amount)} shares"
        grid.add_row(posting.book, amount, Text("" if is_money else shown.short(posting.asset), style="muted"))
    return grid
