"""Exit codes: what a script can tell from how a command ended."""

from __future__ import annotations

from enum import IntEnum


class Code(IntEnum):
    """How a command ended."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    NOT_FOUND = 3
    REFUSED = 4
    NOT_ALLOWED = 5
    UNHEALTHY = 6
    UNREADABLE = 7
    PARTIAL = 8
    INTERRUPTED = 130


class NotFound(Exception):
    """What was asked for is not there: the message says what, and where it was looked for."""
