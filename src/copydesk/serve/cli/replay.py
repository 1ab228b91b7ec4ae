"""`copydesk replay`: what copying would have done with recorded trades."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copydesk.domain.errors import BadInput
from copydesk.serve.cli import options
from copydesk.serve.cli.choosing import chosen
from copydesk.serve.cli.moments import moment
from copydesk.serve.cli.progress_style import Style

if TYPE_CHECKING:
    from copydesk.run.replay import Period
    from copydesk.run.report import ReplayReport
    from copydesk.settings.layers import Loaded
    from copydesk.wiring.replay import ReplayRequest

COMMAND_DEFAULTS: dict[str, object] = {"gates": {"unknown_end": "allow"}}
"""Records rarely say when a market ends; the report says that this was allowed."""

REFUSED_SHOWN = 10
_FILE = "FILE"

Sources = Annotated[
    list[str] | None,
    typer.Option("--source", metavar=_FILE, help="Trades, or sample:SEED[:ROWS]. Again for more.", show_default=False),
]
Against = Annotated[
    Path | None,
    typer.Option(
        "--against",
        metavar="LEDGER",
        help="Instead of trades: make the decisions of this ledger again, and compare.",
        show_default=False,
    ),
]
SettingsFile = Annotated[
    Path | None,
    typer.Option("--settings", metavar=_FILE, help="With --against: the settings to decide by.", show_default=False),
]
Results = Annotated[
    list[Path] | None, typer.Option("--results", metavar=_FILE, help="How markets ended.", show_default=False)
]
Books = Annotated[
    list[Path] | None, typer.Option("--books", metavar=_FILE, help="Recorded order books.", show_default=False)
]
Columns = Annotated[Path | None, typer.Option("--columns", metavar=_FILE, help="Column map of a CSV of your own.")]
Leaders = Annotated[
    list[str] | None,
    typer.Option("--leader", metavar="WALLET", help="Copy only this one. Again for more.", show_default=False),
]
Since = Annotated[str | None, typer.Option(metavar="TIME", help="From here on: ISO 8601 (UTC) or Unix seconds.")]
Until = Annotated[str | None, typer.Option(metavar="TIME", help="Up to but not including.")]
Ledger = Annotated[
    Path | None, typer.Option("--ledger", metavar=_FILE, help="Keep the ledger here; else it is temporary.")
]
Decisions = Annotated[Path | None, typer.Option("--decisions", metavar=_FILE, help="A JSON line for each decision.")]
Plot = Annotated[bool, options.switch("--plot", "Draw the bankroll.")]
Quiet = Annotated[bool, options.switch("--quiet", "Say only errors on stderr.")]
ProgressStyle = Annotated[Style | None, typer.Option("--progress", help="A bar where stderr is a terminal, else none.")]


def replay(
    *,
    source: Sources = None,
    against: Against = None,
    settings_file: SettingsFile = None,
    results: Results = None,
    books: Books = None,
    columns: Columns = None,
    preset: options.Preset = None,
    settings: options.Settings = None,
    leader: Leaders = None,
    since: Since = None,
    until: Until = None,
    ledger: Ledger = None,
    decisions: Decisions = None,
    as_json: options.Json = False,
    plot: Plot = False,
    quiet: Quiet = False,
    no_color: options.NoColor = False,
    progress: ProgressStyle = None,
) -> None:
    """Run recorded trades through the desk on paper and report what came of it.

    With --against LEDGER, decide again what that ledger decided, by today's code and settings, and compare. Exit code
    4: something came out otherwise; 8: nothing known did, and something could not be decided again.
    """
    if against is not None or settings_file is not None:
        from copydesk.serve.cli.against import Question, compare

        question = Question(against, settings_file, options.flags(preset, settings), since, until)
        others = (source, results, books, columns, leader, ledger, decisions, plot)
        compare(question, others, as_json=as_json, is_colourless=no_color)
        return
    from copydesk.wiring.replay import ReplayRequest

    loaded = chosen(options.flags(preset, settings), leader or [], COMMAND_DEFAULTS)
    request = ReplayRequest(
        sources=tuple(source or ()),
        results=tuple(results or ()),
        books=tuple(books or ()),
        columns=columns,
        ledger=ledger,
        decisions=decisions,
        period=_period(since, until),
    )
    style = Style.NONE if quiet else progress
    report = _run(loaded, request, style, is_quiet=quiet, is_colourless=no_color)
    if as_json:
        from copydesk.serve.cli.screen import write_document

        write_document(report)
    else:
        _show(report, loaded, request, is_colourless=no_color, has_plot=plot)


def _run(
    loaded: Loaded, request: ReplayRequest, style: Style | None, *, is_quiet: bool, is_colourless: bool
) -> ReplayReport:
    """Replay, with the program's log on stderr and in its file."""
    import structlog

    from copydesk.serve.cli.progress import progress
    from copydesk.wiring.opening import start_logs
    from copydesk.wiring.replay import replay_once

    log_settings = loaded.settings.log
    with start_logs(terminal=sys.stderr, level=log_settings.level, file=log_settings.file, is_quiet=is_quiet):
        log = structlog.stdlib.get_logger("copydesk.replay")
        log.info("replay begins", sources=len(request.sources), preset=loaded.settings.preset, settings=loaded.version)
        with progress(style, is_colourless=is_colourless) as watcher:
            report = replay_once(loaded, request, watcher)
        for row in report.refused_rows[:REFUSED_SHOWN]:
            at = f"{row.file}:{row.line}"
            log.warning("row refused", at=at, reason=row.reason, found=row.found, allowed=row.allowed)
        if report.rows_refused:
            log.warning("rows refused in all", **report.rows_refused)
        log.info("replay done", rows=report.rows_read, decisions=report.decisions, wall_s=report.wall_s)
    return report


