"""A sieve of keys: it knows for certain that a key was never added, and is asked before the index on disk.

Almost every look-up is for something never seen, and costs the more the larger the index has grown. The sieve (a
Bloom filter over keys that are digests, so that their own bytes are the hash values) answers those from a few bits.
Each layer holds about ten bits a key and lets about one in a hundred unknown keys through to the index.
"""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PROBES = Struct("<4I").unpack_from
_AT = 1
"""Where the digest begins in a key: after the letter of its kind."""
_KEY_BYTES = 17
FIRST_BITS = 1 << 25
BITS_A_KEY = 10


class Sieve:
    """Keys that were added, in layers of which each is twice the one before; nothing is ever taken out."""

    def __init__(self, first_bits: int = FIRST_BITS) -> None:
        self._layers = [bytearray(first_bits // 8)]
        self._is_empty = True
        self._room = first_bits // BITS_A_KEY

    def add(self, keys: Iterable[bytes]) -> None:
        """Remember `keys`. One too short to hold a digest is never known to be absent, so it need not be."""
        for key in keys:
            if len(key) < _KEY_BYTES:
                continue
            if not self._room:
                self._layers.append(bytearray(2 * len(self._layers[-1])))
                self._room = 8 * len(self._layers[-1]) // BITS_A_KEY
            self._room -= 1
            self._is_empty = False
            bits = self._layers[-1]
            mask = 8 * len(bits) - 1
            for probe in _PROBES(key, _AT):
                place = probe & mask
                bits[place >> 3] |= 1 << (place & 7)

    def unsure(self, keys: Sequence[bytes]) -> list[bytes]:
        """Those of `keys` that are not certainly absent."""
        if self._is_empty and min(map(len, keys), default=_KEY_BYTES) >= _KEY_BYTES:
            return []
        return [key for key in keys if not self.is_absent(key)]

    def is_absent(self, key: bytes) -> bool:
        """Whether `key` was certainly never added."""
        if len(key) < _KEY_BYTES:
            return False
        first, second, third, fourth = _PROBES(key, _AT)
        for bits in self._layers:
            mask = 8 * len(bits) - 1
            a, b = first & mask, second & mask
            if not bits[a >> 3] >> (a & 7) & 1 or not bits[b >> 3] >> (b & 7) & 1:
                continue
            a, b = third & mask, fourth & mask
            if bits[a >> 3] >> (a & 7) & 1 and bits[b >> 3] >> (b & 7) & 1:
                return False
        return True
