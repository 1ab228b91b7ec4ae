"""Tables as CSV files beside the ledger, for a person's own spreadsheet: private, and of whole rows only (S4.27)."""

from __future__ import annotations

import csv
import os
import re
from io import StringIO
from typing import TYPE_CHECKING, Final

from copydesk.domain.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

OWNER_ONLY: Final = 0o600
LINE_END: Final = b"\r\n"
TAIL_BYTES: Final = 1 << 20
"""The last row is looked for in so many bytes at the end of the file; a longer one is not found."""
FORMULA_STARTS: Final = ("=", "+", "-", "@")
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")


class CsvTable:
    """A table in a file as RFC 4180 has it: a header, then a line for each row.

    Whatever it says can be written again from the ledger, so nothing is forced to disk. Foreign text is shown as one
    line, and never begins as a formula does: a spreadsheet would run it.
    """

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self._path, self._header = path, _encoded([columns])

    def last(self) -> tuple[str, ...] | None:
        """The last row; None if there is no file, it has no row, or it is not this table. A torn row is cut off."""
        try:
            with self._path.open("r+b") as file:
                os.fchmod(file.fileno(), OWNER_ONLY)
                if file.read(len(self._header)) != self._header:
                    return None
                size = file.seek(0, os.SEEK_END)
                file.seek(max(size - TAIL_BYTES, len(self._header) - len(LINE_END)))
                before, end, torn = file.read().rpartition(LINE_END)
                if torn and end:
                    file.truncate(size - len(torn))
                _, found, line = before.rpartition(LINE_END)
                return tuple(next(csv.reader([line.decode()]))) if found else None
        except (OSError, csv.Error):
            return None

    def append(self, rows: Iterable[Sequence[str]]) -> None:
        """Add rows in one write."""
        data = _encoded(rows)
        if data:
            self._write(self._path, os.O_APPEND, [data])

    def replace(self, rows: Iterable[Sequence[str]]) -> None:
        """Put a table with these rows in the place of whatever is there, in one step."""
        part = self._path.with_name(f"{self._path.name}.part")
        self._write(part, os.O_TRUNC, _with(self._header, rows))
        part.replace(self._path)

    def _write(self, path: Path, flag: int, parts: Iterable[bytes]) -> None:
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | flag, OWNER_ONLY)
            with os.fdopen(descriptor, "wb") as file:
                os.fchmod(file.fileno(), OWNER_ONLY)
                file.writelines(parts)
        except OSError as error:
            found = error.strerror or str(error)
            raise BadInput(f"table {path}", found=found, allowed="a file that can be written") from error


def _with(header: bytes, rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    yield header
    for row in rows:
        yield _encoded([row])


def _encoded(rows: Iterable[Sequence[str]]) -> bytes:
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([_cell(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def _cell(text: str) -> str:
    """Text on one line, with an apostrophe before what would be a formula. A plain number is none."""
    if not text.isprintable():
        text = "".join(letter if letter.isprintable() else " " for letter in text)
    if text.lstrip().startswith(FORMULA_STARTS) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text
