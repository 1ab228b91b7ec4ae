"""What the readers here need of the venue: an answer's body for a question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from copydesk.adapters.polymarket.http.lanes import Lane

Params = tuple[tuple[str, str], ...]


class Reads(Protocol):
    """What is needed of the venue's HTTP: the body of an answer, or one of the venue's troubles raised."""

    async def get(
        self, face: str, path: str, params: Sequence[tuple[str, str]] = (), *, lane: Lane = ..., client: str = ""
    ) -> bytes:
        """The body of a good answer."""
        ...


class Asker(Protocol):
    """Who asks the Data API for a page, past its cache, and counts the answers."""

    async def ask(self, path: str, params: Params) -> bytes:
        """The body of the answer. Raises `VenueTrouble`."""
        ...
