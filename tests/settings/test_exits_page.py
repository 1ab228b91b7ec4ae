"""The page on exits says what the code does: every setting with its default, every style."""

from __future__ import annotations

import re
from pathlib import Path

from copydesk.domain.exits import ExitCause, MirrorStyle
from copydesk.settings.exit_settings import ExitSettings

PAGE = (Path(__file__).parents[2] / "docs" / "exits.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `exits\.(\w+)` \| `([^`]*)` \| .+ \| ([A-Z][\dSCEKI., ]+) \|$", PAGE, re.MULTILINE)


def test_every_setting_stands_on_the_page_with_its_default_and_row_ids() -> None:
    """S2.21, E5."""
    defaults = ExitSettings().model_dump(mode="json")
    said = {name: default for name, default, _ in ROWS}
    assert said == {name: _worded(value) for name, value in defaults.items()}


def test_every_cause_stands_on_the_page() -> None:
    """K6, S2.21."""
    for cause in ExitCause:
        assert f"| `{cause}` |" in PAGE


def test_every_style_stands_on_the_page() -> None:
    """E5."""
    for style in MirrorStyle:
        assert f"| `{style}` |" in PAGE


def _worded(value: object) -> str:
    if value is None:
        return "off"
    return "none" if value in ([], ()) else str(value)
