"""The terminal: data for a person or a program on stdout, drawn with Rich or written as JSON."""

from __future__ import annotations

import sys
from shutil import get_terminal_size
from typing import TYPE_CHECKING, NoReturn, TextIO

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text
from rich.theme import Theme

from copydesk.serve.cli import format as shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import RenderableType

WIDTH_WITHOUT_TERMINAL = 120
WIDTH_LEAST = 40
THEME = Theme(
    {
        "paper": "bold magenta",
        "head": "bold",
        "muted": "dim",
        "gain": "cyan",
        "loss": "dark_orange3",
        "warn": "yellow",
        "bar": "blue",
    }
)


class Screen(Console):
    """A console on one stream: as wide as the terminal, plain where there is none, and honest about a closed pipe."""

    def on_broken_pipe(self) -> NoReturn:
        raise BrokenPipeError


def screen(*, is_colourless: bool = False, stream: TextIO | None = None) -> Screen:
    """The console on `stream`, stdout if none is given. The environment's NO_COLOR counts as `is_colourless`."""
    stream = stream or sys.stdout
    width = None if stream.isatty() else max(get_terminal_size((WIDTH_WITHOUT_TERMINAL, 24)).columns, WIDTH_LEAST)
    return Screen(
        file=stream,
        width=width,
        theme=THEME,
        color_system=None if is_colourless else "auto",
        no_color=is_colourless or None,
        highlight=False,
        markup=False,
        emoji=False,
    )


def width() -> int:
    """How many characters a line on stdout has."""
    return screen().width


def draw(parts: Iterable[RenderableType], *, is_colourless: bool) -> None:
    """Draw on stdout. What is piped or written to a file has no blanks at the ends of its lines."""
    console = screen(is_colourless=is_colourless)
    if console.is_terminal:
        for part in parts:
            console.print(part)
        return
    with console.capture() as capture:
        for part in parts:
            console.print(part)
    sys.stdout.write("".join(f"{line.rstrip()}\n" for line in capture.get().splitlines()))


def table(*columns: str, numbers: Iterable[int] = (), is_headed: bool = True) -> Table:
    """A table without lines. The columns at the places `numbers` are aligned right and never wrapped."""
    made = Table(box=None, pad_edge=False, show_header=is_headed, header_style="muted", padding=(0, 2, 0, 0))
    right = set(numbers)
    for place, name in enumerate(columns):
        made.add_column(name, justify="right" if place in right else "left", no_wrap=place in right)
    return made


def money(micros: int) -> Text:
    """A gain or loss: its sign says which, its colour only repeats it."""
    return Text(shown.signed_dollars(micros), style="gain" if micros > 0 else "loss" if micros < 0 else "")


def write_document(document: object) -> None:
    """One JSON document on one line of stdout; a record's fields come after the mode it was made in."""
    if isinstance(document, msgspec.Struct):
        document = {"mode": "paper", **msgspec.structs.asdict(document)}
    sys.stdout.write(msgspec.json.encode(document).decode() + "\n")
