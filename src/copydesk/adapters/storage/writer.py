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
HAND_OVER_S = 0.0005
"""A thread that computes lets the writer have the interpreter within this: else it waits 5 ms before each statement."""
QUEUE_ENTRIES = 4_096
"""So many entries may wait; then whoever appends waits."""
_GROUP_VALUES = GROUP_ENTRIES * ENTRY_WIDTH
_QUEUE_VALUES = QUEUE_ENTRIES * ENTRY_WIDTH


class Unwritable(CopydeskError):
    """The ledger could not be made durable: what was not flushed before may be lost, what was flushed is not."""


class GroupWriter:
    """The queue to the writer thread, and the thread.

    The thread starts with the first step. Once a group has failed nothing more is taken: every later call raises
    `failure`, which is what went wrong.
    """

    def __init__(self, path: Path, lookup: ClaimLookup) -> None:
        self._path = path
        self._lookup = lookup
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._waiting = Rows()
        self._is_urgent = self._is_closing = self._is_writing = False
        self.failure: CopydeskError | None = None
        self._thread: threading.Thread | None = None

    def put(self, step: Rows) -> None:
        """Queue a step and leave it empty, waiting while the queue is full. An interrupt takes it whole or not."""
        if self._thread is None:
            self._start()
        with self._lock:
            waiting = self._waiting
            if len(waiting.entries) >= _QUEUE_VALUES or self._is_closing or self.failure is not None:
                waiting = self._wait_for_room()
            if waiting.is_torn:
                waiting.drop_torn()
            before = len(waiting.entries)
            waiting.take(step)
            if not before or before < _GROUP_VALUES <= len(waiting.entries):
                self._changed.notify_all()

    def flush(self) -> None:
        """Wait until everything queued is durable."""
        with self._changed:
            self._is_urgent = True
            self._changed.notify_all()
            while (self._waiting.count or self._is_writing) and self.failure is None:
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
        if self.failure is not None:
            raise self.failure

    def _wait_for_room(self) -> Rows:
        while self._waiting.count >= QUEUE_ENTRIES and self.failure is None:
            self._changed.wait()
        self.check()
        require(not self._is_closing, "nothing is appended to a store that is closed")
        return self._waiting

    def _start(self) -> None:
        sys.setswitchinterval(min(sys.getswitchinterval(), HAND_OVER_S))
        self._thread = threading.Thread(target=self._run, name="ledger-writer", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        ended: CopydeskError | None = Unwritable(f"the writer of {self._path} ended of a fault that is not its own")
        try:
            with closing(GroupFile(self._path, self._lookup)) as file:
                while (group := self._next_group()) is not None:
                    file.write(group)
                    if file.is_log_long:
                        file.write_back()
            ended = None
        except (sqlite3.Error, OSError, MemoryError, UnicodeDecodeError) as wrong:
            ended = Unwritable(f"cannot write to {self._path}: {wrong}")
        except CopydeskError as wrong:
            ended = wrong
        finally:
            with self._changed:
                self.failure = ended
                self._is_writing = False
                self._changed.notify_all()

    def _next_group(self) -> Rows | None:
        with self._changed:
            self._is_writing = False
            self._changed.notify_all()
            while not self._waiting.count:
                if self._is_closing:
                    return None
                self._changed.wait()
            self._changed.wait_for(self._is_due, timeout=LINGER_S)
            group, self._waiting = self._waiting, Rows()
            group.drop_torn()
            self._is_writing = True
            self._changed.notify_all()
            return group

    def _is_due(self) -> bool:
        return self._is_urgent or self._is_closing or self._waiting.count >= GROUP_ENTRIES
