"""`copydesk decisions`: why trades were copied or not."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated

import typer

from copydesk.serve.cli import options

app = typer.Typer(no_args_is_help=True, help="Why trades were copied or not.")

WIDE_FROM = 116
Number = Annotated[int, typer.Option("-n", "--number", min=0, help="How many.")]
SignalPrefix = Annotated[str, typer.Argument(metavar="ID", help="A decision's id, or how it begins.")]
Account = Annotated[str | None, typer.Option("--account", help="Only decisions of this account.", show_default=False)]


@app.command()
def tail(
    ledger: options.Ledger = None,
    number: Number = 20,
    as_json: Annotated[bool, options.switch("--json", "One JSON object per line instead of text.")] = False,
    no_color: options.NoColor = False,
) -> None:
    """List the last decisions, newest last."""
    from copydesk.serve.cli.stories import latest
    from copydesk.wiring.opening import open_ledger

    with closing(open_ledger(options.ledger_named(ledger))) as store:
        stories = latest(store, number)
    from copydesk.serve.cli.screen import draw, width, write_document

    if as_json:
        for story in stories:
            write_document(story.document())
        return
    from copydesk.serve.cli.feed import feed
    from copydesk.serve.cli.report_view import mode_line

    none = "No signal was decided yet: run `copydesk replay --ledger FILE`."
    head = mode_line("decisions", f"the last {len(stories)} of {ledger}")
    draw([head, feed(stories, is_narrow=width() < WIDE_FROM) if stories else none], is_colourless=no_color)


@app.command()
def show(
    signal: SignalPrefix,
    ledger: options.Ledger = None,
    account: Account = None,
    as_json: options.Json = False,
    no_color: options.NoColor = False,
) -> None:
    """Show one decision: every gate, the sizing step by step, what became of the order."""
    from copydesk.serve.cli.card import card
    from copydesk.serve.cli.screen import draw, write_document
    from copydesk.serve.cli.stories import found
    from copydesk.wiring.opening import open_ledger

    with closing(open_ledger(options.ledger_named(ledger))) as store:
        story = found(store, signal, account)
    if as_json:
        write_document(story.document())
        return
    draw(card(story), is_colourless=no_color)