def _show(report: ReplayReport, loaded: Loaded, request: ReplayRequest, *, is_colourless: bool, has_plot: bool) -> None:
    from copydesk.serve.cli.report_view import replay_view
    from copydesk.serve.cli.screen import draw

    draw(replay_view(report, _notes(loaded, request), has_plot=has_plot), is_colourless=is_colourless)


def _notes(loaded: Loaded, request: ReplayRequest) -> list[str]:
    """What the figures rest on and a reader cannot see in them."""
    settings = loaded.settings
    notes = []
    if any(source.startswith("sample:") for source in request.sources):
        notes.append("The sample is made from a seed. It is not market history and says nothing about any market.")
    if settings.amount.mode == "exact":
        return [
            *notes,
            "Audit: the leaders' own prices and sizes, no fee, no spread, no delay, no limit. Not a forecast.",
        ]
    books = (
        "Order books are recorded where there is one, else modelled" if request.books else "Order books are modelled"
    )
    notes.append(
        f"{books} from the recorded trades around each moment: wider and thinner than the last price suggests."
    )
    seen_s, latency_ms = settings.pace.detection_lag_ms // 1000, settings.paper.latency_ms
    window_s = settings.pace.scan_window_ms // 1000
    notes.append(
        f"Trades are seen {seen_s} s after their {window_s} s window; an order takes {latency_ms} ms to arrive."
    )
    if settings.mode == "dry_run":
        notes.append("Dry run: every order ended unfilled at once, and no simulated money moved (mode=dry_run).")
    notes.append("Fees are the venue's taker fees of the market's category; every copy takes, none rests.")
    if settings.gates.unknown_end == "allow":
        notes.append("Where no record says when a market ends, entry was allowed (gates.unknown_end=allow).")
    if not request.results and not notes[0].startswith("The sample"):
        notes.append("No market results were given (--results): positions stay open at what their book would pay.")
    return notes


def _period(since: str | None, until: str | None) -> Period:
    from copydesk.run.replay import Period

    begin = None if since is None else moment("--since", since)
    end = None if until is None else moment("--until", until)
    if begin is not None and end is not None and end <= begin:
        raise BadInput("--until", found=str(until), allowed=f"a time after --since {since}")
    return Period(begin, end)
