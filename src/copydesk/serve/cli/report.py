"""`copydesk report`: what a ledger says came of it, recomputed from its entries."""

from __future__ import annotations

from typing import Annotated

from copydesk.serve.cli import options

Plot = Annotated[bool, options.switch("--plot", "Draw the bankroll.")]


def report(
    ledger: options.Ledger = None,
    as_json: options.Json = False,
    plot: Plot = False,
    no_color: options.NoColor = False,
) -> None:
    """Recompute every figure of a ledger from its entries alone."""
    from contextlib import closing

    from copydesk.serve.cli.recount import recount, report_of
    from copydesk.serve.cli.report_view import ledger_view
    from copydesk.serve.cli.screen import draw, write_document
    from copydesk.wiring.opening import open_ledger

    path = options.ledger_named(ledger)
    with closing(open_ledger(path)) as store:
        told = report_of(recount(store.entries()), str(path))
    if as_json:
        write_document(told)
        return
    draw(ledger_view(told, has_plot=plot), is_colourless=no_color)
