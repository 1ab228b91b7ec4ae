"""A sieve of keys: it knows for certain that a key was never added, and is asked before the index on disk.

Almost every look-up is for something never seen, and costs the more the larger the index has grown. The sieve (a
Bloom filter over keys that are digests, so that their own bytes are the hash values) answers those from a few bits.
The four bits of a key are in one word of 64, so that one word is read and one is written. Each layer holds about ten
bits a key and, when it is full, lets about one in fifty unknown keys through to the index.
"""

from __future__ import annotations

from array import array
from struct import Struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PROBES = Struct("<I2H").unpack_from
_AT = 1
"""Where the digest begins in a key: after the letter of its kind."""
_KEY_BYTES = 17
_WORD_BITS = 64
_TWO_BITS = tuple((1 << (each & 63)) | (1 << (each >> 6)) for each in range(1 << 12))
"""Two bits of a word, for every twelve bits that say which."""
FIRST_BITS = 1 << 25
BITS_A_KEY = 10


class Sieve:
    """Keys that were added, in layers of which each is twice the one before; nothing is ever taken out."""

    def __init__(self, first_bits: int = FIRST_BITS) -> None:
        self._layers = [_layer(first_bits)]
        self._is_empty = True
        self._room = first_bits // BITS_A_KEY

    def add(self, keys: Iterable[bytes]) -> None:
        """Remember `keys`. One too short to hold a digest is never known to be absent, so it need not be."""
        words, mask = self._layers[-1]
        for key in keys:
            if len(key) < _KEY_BYTES:
                continue
            if not self._room:
                more = 2 * _WORD_BITS * len(words)
                self._layers.append(_layer(more))
                self._room = more // BITS_A_KEY
                words, mask = self._layers[-1]
            self._room -= 1
            self._is_empty = False
            place, two, other = _PROBES(key, _AT)
            words[place & mask] |= _TWO_BITS[two & 4095] | _TWO_BITS[other & 4095]

    def unsure(self, keys: Sequence[bytes]) -> list[bytes]:
        """Those of `keys` that are not certainly absent."""
        if self._is_empty and min(map(len, keys), default=_KEY_BYTES) >= _KEY_BYTES:
            return []
        return [key for key in keys if not self.is_absent(key)]

    def is_absent(self, key: bytes) -> bool:
        """Whether `key` was certainly never added."""
        if len(key) < _KEY_BYTES:
            return False
        place, two, other = _PROBES(key, _AT)
        bits = _TWO_BITS[two & 4095] | _TWO_BITS[other & 4095]
        for words, mask in self._layers:  # noqa: SIM110 - a generator costs as much as the rest
            if words[place & mask] & bits == bits:
                return False
        return True


def _layer(bits: int) -> tuple[array[int], int]:
    """The words of a layer, and the mask of a place in it."""
    words = array("Q", bytes(bits // 8))
    return words, len(words) - 1
