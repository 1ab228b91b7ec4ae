"""Decision logs: one JSON line for each decision in a file only its owner reads, or nowhere (S2.26)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Self

from copydesk.domain.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

BUFFERED_BYTES = 1 << 20
LINES_A_RELEASE = 4_096
"""After so many lines, some megabytes, the system is told that what is written will not be read soon."""
OWNER_ONLY = 0o600


class JsonLinesLog:
    """A file of decisions, begun anew by every run: what earlier runs decided is in the ledger and comes again.

    Lines are buffered and reach the disk when the buffer is full and at `close`. The ledger is the durable record;
    this file can always be written again from it.

    The log of a long run is larger than the memory it should take: its pages are given back to the system as it
    grows, where the system knows how to be told.
    """

    def __init__(self, path: Path) -> None:
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
        except OSError as error:
            raise BadInput(
                f"decision log {path}",
                found=error.strerror or str(error),
                allowed="a file that can be written",
                remedy="name another with --decisions",
            ) from error
        os.fchmod(descriptor, OWNER_ONLY)
        self._file = os.fdopen(descriptor, "wb", buffering=BUFFERED_BYTES)
        self._until_release = LINES_A_RELEASE

    def write(self, lines: Iterable[bytes]) -> None:
        """As `DecisionLog.write`."""
        write = self._file.write
        for line in lines:
            write(line + b"\n")
            self._until_release -= 1
        if self._until_release <= 0:
            self._until_release = LINES_A_RELEASE
            _release(self._file.fileno())

    def close(self) -> None:
        """Write what is buffered and let go of the file; again changes nothing."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _release(descriptor: int) -> None:
    """Begin to write back what the system holds of a file, and let go of what is written back already."""
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


class NullLog:
    """A log that keeps nothing, for runs that want no file."""

    def write(self, lines: Iterable[bytes]) -> None:
        """As `DecisionLog.write`, into nothing."""

    def close(self) -> None:
        """Nothing to let go of."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
