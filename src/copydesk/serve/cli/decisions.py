"""`copydesk decisions`: why trades were copied or not."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from copydesk.domain.errors import BadInput
from copydesk.serve.cli import asking, options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copydesk.domain.trade import Token
    from copydesk.ports import ResultSource

app = typer.Typer(no_args_is_help=True, help="Why trades were copied or not.")

WIDE_FROM = 116
Number = Annotated[int, typer.Option("-n", "--number", min=0, help="How many.")]
SignalPrefix = Annotated[str, typer.Argument(metavar="ID", help="A decision's id, or how it begins.")]
Account = Annotated[str | None, typer.Option("--account", help="Only decisions of this account.", show_default=False)]
Results = Annotated[
    list[str] | None,
    typer.Option(
        "--results", metavar="FILE", help="How markets ended; `venue` asks it. Again for more.", show_default=False
    ),
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Of the redraws behind the ranges.")]
SEED = 7
VENUE = "venue"


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
    results: Results = None,
    as_json: options.Json = False,
    no_color: options.NoColor = False,
) -> None:
    """Show one decision: every gate, the sizing, the book and the market then, the latency, what became of it."""
    from copydesk.serve.cli.card import card
    from copydesk.serve.cli.screen import draw, write_document
    from copydesk.serve.cli.stories import found
    from copydesk.wiring.opening import open_ledger

    with closing(open_ledger(options.ledger_named(ledger))) as store:
        story = found(store, signal, account)
    if results and story.paid is None:
        token = story.decision.signal.token
        payout = _source(results, [token]).payout(token)
        story.paid = None if payout is None else payout.per_share
    if as_json:
        write_document(story.document())
        return
    draw(card(story), is_colourless=no_color)


@app.command("why-not")
def why_not(
    *,
    ledger: options.Ledger = None,
    leader: asking.Leader = "",
    since: asking.Since = None,
    until: asking.Until = None,
    as_json: options.Json = False,
    no_color: options.NoColor = False,
) -> None:
    """Sum up what was not copied, by reason: how often, how much money, against which limit."""
    from copydesk.run.skips import why_not as summed
    from copydesk.serve.cli.screen import draw, write_document
    from copydesk.serve.cli.why_not_view import document, why_not_view
    from copydesk.wiring.opening import open_ledger

    with closing(open_ledger(options.ledger_named(ledger))) as store:
        found = summed(store.entries(), asking.asked(store, leader, since, until))
    asking.known(found.leaders, leader)
    if as_json:
        write_document(document(found))
        return
    draw(why_not_view(found), is_colourless=no_color)


@app.command()
def gates(
    *,
    ledger: options.Ledger = None,
    results: Results = None,
    leader: asking.Leader = "",
    since: asking.Since = None,
    until: asking.Until = None,
    seed: Seed = SEED,
    as_json: options.Json = False,
    no_color: options.NoColor = False,
) -> None:
    """Follow what was not copied to its market's result: what each rule saved or cost."""
    from copydesk.run.regret import regret
    from copydesk.serve.cli.gates_view import document, gates_view
    from copydesk.serve.cli.screen import draw, write_document
    from copydesk.serve.cli.why_not_view import span
    from copydesk.wiring.opening import open_ledger
    from copydesk.wiring.results import seeded_dice

    with closing(open_ledger(options.ledger_named(ledger))) as store:
        wanted = asking.asked(store, leader, since, until)
        gathered = regret(store.entries(), wanted)
    asking.known(gathered.leaders, leader)
    rules = gathered.rules(_source(results or [], gathered.open_tokens()), seeded_dice(seed))
    if as_json:
        write_document(document(rules, seed))
        return
    draw(gates_view(rules, span(wanted), seed), is_colourless=no_color)


def _source(names: Sequence[str], tokens: Sequence[Token]) -> ResultSource:
    """Where results are from: files, the sample, or the venue, which is asked for those of `tokens`."""
    from copydesk.wiring.results import results_named

    if VENUE not in names:
        return results_named(names)
    if len(names) > 1:
        raise BadInput("--results", found=", ".join(names), allowed="files, or the venue")
    from copydesk.serve.cli.choosing import chosen
    from copydesk.wiring.venue_results import results_of_venue

    return results_of_venue(chosen({}, [], {}).settings.venue, tokens)
