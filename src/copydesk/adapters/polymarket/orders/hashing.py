"""Keccak-256 and the 32-byte words that the chain hashes."""

from __future__ import annotations

from functools import lru_cache

import sha3  # type: ignore[import-untyped]

from copydesk.domain.errors import BadInput

WORD = 32
ADDRESS_BYTES = 20


def keccak(data: bytes) -> bytes:
    """The Keccak-256 digest: the chain's, which is not SHA3-256."""
    digest: bytes = sha3.keccak_256(data).digest()
    return digest


def unhex(text: str) -> bytes:
    """Bytes from hex, with or without 0x."""
    return bytes.fromhex(text[2:] if text[:2] in {"0x", "0X"} else text)


def word(number: int) -> bytes:
    """A whole number as a word."""
    return number.to_bytes(WORD, "big")


@lru_cache(maxsize=4_096)
def address_word(address: str) -> bytes:
    """An address as a word. Raises `BadInput` for anything but 20 bytes."""
    return unhexed_address(address).rjust(WORD, b"\0")


def unhexed_address(address: str) -> bytes:
    """The 20 bytes of an address. Raises `BadInput` for anything else."""
    try:
        raw = unhex(address)
    except ValueError:
        raw = b""
    if len(raw) != ADDRESS_BYTES:
        raise BadInput("address", found=repr(address), allowed="0x and 40 hex digits")
    return raw


def checksummed(raw: bytes) -> str:
    """An address in mixed case, its case being a checksum (EIP-55)."""
    plain = raw.hex()
    marks = keccak(plain.encode()).hex()
    return "0x" + "".join(
        letter.upper() if int(mark, 16) >= 8 else letter  # noqa: PLR2004 - the half of a hex digit, by EIP-55
        for letter, mark in zip(plain, marks, strict=False)
    )
