"""What people command a desk with, in two files beside its ledger: the commands given, and the halt file.

The ledger has one writer, so a second process appends its command here and the desk takes it over. A command is one
line, written at once and made durable; the desk reads what is new whenever the file is another than it was, which
costs one look. It reads all of it when it starts: the ledger remembers which commands it has.
"""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING

import msgspec

from copydesk.domain.control import Command, Verb
from copydesk.domain.errors import Unreadable
from copydesk.domain.ids import EventId, TimeMs, digest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OWNER_ONLY = 0o600
OTHERS_WRITE = 0o022
WORDS_MAX = 200
_NS_PER_MS = 1_000_000
_Stamp = tuple[int, int, int]


def control_path(ledger: Path) -> Path:
    """Where commands for the desk of `ledger` are given."""
    return ledger.with_name(f"{ledger.name}.control")


def give(path: Path, command: Command) -> None:
    """Append a command; it is durable when this returns. Raises `Unreadable` where it cannot be written."""
    line = msgspec.json.encode(command) + b"\n"
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, OWNER_ONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            end = os.fstat(handle).st_size
            is_torn = bool(end) and os.pread(handle, 1, end - 1) != b"\n"
            os.write(handle, b"\n" + line if is_torn else line)
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as wrong:
        raise Unreadable(str(path), wrong.strerror or str(wrong)) from wrong


def given(path: Path) -> list[Command]:
    """Every command in the file, in order; none where there is no file. Raises `Unreadable` where it cannot be read."""
    try:
        return list(_commands(path.read_bytes(), str(path)))
    except FileNotFoundError:
        return []
    except OSError as wrong:
        raise Unreadable(str(path), wrong.strerror or str(wrong)) from wrong


class ControlFile:
    """A `ports.CommandSource` on files. What cannot be looked at counts as a halt: nobody knows what it says."""

    def __init__(self, commands: Path, halt_file: Path) -> None:
        self._path, self._halt_file = commands, halt_file
        self._seen: _Stamp | None = None
        self._read_to = 0
        self._trouble: str | None = None
        self._halted_by: tuple[_Stamp, str] | None = None

    def commands(self) -> list[Command]:
        """As `CommandSource.commands`."""
        try:
            found = os.stat(self._path)
            stamp = _stamp(found)
            if stamp == self._seen:
                return []
            if found.st_mode & OTHERS_WRITE or found.st_uid not in {0, os.geteuid()}:
                self._trouble = f"others may write {self._path}: make it its owner's alone"
                return []
            return self._new(stamp)
        except FileNotFoundError:
            self._seen, self._read_to, self._trouble = None, 0, None
        except OSError as wrong:
            self._trouble = f"{self._path} cannot be read: {wrong.strerror}"
        return []

    def halt_words(self) -> str | None:
        """As `CommandSource.halt_words`."""
        try:
            stamp = _stamp(os.stat(self._halt_file))
        except FileNotFoundError:
            self._halted_by = None
            return self._trouble
        except OSError as wrong:
            return f"{self._halt_file} cannot be looked at: {wrong.strerror}"
        if self._halted_by is None or self._halted_by[0] != stamp:
            self._halted_by = stamp, _words_in(self._halt_file)
        return self._halted_by[1]

    def _new(self, stamp: _Stamp) -> list[Command]:
        """What was added since the last look; all of it if the file is another one."""
        if self._seen is None or self._seen[0] != stamp[0] or stamp[1] < self._read_to:
            self._read_to = 0
        with self._path.open("rb") as file:
            file.seek(self._read_to)
            read = file.read()
        whole = read[: read.rfind(b"\n") + 1]
        self._read_to += len(whole)
        self._seen, self._trouble = stamp, None
        return list(_commands(whole, str(self._path)))


def _stamp(found: os.stat_result) -> _Stamp:
    return found.st_ino, found.st_size, found.st_mtime_ns


def _commands(lines: bytes, name: str) -> Iterator[Command]:
    """The commands of whole lines. One that cannot be read halts the desk: it may have said so."""
    for line in lines.split(b"\n")[:-1]:
        if line.strip():
            try:
                yield msgspec.json.decode(line, type=Command)
            except (msgspec.DecodeError, UnicodeDecodeError):
                words = f"a command in {name} cannot be read"
                garbled = EventId(digest("command", (line.hex(),)))
                yield Command(id=garbled, verb=Verb.HALT, given_at=TimeMs(0), words=words)


def _words_in(path: Path) -> str:
    """Where the halt file is, and the first line of what it says."""
    try:
        with path.open("rb") as file:
            said = file.read(4 * WORDS_MAX).decode(errors="replace").strip().split("\n")[0][:WORDS_MAX]
    except OSError as wrong:
        said = wrong.strerror or str(wrong)
    return f"{path}: {said}" if said else str(path)
