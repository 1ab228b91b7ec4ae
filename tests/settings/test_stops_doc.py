"""The table of docs/stops.md is the settings' own: every stop is in it, with its default and its rows."""

from __future__ import annotations

import re
from pathlib import Path

from copydesk.settings.layers import load_preset, presets
from copydesk.settings.schema import Settings
from scripts.settings_doc import _shown, rows_of

PAGE = Path(__file__).parents[2] / "docs" / "stops.md"
ROW = re.compile(
    r"^\| [^|]*\| `(?P<path>stops\.\w+)` \| (?P<default>[^|]+) \| [^|]*\| (?P<rows>[^|]+) \|$", re.MULTILINE
)


def test_the_table_of_stops_is_what_the_settings_say() -> None:
    """K20: every figure by its row, its default, and what a preset says otherwise."""
    text = PAGE.read_text(encoding="utf-8")
    told = {match["path"]: (match["default"], match["rows"]) for match in ROW.finditer(text)}
    known = {row.path: (_default(row.path, row.default), row.rows) for row in rows_of(Settings) if is_stop(row.path)}
    assert told == known


def is_stop(path: str) -> bool:
    return path.startswith("stops.")


def _default(path: str, default: str) -> str:
    name = path.removeprefix("stops.")
    of_presets = {each: _shown(getattr(load_preset(each).stops, name)) for each in presets()}
    other = [f"{each} {value}" for each, value in of_presets.items() if value != default]
    return f"{default} ({', '.join(other)})" if other else default
