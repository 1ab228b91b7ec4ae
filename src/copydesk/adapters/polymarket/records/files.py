"""Record files opened for reading: plain or gzipped, whole or cut short, a block at a time."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from copydesk.domain.errors import Unreadable

SUFFIXES = (".csv", ".json", ".jsonl")
LINE_MAX = 1 << 26
"""Bytes one line may have, and so one JSON list written in a single line: 64 MiB."""

_MAGIC = b"\x1f\x8b"
_GZIP = 16 + zlib.MAX_WBITS
_PACKED, _UNPACKED = 1 << 16, 1 << 18


def suffix_of(path: Path) -> str:
    """`.csv`, `.json` or `.jsonl`, whether the file is gzipped or not. Raises `Unreadable` for anything else."""
    name = path.name.lower().removesuffix(".gz")
    for suffix in SUFFIXES:
        if name.endswith(suffix):
            return suffix
    raise Unreadable(str(path), f"its name does not end in one of {', '.join(SUFFIXES)}, plain or with .gz")


def stem_of(path: Path) -> str:
    """The file's name without its folders and without `.csv`, `.json`, `.jsonl` and `.gz`."""
    return Path(path.name.removesuffix(".gz")).stem


class RecordFile:
    """One open file of records.

    A gzip that ends early or goes bad ends the blocks after the last whole line: `damage` then says what happened and
    `remainder` has what followed that line. `bytes_read` counts the file's own bytes, of `bytes_total`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.damage = ""
        self.remainder = b""
        self.bytes_read = 0
        self._file, self.bytes_total = _opened(path)
        try:
            self._first = self._packed_block()
            self._check(self._first)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def line_blocks(self) -> Iterator[bytes]:
        """Yield the unpacked file in blocks of whole lines, once. Only the last may lack its line feed."""
        held: list[bytes] = []
        held_bytes = 0
        for block in self._unpacked():
            cut = block.rfind(b"\n") + 1
            if cut:
                yield b"".join((*held, block[:cut]))
                held, held_bytes = [], 0
            held.append(block[cut:])
            held_bytes += len(block) - cut
            if held_bytes > LINE_MAX:
                raise Unreadable(str(self.path), f"a line of more than {LINE_MAX} bytes; write a list one row a line")
        rest = b"".join(held)
        if self.damage:
            self.remainder = rest
        elif rest:
            yield rest

    def _check(self, first: bytes) -> None:
        if not first:
            raise Unreadable(str(self.path), "it is empty")
        is_gzip = first.startswith(_MAGIC)
        if self.path.name.endswith(".gz") and not is_gzip:
            raise Unreadable(str(self.path), "its name says gzip, its content does not")
        if not is_gzip and b"\0" in first:
            raise Unreadable(str(self.path), "it is binary, not text")

    def _packed_block(self) -> bytes:
        try:
            block = self._file.read(_PACKED)
        except OSError as error:
            raise Unreadable(str(self.path), _words(error)) from error
        self.bytes_read += len(block)
        return block

    def _unpacked(self) -> Iterator[bytes]:
        if self._first.startswith(_MAGIC):
            yield from self._inflated()
            return
        block = self._first
        while block:
            yield block
            block = self._packed_block()

    def _inflated(self) -> Iterator[bytes]:
        """Unpack one gzip member after another; set `damage` where one cannot be, or ends before its end mark."""
        inflater, packed, is_between = zlib.decompressobj(_GZIP), self._first, False
        while packed:
            kept = inflater.copy()
            try:
                block = inflater.decompress(packed, _UNPACKED)
            except zlib.error as error:
                self.damage = f"the gzip is corrupt: {error}"
                yield from _before_error(kept, packed)
                return
            yield block
            packed = inflater.unconsumed_tail
            is_between = inflater.eof
            if is_between:
                packed, inflater = inflater.unused_data.lstrip(b"\0"), zlib.decompressobj(_GZIP)
            packed = packed or self._packed_block()
        if not is_between:
            self.damage = "the gzip ends before its end mark"


def _before_error(inflater: zlib._Decompress, packed: bytes) -> Iterator[bytes]:
    """Yield what can still be unpacked of a block that has an error in it, byte by byte up to the error."""
    for at in range(len(packed)):
        try:
            block = inflater.decompress(packed[at : at + 1])
        except zlib.error:
            return
        yield block


def _opened(path: Path) -> tuple[BinaryIO, int]:
    try:
        if path.is_dir():
            raise Unreadable(str(path), "it is a folder")
        return path.open("rb"), path.stat().st_size
    except OSError as error:
        raise Unreadable(str(path), _words(error)) from error


def _words(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
