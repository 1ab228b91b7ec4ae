"""`copydesk leaders`: whom each account copies, how that goes, and who is cut off or paused, since when and why."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from copydesk.serve.cli import options

if TYPE_CHECKING:
    from rich.console import RenderableType

    from copydesk.serve.cli.leading import Leading
    from copydesk.serve.cli.recount import Glance


def leaders(ledger: options.Ledger = None, as_json: options.Json = False, no_color: options.NoColor = False) -> None:
    """List the leaders: state, open positions, exposure, result, and why one is not copied."""
    from copydesk.serve.cli.leading import leading
    from copydesk.wiring.opening import open_ledger

    path = options.ledger_named(ledger)
    with closing(open_ledger(path)) as store:
        seen, rows = leading(store)
    if as_json:
        from copydesk.run.report import dollars
        from copydesk.serve.cli.screen import write_document

        told = [{**row._asdict(), "exposure": dollars(row.exposure), "result": dollars(row.result)} for row in rows]
        as_of = seen.last.recorded_at if seen.last else None
        write_document({"mode": "paper", "ledger_file": str(path), "as_of": as_of, "leaders": told})
    else:
        _show(seen, rows, is_colourless=no_color)


def _show(seen: Glance, rows: list[Leading], *, is_colourless: bool) -> None:
    from rich.text import Text

    from copydesk.serve.cli import format as shown
    from copydesk.serve.cli.report_view import mode_line
    from copydesk.serve.cli.screen import draw, money, table

    as_of = f"as of {shown.moment(seen.last.recorded_at)} UTC" if seen.last else "the ledger is empty"
    grid = table("Leader", "Account", "State", "Open", "Exposure", "Result", "Since", "Why", numbers=range(3, 6))
    for row in rows:
        grid.add_row(
            Text(shown.short(row.leader), style="head"),
            row.account,
            Text(row.state, style="warn" if row.why else ""),
            shown.count(row.positions_open),
            shown.dollars(int(row.exposure)),
            money(int(row.result)),
            shown.UNKNOWN if row.since is None else shown.to_the_minute(row.since),
            Text(shown.line(row.why), style="warn"),
        )
    parts: list[RenderableType] = [mode_line("leaders", as_of), grid if rows else "No leader is followed."]
    draw(parts, is_colourless=is_colourless)
