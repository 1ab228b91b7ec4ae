"""How progress can be shown: what `--progress` takes."""

from __future__ import annotations

from enum import StrEnum


class Style(StrEnum):
    """How progress is shown."""

    BAR = "bar"
    JSON = "json"
    NONE = "none"
