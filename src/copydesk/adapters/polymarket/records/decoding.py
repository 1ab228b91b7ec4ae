"""The rows of an open file, one at a time and numbered: JSON lists, JSON lines and CSV, and what is no row of them.

Numbers with a fraction stay text, so that no digit is lost to a float.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from copydesk.adapters.polymarket.parse.documents import rows_in
from copydesk.adapters.polymarket.parse.refusals import Refused, RefusedRow, shown
from copydesk.adapters.polymarket.records.files import LINE_MAX, RecordFile
from copydesk.domain.errors import Unreadable

if TYPE_CHECKING:
    from _csv import Reader

Row = tuple[int, object]
"""A line or place in the list, from 1, and the decoded row there, or the `Refused` that says why there is none."""

_DECODER = msgspec.json.Decoder(float_hook=str)
_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_LENIENT = json.JSONDecoder(parse_float=str, parse_constant=str)
_BOM = b"\xef\xbb\xbf"
_BETWEEN = re.compile(r"[\s,\[\]]*")
_BRACES = re.compile(r'"(?:[^"\\]|\\.)*"|[{}]')
_UNDECODABLE = (msgspec.DecodeError, ValueError, RecursionError)


def decoded(line: bytes | msgspec.Raw) -> object:
    """The value of one piece of JSON, or the `Refused` that says it is none. NaN and infinity come out as text."""
    try:
        value: object = _DECODER.decode(line)
    except _UNDECODABLE:
        try:
            value = _LENIENT.decode(bytes(line).decode())
        except _UNDECODABLE as error:
            return Refused(RefusedRow.BAD_JSON, f"{error} in {shown(bytes(line[:40]).decode(errors='replace'))}")
    return value


def json_lines(file: RecordFile) -> Iterator[Row]:
    """Yield the rows of a file of one JSON value a line; a value that holds several rows gives them all."""
    number = 0
    for block in file.line_blocks():
        for line in block.removesuffix(b"\n").split(b"\n"):
            number += 1
            if not line or line.isspace():
                continue
            value = decoded(line.removeprefix(_BOM) if number == 1 else line)
            if type(value) is Refused:
                yield number, value
            else:
                for row in rows_in(value):
                    yield number, row
    if file.damage:
        yield number + 1, Refused(RefusedRow.TRUNCATED_FILE, file.damage)


def json_document(file: RecordFile) -> Iterator[Row]:
    """Yield the rows of a file that is one JSON value. Held in memory whole, as text: at most `LINE_MAX` bytes."""
    blocks, size = [], 0
    for block in file.line_blocks():
        blocks.append(block)
        size += len(block)
        if size > LINE_MAX:
            raise Unreadable(str(file.path), f"more than {LINE_MAX} bytes in one JSON value; write it one row a line")
    text = b"".join((*blocks, file.remainder)).removeprefix(_BOM)
    number = 0
    for value in _values(text, file.damage):
        for row in (value,) if type(value) is Refused else rows_in(value):
            number += 1
            yield number, row


def _values(text: bytes, damage: str) -> Iterator[object]:
    """Yield the elements of a list, or the one value; of what is broken or several values, every one that is whole."""
    is_list = text.lstrip().startswith(b"[")
    try:
        values = _LIST.decode(text) if is_list else [_DECODER.decode(text)]
    except _UNDECODABLE:
        yield from _salvaged(text.decode(errors="replace"), damage, "]" if is_list else "")
        return
    for value in values:
        yield decoded(value) if isinstance(value, msgspec.Raw) else value


def _salvaged(text: str, damage: str, end_mark: str) -> Iterator[object]:
    at = _start_of_next(text, 0)
    while at < len(text):
        try:
            value, end = _LENIENT.raw_decode(text, at)
        except _UNDECODABLE as error:
            end = _end_of_object(text, at)
            if end == len(text):
                damage = damage or "it ends within a row"
                break
            value = Refused(RefusedRow.BAD_JSON, f"{error} in {shown(text[at : at + 40])}")
        yield value
        at = _start_of_next(text, end)
    if damage or not text.rstrip().endswith(end_mark):
        yield Refused(RefusedRow.TRUNCATED_FILE, damage or "the list has no end")


def _start_of_next(text: str, at: int) -> int:
    between = _BETWEEN.match(text, at)
    return between.end() if between else at


def _end_of_object(text: str, at: int) -> int:
    """Where the object that begins at or after `at` closes; the end of the text if it never does."""
    depth = 0
    for piece in _BRACES.finditer(text, at):
        depth += {"{": 1, "}": -1}.get(piece[0], 0)
        if depth <= 0 and piece[0] == "}":
            return piece.end()
    return len(text)


def csv_rows(file: RecordFile) -> tuple[list[str], Iterator[Row]]:
    """The header of a CSV file and its rows as lists of text. Raises `Unreadable` where there is no header."""
    reader = csv.reader(_text_lines(file))
    try:
        header = [name.strip() for name in next(reader, [])]
    except csv.Error as error:
        raise Unreadable(str(file.path), f"its first line is no CSV: {error}") from error
    if not header:
        raise Unreadable(str(file.path), file.damage or "it has no header")
    return header, _csv_rows_after(reader, len(header), file)


def _csv_rows_after(reader: Reader, width: int, file: RecordFile) -> Iterator[Row]:
    is_open = True
    while is_open:
        try:
            for row in reader:
                if len(row) == width:
                    yield reader.line_num, row
                elif row:
                    found = f"{len(row)} fields where the header has {width} columns"
                    yield reader.line_num, Refused(RefusedRow.WRONG_COLUMNS, found)
            is_open = False
        except csv.Error as error:
            yield reader.line_num, Refused(RefusedRow.WRONG_COLUMNS, str(error))
    if file.damage:
        yield reader.line_num + 1, Refused(RefusedRow.TRUNCATED_FILE, file.damage)


def _text_lines(file: RecordFile) -> Iterator[str]:
    is_first = True
    for block in file.line_blocks():
        yield from io.StringIO((block.removeprefix(_BOM) if is_first else block).decode(errors="replace"))
        is_first = False
