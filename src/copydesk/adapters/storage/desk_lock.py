"""The lock of a running desk on its ledger: one desk at a time, and others can see that one is running."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from copydesk.domain.errors import BadInput, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OWNER_ONLY = 0o600
TRIES, BETWEEN_S = 10, 0.02
"""Somebody who only looks holds the lock for an instant."""


@contextmanager
def held(ledger: Path) -> Iterator[None]:
    """Be the one desk of `ledger`; a process that is killed lets go. Raises `BadInput` if another desk is running."""
    handle = _opened(_path(ledger))
    try:
        if not any(_locked(handle, try_) for try_ in range(TRIES)):
            raise BadInput(
                "ledger",
                found=f"{ledger}, which a running desk writes",
                allowed="one desk at a time",
                remedy="stop the other one, or name another ledger with --ledger",
            )
        yield
    finally:
        os.close(handle)


def is_held(ledger: Path) -> bool:
    """Whether a desk is running on `ledger`."""
    if not _path(ledger).is_file():
        return False
    handle = _opened(_path(ledger))
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def _path(ledger: Path) -> Path:
    return ledger.with_name(f"{ledger.name}.desk")


def _opened(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, OWNER_ONLY)
    except OSError as wrong:
        raise Unreadable(str(path), wrong.strerror or str(wrong)) from wrong


def _locked(handle: int, tried: int) -> bool:
    if tried:
        time.sleep(BETWEEN_S)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
