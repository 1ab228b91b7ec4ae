"""`copydesk config`: which settings apply, and where each comes from."""

from __future__ import annotations

import sys
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copydesk.serve.cli import options

if TYPE_CHECKING:
    from rich.console import RenderableType

    from copydesk.settings.layers import Loaded

app = typer.Typer(no_args_is_help=True, help="Which settings apply, and where each comes from.")

Origin = Annotated[bool, options.switch("--origin", "Also where each value comes from.")]


@app.command()
def show(
    origin: Origin = False,
    preset: options.Preset = None,
    settings: options.Settings = None,
    as_json: options.Json = False,
    no_color: options.NoColor = False,
) -> None:
    """List every setting with its value."""
    loaded = _load(preset, settings)
    if as_json:
        from copydesk.serve.cli.screen import write_document

        document = {"version": loaded.version, "settings": _values(loaded)}
        write_document({**document, "origins": loaded.origins} if origin else document)
        return
    from rich.text import Text

    from copydesk.serve.cli.screen import draw, table

    grid = table("Setting", "Value", *(["From"] if origin else []))
    for path, value in _values(loaded).items():
        where = loaded.origins[path]
        is_default = where == "default"
        row: list[RenderableType] = [Text(path, style="muted" if is_default else ""), _said(value)]
        grid.add_row(*row, *([Text(where, style="muted" if is_default else "head")] if origin else []))
    draw([grid, Text(f"version {loaded.version}", style="muted")], is_colourless=no_color)


@app.command()
def validate(preset: options.Preset = None, settings: options.Settings = None, as_json: options.Json = False) -> None:
    """Check the settings and say so; the first wrong one is named with what is allowed."""
    loaded = _load(preset, settings)
    if as_json:
        from copydesk.serve.cli.screen import write_document

        write_document({"ok": True, "preset": loaded.settings.preset, "version": loaded.version})
        return
    changed = sum(where != "default" for where in loaded.origins.values())
    told = f"settings are valid: preset {loaded.settings.preset}, {changed} set, version {loaded.version}\n"
    sys.stdout.write(told)


def _load(preset: str | None, settings: list[str] | None) -> Loaded:
    from copydesk.settings.layers import load

    return load(options.flags(preset, settings))


def _values(loaded: Loaded) -> dict[str, object]:
    from copydesk.settings.layers import flat

    return {path: _plain(value) for path, value in flat(loaded.settings)}


def _plain(value: object) -> object:
    """A value as JSON has it: decimals as text, records as objects."""
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal | Path):
        return str(value)
    return value.model_dump(mode="json") if hasattr(value, "model_dump") else value


def _said(value: object) -> str:
    if value is None:
        return "off"
    if isinstance(value, list):
        return ", ".join(str(part) for part in value) or "none"
    return str(value)
