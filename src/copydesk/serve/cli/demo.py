"""`copydesk demo`: a local market with leaders of its own, and a desk that copies three of them (S2.30)."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, TYPE_CHECKING, Annotated, NamedTuple

import msgspec
import typer

from copydesk.domain.errors import BadInput, Unreadable
from copydesk.domain.venue_addresses import VENUE_URLS
from copydesk.serve.cli import options
from copydesk.serve.cli.choosing import chosen
from copydesk.serve.cli.up import Decisions, Ledger, Quiet, log_leader, run_live, show

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType


NEEDED = ("fakemarket", "coincurve", "sha3")
FOLLOWED = 3
STOP_S = 5
SEED = 21
"""With this seed the leaders make about thirty trades in the first minute, buys and sells."""

Seconds = Annotated[int, typer.Option("--seconds", metavar="N", min=1, help="How long it lasts.")]
Seed = Annotated[int, typer.Option("--seed", metavar="N", help="The same seed makes the same market.")]


class LocalMarket(NamedTuple):
    """A running local market: its address for each face, and whom one can copy there."""

    urls: dict[str, str]
    leaders: tuple[str, ...]


def demo(
    *,
    seconds: Seconds = 30,
    seed: Seed = SEED,
    preset: options.Preset = None,
    settings: options.Settings = None,
    ledger: Ledger = None,
    decisions: Decisions = None,
    as_json: options.Json = False,
    quiet: Quiet = False,
    no_color: options.NoColor = False,
) -> None:
    """Show the desk at work: it copies three made-up leaders on a market made up for it, and ends by itself."""
    from copydesk.wiring.live import LIVE_PACE, UpRequest

    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="copydesk-")))
        market = stack.enter_context(local_market(seed))
        flags = options.flags(preset, settings) | {f"venue.{face}": url for face, url in market.urls.items()}
        loaded = chosen(flags, market.leaders, LIVE_PACE)
        request = UpRequest(ledger=ledger or folder / "demo.db", decisions=decisions, seconds=seconds, told=log_leader)
        report = run_live(loaded, request, is_quiet=quiet, is_colourless=no_color)
    if ledger is None:
        report = msgspec.structs.replace(report, ledger_file=None)
    show(report, loaded, as_json=as_json, is_colourless=no_color)


@contextmanager
def local_market(seed: int) -> Iterator[LocalMarket]:
    """A local market of its own process, ended whatever happens. Raises `BadInput` if its libraries are not there."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise BadInput(
            "the local market",
            found=f"no {', '.join(missing)}",
            allowed="the libraries it is made with",
            remedy="pip install 'copydesk[fakemarket]'",
        )
    command = [sys.executable, "-m", "fakemarket", "serve", "--scenario", "demo", "--seed", str(seed), "--until-eof"]
    pipe = subprocess.PIPE
    with _told_to_stop_is_interrupted(), TemporaryFile() as said:
        process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=said, text=True, start_new_session=True)
        try:
            yield _described(process, said)
        finally:
            _end(process)


def _described(process: subprocess.Popen[str], said: IO[bytes]) -> LocalMarket:
    """What the market says of itself once it is open. Raises `Unreadable` with its last words if it does not open."""
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        process.wait(STOP_S)
        said.seek(0)
        words = said.read().decode(errors="replace").strip().splitlines() or ["it said nothing"]
        raise Unreadable("the local market", f"it did not open: {words[-1]}")
    told = json.loads(line)
    styles: dict[str, str] = {}
    for leader in told["leaders"]:
        styles.setdefault(leader["style"], leader["wallet"])
    return LocalMarket({face: told[face] for face in VENUE_URLS}, tuple(styles.values())[:FOLLOWED])


def _end(process: subprocess.Popen[str]) -> None:
    """End the process that we started, and no other."""
    process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


@contextmanager
def _told_to_stop_is_interrupted() -> Iterator[None]:
    """Until the desk runs, and after, SIGTERM ends us as Ctrl-C does: with everything closed behind us."""
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
