"""The one writer of a ledger file: a thread that takes all the steps that wait and commits them as one group."""

from __future__ import annotations

import sqlite3
import sys
import threading
from contextlib import closing
from typing import TYPE_CHECKING

from copydesk.adapters.storage.group import ENTRY_WIDTH, GroupFile, Rows
from copydesk.domain.errors import CopydeskError, require

if TYPE_CHECKING:
    from pathlib import Path

    from copydesk.adapters.storage.lookup import ClaimLookup

GROUP_ENTRIES = 2_048
"""So many entries waiting are committed at once; fewer wait `LINGER_S` for company, unless somebody flushes."""
LINGER_S = 0.05
HAND_OVER_S = 0.001
"""A thread that computes lets the writer have the interpreter within this: else it waits 5 ms before each statement."""
QUEUE_ENTRIES = 4_096
"""So many entries may wait; then whoever appends waits."""


class Unwritable(CopydeskError):
    """The ledger could not be made durable: what was not flushed before may be lost, what was flushed is not."""


class GroupWriter:
    """The queue to the writer thread, and the thread.

    The thread starts with the first step. Once a group has failed nothing more is taken: every later call raises
    what went wrong.
    """

    def __init__(self, path: Path, lookup: ClaimLookup) -> None:
        self._path = path
        self._lookup = lookup
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._waiting: list[Rows] = []
        self._waiting_entries = 0
        self._is_urgent = self._is_closing = self._is_writing = False
        self._failure: CopydeskError | None = None
        self._thread: threading.Thread | None = None

    def put(self, step: Rows) -> None:
        """Queue a step, waiting while the queue is full. An interrupt finds it in the queue whole, or not at all."""
        if self._thread is None:
            self._start()
        with self._lock:
            while self._waiting_entries >= QUEUE_ENTRIES and self._failure is None:
                self._changed.wait()
            self.check()
            require(not self._is_closing, "nothing is appended to a store that is closed")
            before = self._waiting_entries
            self._waiting_entries += len(step.entries) // ENTRY_WIDTH
            self._waiting.append(step)
            if not before or before < GROUP_ENTRIES <= self._waiting_entries:
                self._changed.notify_all()

    def flush(self) -> None:
        """Wait until everything queued is durable."""
        with self._changed:
            self._is_urgent = True
            self._changed.notify_all()
            while (self._waiting or self._is_writing) and self._failure is None:
                self._changed.wait()
            self._is_urgent = False
            self.check()

    def close(self) -> None:
        """Commit what waits and end the thread. Raises what went wrong, also if it was raised before."""
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()
        self.check()

    def check(self) -> None:
        """Raise what went wrong in the thread, if anything did."""
        if self._failure is not None:
            raise self._failure

    def _start(self) -> None:
        sys.setswitchinterval(min(sys.getswitchinterval(), HAND_OVER_S))
        self._thread = threading.Thread(target=self._run, name="ledger-writer", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        ended: CopydeskError | None = Unwritable(f"the writer of {self._path} ended of a fault that is not its own")
        try:
            with closing(GroupFile(self._path, self._lookup)) as file:
                while (steps := self._next_group()) is not None:
                    file.write(steps)
            ended = None
        except (sqlite3.Error, OSError, MemoryError) as wrong:
            ended = Unwritable(f"cannot write to {self._path}: {wrong}")
        except CopydeskError as wrong:
            ended = wrong
        finally:
            with self._changed:
                self._failure = ended
                self._is_writing = False
                self._changed.notify_all()

    def _next_group(self) -> list[Rows] | None:
        with self._changed:
            self._is_writing = False
            self._changed.notify_all()
            while not self._waiting:
                if self._is_closing:
                    return None
                self._changed.wait()
            self._changed.wait_for(self._is_due, timeout=LINGER_S)
            steps, self._waiting, self._waiting_entries = self._waiting, [], 0
            self._is_writing = True
            self._changed.notify_all()
            return steps

    def _is_due(self) -> bool:
        return self._is_urgent or self._is_closing or self._waiting_entries >= GROUP_ENTRIES
