"""Test vectors from files, held against the code that hashes and signs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from copydesk.adapters.polymarket.orders.parse_vectors.forms import check
from copydesk.domain.errors import Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Checked(NamedTuple):
    """What one file's vectors came to: how many of each check held, what differs, what the file alone cannot tell."""

    file: str
    held: Mapping[str, int]
    differs: list[str]
    left: Mapping[str, int]


def check_vectors(path: Path) -> Checked:
    """Check every vector of one file. Raises `Unreadable` for one that is no JSON, `BadInput` for an unknown form."""
    try:
        document = json.loads(path.read_text())
    except OSError as wrong:
        raise Unreadable(str(path), wrong.strerror or str(wrong)) from wrong
    except ValueError as wrong:
        raise Unreadable(str(path), f"it is no JSON: {wrong}") from wrong
    found = check(document, path.name)
    return Checked(str(path), dict(found.held), found.differs, dict(found.left))
