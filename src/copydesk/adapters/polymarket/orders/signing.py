"""Signatures of orders for each kind of wallet, and what the exchange makes of a signature.

Types 0 to 2 sign the order's hash. A deposit wallet signs a `TypedDataSign` around the order, under the exchange's
domain (ERC-7739), and carries what the wallet needs to check it behind the 65 bytes; a session key's signature is that
once more in an envelope. Source: docs/venue.md, "Signatures".
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from coincurve import PrivateKey, PublicKey

from copydesk.adapters.polymarket.orders.hashing import WORD, address_word, checksummed, keccak, word
from copydesk.adapters.polymarket.orders.order import (
    ORDER_TYPE,
    SignatureType,
    order_hash,
    struct_hash,
)
from copydesk.adapters.polymarket.orders.typed_data import digest

if TYPE_CHECKING:
    from copydesk.adapters.polymarket.orders.order import Exchange, SignedFields

SIGNATURE_BYTES = 65
NESTED_TYPE_HASH = keccak(
    b"TypedDataSign(Order contents,string name,string version,uint256 chainId,address verifyingContract,bytes32 salt)"
    + ORDER_TYPE
)
SESSION_MAGIC = bytes.fromhex("6492" * 16)
_TRAILER = ORDER_TYPE + len(ORDER_TYPE).to_bytes(2, "big")
_NAME_AND_VERSION = keccak(b"DepositWallet") + keccak(b"1")
_NO_SALT = bytes(WORD)
_V_LEAST = 27


def address_of(key: PrivateKey) -> str:
    """The address of a key, with its checksum."""
    return _address(key.public_key)


def sign(fields: SignedFields, on: Exchange, key: PrivateKey) -> bytes:
    """The signature of the wallet's owner. The same fields and key give the same bytes (RFC 6979)."""
    if fields.signature_type is not SignatureType.DEPOSIT_WALLET:
        return sign_digest(order_hash(fields, on), key)
    contents = struct_hash(fields)
    return sign_digest(_nested_digest(fields, on, contents), key) + on.separator + contents + _TRAILER


def sign_for_session(fields: SignedFields, on: Exchange, key: PrivateKey) -> bytes:
    """The signature of a session key of a deposit wallet: the owner's form in an envelope that names the key."""
    inner = sign(fields, on, key)
    padded = inner + bytes(-len(inner) % WORD)
    return address_word(address_of(key)) + _NO_SALT + word(3 * WORD) + word(len(inner)) + padded + SESSION_MAGIC


def sign_digest(message: bytes, key: PrivateKey) -> bytes:
    """r, s and v (27 or 28) over 32 bytes."""
    raw: bytes = key.sign_recoverable(message, hasher=None)
    return raw[:64] + bytes((raw[64] + _V_LEAST,))


def signer_of(message: bytes, signature: bytes) -> str | None:
    """Whose signature over `message` this is, as the exchange reads it; None if it is nobody's.

    Beside r, s, v it takes the 64 bytes of EIP-2098, and either of the two values of s: an order has one hash, so
    neither lets it be filled twice.
    """
    if len(signature) == SIGNATURE_BYTES - 1:
        high = signature[32] >> 7
        signature = signature[:32] + bytes((signature[32] & 0x7F,)) + signature[33:] + bytes((_V_LEAST + high,))
    if len(signature) != SIGNATURE_BYTES or signature[64] - _V_LEAST not in {0, 1}:
        return None
    raw = signature[:64] + bytes((signature[64] - _V_LEAST,))
    try:
        return _address(PublicKey.from_signature_and_message(raw, message, hasher=None))
    except ValueError:
        return None


def owner_of_nested(fields: SignedFields, on: Exchange, signature: bytes) -> str | None:
    """Who signed for a deposit wallet; None if the parts behind the 65 bytes are not those of this very order."""
    contents = struct_hash(fields)
    if signature[SIGNATURE_BYTES:] != on.separator + contents + _TRAILER:
        return None
    return signer_of(_nested_digest(fields, on, contents), signature[:SIGNATURE_BYTES])


def opened(signature: bytes) -> tuple[str, bytes] | None:
    """The session key that an envelope names, and the signature in it; None if it is no envelope."""
    if not signature.endswith(SESSION_MAGIC):
        return None
    length = int.from_bytes(signature[3 * WORD : 4 * WORD], "big")
    inner = signature[4 * WORD : 4 * WORD + length]
    return checksummed(signature[12:WORD]), inner


def _nested_digest(fields: SignedFields, on: Exchange, contents: bytes) -> bytes:
    wallet = _wallet_words(fields.signer, on.chain_id)
    return digest(on.separator, keccak(NESTED_TYPE_HASH + contents + wallet))


@lru_cache(maxsize=4_096)
def _wallet_words(wallet: str, chain_id: int) -> bytes:
    """The domain of a deposit wallet, as the words of the struct around an order."""
    return _NAME_AND_VERSION + word(chain_id) + address_word(wallet) + _NO_SALT


def _address(key: PublicKey) -> str:
    return checksummed(keccak(key.format(compressed=False)[1:])[12:])
