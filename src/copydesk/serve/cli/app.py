"""The command line: every command under its name."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from copydesk.serve.cli import config, decisions, ledger, options, signer, venue
from copydesk.serve.cli.controls import cutoff, halt, pause, resume, uncutoff, unpause
from copydesk.serve.cli.demo import demo
from copydesk.serve.cli.doctor import doctor, healthcheck
from copydesk.serve.cli.guard import GuardedGroup
from copydesk.serve.cli.init import init
from copydesk.serve.cli.leaders import leaders
from copydesk.serve.cli.positions import positions
from copydesk.serve.cli.replay import replay
from copydesk.serve.cli.report import report
from copydesk.serve.cli.status import status
from copydesk.serve.cli.up import up

app = typer.Typer(
    cls=GuardedGroup,
    name="copydesk",
    help="Copy trading for Polymarket that can explain every trade it copied and every trade it did not.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (init, up, demo, replay, report, positions, leaders, status, doctor, healthcheck):
    app.command()(command)
for control in (halt, resume, cutoff, uncutoff, pause, unpause):
    app.command()(control)
app.add_typer(decisions.app, name="decisions")
app.add_typer(ledger.app, name="ledger")
app.add_typer(config.app, name="config")
app.add_typer(venue.app, name="venue")
app.add_typer(signer.app, name="signer")


def _say_version(is_asked: bool) -> None:
    if is_asked:
        from importlib.metadata import PackageNotFoundError, version

        try:
            number = version("copydesk")
        except PackageNotFoundError:
            number = "from source"
        sys.stdout.write(f"copydesk {number}\n")
        raise typer.Exit


@app.callback()
def root(
    debug: Annotated[bool, options.switch("--debug", "Show the traceback of an unexpected failure.")] = False,
    _version: Annotated[
        bool, typer.Option("--version", metavar="", help="Say the version.", callback=_say_version, is_eager=True)
    ] = False,
) -> None:
    """Take the options that every command has; `debug` is read where a failure is told."""
