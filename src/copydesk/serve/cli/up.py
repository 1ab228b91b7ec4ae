"""`copydesk up`: copy leaders as they trade, on paper, until told to stop."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copydesk.domain.errors import BadInput
from copydesk.domain.venue_addresses import is_on_this_machine
from copydesk.serve.cli import options
from copydesk.serve.cli.choosing import Reloading, chosen
from copydesk.serve.cli.state import own_ledger

if TYPE_CHECKING:
    from copydesk.domain.live_status import Followed, Screen
    from copydesk.run.report import ReplayReport
    from copydesk.settings.layers import Loaded
    from copydesk.wiring.live import UpRequest

OWNER_ONLY = 0o700

Leaders = Annotated[
    list[str] | None,
    typer.Option("--leader", metavar="LEADER", help="Copy only this one: wallet, profile or name. Again for more."),
]
Ledger = Annotated[Path | None, typer.Option("--ledger", metavar="FILE", help="Keep the ledger here.")]
Decisions = Annotated[
    Path | None, typer.Option("--decisions", metavar="FILE", help="A JSON line for each decision.", show_default=False)
]
Seconds = Annotated[int | None, typer.Option("--seconds", metavar="N", min=1, help="End by itself after so long.")]
Quiet = Annotated[bool, options.switch("--quiet", "No screen; only errors on stderr.")]


def up(
    *,
    leader: Leaders = None,
    preset: options.Preset = None,
    settings: options.Settings = None,
    ledger: Ledger = None,
    decisions: Decisions = None,
    seconds: Seconds = None,
    as_json: options.Json = False,
    quiet: Quiet = False,
    no_color: options.NoColor = False,
) -> None:
    """Copy leaders as they trade, on paper. Settings may change while it runs; Ctrl-C ends it in order."""
    from copydesk.settings.layers import files_read
    from copydesk.wiring.live import LIVE_PACE, UpRequest

    flags = options.flags(preset, settings)
    reloading = Reloading(lambda: chosen(flags, leader or [], LIVE_PACE), files_read())
    path = ledger or _own_ledger()
    request = UpRequest(ledger=path, decisions=decisions, seconds=seconds, reload=reloading, told=log_leader)
    report = run_live(reloading.loaded, request, is_quiet=quiet, is_colourless=no_color)
    show(report, reloading.loaded, as_json=as_json, is_colourless=no_color)


def run_live(loaded: Loaded, request: UpRequest, *, is_quiet: bool, is_colourless: bool) -> ReplayReport:
    """Run the desk with its screen on stderr, its log in its file, and errors on both."""
    from copydesk.serve.cli.live_screen import live_screen
    from copydesk.wiring.opening import start_logs

    log = loaded.settings.log
    with (
        live_screen(is_quiet=is_quiet, is_colourless=is_colourless, prices=_prices(loaded)) as screen,
        start_logs(terminal=sys.stderr, level=log.level, file=log.file, is_quiet=True),
    ):
        return _logged(loaded, request, screen)


def _logged(loaded: Loaded, request: UpRequest, screen: Screen | None) -> ReplayReport:
    import structlog

    from copydesk.settings.lower_layers import leaders_named
    from copydesk.wiring.live import run_up

    logger = structlog.stdlib.get_logger("copydesk.up")
    leaders = len(leaders_named(loaded.settings))
    logger.info("desk begins", preset=loaded.settings.preset, settings=loaded.version, leaders=leaders)
    report = run_up(loaded, request, screen)
    logger.info("desk ends", events=report.events, decisions=report.decisions, wall_s=report.wall_s)
    return report


def log_leader(leader: Followed) -> None:
    """Write into the log which wallet a leader is, and how it was found (K24)."""
    import structlog

    logger = structlog.stdlib.get_logger("copydesk.up")
    logger.info("leader found", given=leader.given, address=leader.wallet, name=leader.name, how=leader.how)


def show(report: ReplayReport, loaded: Loaded, *, as_json: bool, is_colourless: bool) -> None:
    """Write the report of a run to stdout, for a program the same document as that of a replay."""
    from copydesk.serve.cli.report_view import live_view
    from copydesk.serve.cli.screen import draw, write_document

    if as_json:
        write_document(report)
    else:
        draw(live_view(report, _notes(loaded), _prices(loaded)), is_colourless=is_colourless)


def _prices(loaded: Loaded) -> str:
    """Whose prices the desk sees."""
    from copydesk.serve.cli.live_view import LOCAL, REAL

    return LOCAL if is_on_this_machine(loaded.settings.venue.clob) else REAL


def _notes(loaded: Loaded) -> list[str]:
    """What the figures rest on and a reader cannot see in them."""
    settings = loaded.settings
    notes = ["Order books are the venue's own, as they were when each order would have arrived."]
    if is_on_this_machine(settings.venue.clob):
        notes.insert(0, "The market is a local one, made from a seed: its results say nothing about any real market.")
    if settings.mode == "dry_run":
        notes.append("Dry run: every order ended unfilled at once, and no simulated money moved (mode=dry_run).")
    else:
        latency_ms = settings.paper.latency_ms
        notes.append(f"An order takes {latency_ms} ms to arrive, and takes what the book then shows within its limit.")
    return [*notes, "Positions stay open until their market's result is known; the next run goes on with them."]


def _own_ledger() -> Path:
    path = own_ledger()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=OWNER_ONLY)
    except OSError as error:
        raise BadInput(
            f"folder {path.parent}",
            found=error.strerror or str(error),
            allowed="a folder that can be written",
            remedy="set XDG_STATE_HOME, or name a ledger with --ledger FILE",
        ) from error
    return path
