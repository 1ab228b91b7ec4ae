"""What an event says, as plain values to compare with plain values."""

from __future__ import annotations

from operator import attrgetter
from typing import Any


def said(event: object, *names: str) -> tuple[Any, ...]:
    """The named fields of `event`, dots allowed."""
    return tuple(attrgetter(name)(event) for name in names)
