"""How far a replay is, on stderr: a bar with rate and time left for a person, JSON lines for a script."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.text import Text

from copydesk.serve.cli import format as shown
from copydesk.serve.cli.progress_style import Style
from copydesk.serve.cli.screen import screen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Protocol

    class Watcher(Protocol):
        """What `wiring.Progress` asks for."""

        def reading(self, bytes_read: int, bytes_total: int) -> None: ...
        def replaying(self, rows: int, rows_total: int) -> None: ...


@contextmanager
def progress(style: Style | None, *, is_colourless: bool) -> Iterator[Watcher | None]:
    """Something to tell the progress to. Without a `style` it is a bar where stderr is a terminal, else nothing."""
    style = style or (Style.BAR if sys.stderr.isatty() else Style.NONE)
    if style is Style.NONE:
        yield None
    elif style is Style.JSON:
        yield JsonLines()
    else:
        console = screen(is_colourless=is_colourless, stream=sys.stderr)
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), Rate(), TimeRemainingColumn())
        with Progress(*columns, console=console, transient=True) as bars:
            yield Bars(bars)


class Bars:
    """Two bars: the sources as they are read, and their rows as they go through the pipeline."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._reading = bars.add_task("Reading  ", total=None, unit="MB/s", of=1_000_000)
        self._replaying = bars.add_task("Replaying", total=None, unit="rows/s", of=1, visible=False)

    def reading(self, bytes_read: int, bytes_total: int) -> None:
        """As `wiring.Progress`."""
        self._bars.update(self._reading, completed=bytes_read, total=bytes_total)

    def replaying(self, rows: int, rows_total: int) -> None:
        """As `wiring.Progress`."""
        self._bars.update(self._replaying, completed=rows, total=rows_total or None, visible=True)


class Rate(ProgressColumn):
    """How fast a bar moves, in its own unit."""

    def render(self, task: Task) -> Text:
        if not task.speed:
            return Text("")
        return Text(f"{shown.count(int(task.speed) // task.fields['of'])} {task.fields['unit']}")


class JsonLines:
    """A JSON line for each whole percent, or for each call where the total is not known."""

    def __init__(self) -> None:
        self._told: tuple[str, int] | None = None

    def reading(self, bytes_read: int, bytes_total: int) -> None:
        """As `wiring.Progress`."""
        self._tell("reading", bytes_read, bytes_total)

    def replaying(self, rows: int, rows_total: int) -> None:
        """As `wiring.Progress`."""
        self._tell("replaying", rows, rows_total)

    def _tell(self, phase: str, done: int, total: int) -> None:
        step = (phase, done * 100 // total if total else done)
        if step != self._told:
            self._told = step
            line = {"phase": phase, "done": done, "total": total or None}
            sys.stderr.write(msgspec.json.encode(line).decode() + "\n")
