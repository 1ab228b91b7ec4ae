"""Where a running desk is shown: drawn over and over on a terminal, as plain lines where there is none."""

from __future__ import annotations

import sys
from collections import OrderedDict
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from rich.live import Live

from copydesk.domain.decision import Approved
from copydesk.serve.cli import format as shown
from copydesk.serve.cli.control_view import in_short
from copydesk.serve.cli.live_view import REAL, result, seconds, view
from copydesk.serve.cli.screen import screen
from copydesk.serve.cli.told import market, outcome, verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from copydesk.domain.live_status import Copy, LiveStatus, Screen
    from copydesk.serve.cli.screen import Screen as Console

SUMMARY_MS = 30_000
REMEMBERED = 256


@contextmanager
def live_screen(*, is_quiet: bool, is_colourless: bool, prices: str = REAL) -> Iterator[Screen | None]:
    """Something to show the desk on, on stderr: stdout is for the report. None where it is to be quiet."""
    if is_quiet:
        yield None
        return
    console = screen(is_colourless=is_colourless, stream=sys.stderr)
    if not console.is_terminal:
        yield PlainScreen(sys.stderr)
        return
    with Live(console=console, auto_refresh=False, transient=True, redirect_stdout=False) as live:
        yield DrawnScreen(live, console, prices)


class DrawnScreen:
    """The whole screen, drawn anew each time."""

    def __init__(self, live: Live, console: Console, prices: str) -> None:
        self._live, self._console, self._prices = live, console, prices

    def show(self, status: LiveStatus) -> None:
        """As `Screen.show`."""
        size = self._console.size
        self._live.update(view(status, size.width, size.height - 1, self._prices), refresh=True)


class PlainScreen:
    """A line for each decision once it is known what came of it, and a summary now and then."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._told: OrderedDict[str, None] = OrderedDict()
        self._summed_at: int | None = None

    def show(self, status: LiveStatus) -> None:
        """As `Screen.show`."""
        lines = [decision_line(copy) for copy in status.copies if self._is_news(copy)]
        if self._summed_at is None or status.now - self._summed_at >= SUMMARY_MS:
            self._summed_at = status.now
            lines.append(summary_line(status))
        if lines:
            self._stream.write("".join(f"{line}\n" for line in lines))
            self._stream.flush()

    def _is_news(self, copy: Copy) -> bool:
        name = f"{copy.decision.account} {copy.decision.signal.id}"
        if name in self._told or (isinstance(copy.decision, Approved) and copy.ending is None):
            return False
        self._told[name] = None
        if len(self._told) > REMEMBERED:
            self._told.popitem(last=False)
        return True


def decision_line(copy: Copy) -> str:
    """One decision: `14:31:59 copied buy Yes · Will it rain? · $20.00 @ 40.0¢  0 bps`."""
    signal = copy.decision.signal
    clock = shown.moment(copy.decision.decided_at)[11:19]
    what = f"{signal.side.lower()} {outcome(signal)} · {market(signal)}"
    return f"{clock} {verdict(copy.decision):<7} {what} · {result(copy)}"


def summary_line(status: LiveStatus) -> str:
    """How the desk stands, in one line."""
    counts = status.counts
    seen = "none yet" if status.last_trade_at is None else f"{shown.age(status.now - status.last_trade_at)} ago"
    parts = [
        f"{shown.moment(status.now)[11:19]} PAPER up {seconds(status.now - status.began_at)}",
        f"{shown.count(counts.events)} events, last leader trade {seen}",
        f"{shown.count(counts.copied)} copied, {shown.count(sum(counts.skipped.values()))} skipped, "
        f"{shown.count(counts.expired)} expired",
        f"equity {shown.dollars(int(status.cash.equity))}",
        ", ".join(f"{feed.name} {feed.state}" for feed in status.feeds),
        *in_short(status.halts, is_by_settings=status.is_halted),
        *(f"! {shown.line(warning)}" for warning in status.warnings),
    ]
    return " · ".join(part for part in parts if part)
