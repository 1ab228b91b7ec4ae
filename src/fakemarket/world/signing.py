"""Signatures as the exchange contract judges them: types 0, 1, 2 by recovery, type 3 by the wallet's nested check."""

from dataclasses import dataclass, field

import coincurve

from fakemarket.world.hashing import (
    CHAIN_ID,
    ORDER_TYPE,
    SignedFields,
    keccak,
    nested_digest,
    order_digest,
    struct_hash,
    unhex,
)
from fakemarket.world.wallets import proxy_wallet, safe_wallet

_SESSION_MAGIC = unhex("6492" * 16)
_TRAILER = ORDER_TYPE + len(ORDER_TYPE).to_bytes(2, "big")
_PLAIN, _COMPACT = 65, 64
_V_LOW, _V_HIGH = 27, 28


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletCode:
    """What a deployed deposit wallet knows: its owner and until when (Unix s) each session key may sign."""

    owner: str
    sessions: dict[str, int] = field(default_factory=dict)


def sign_digest(private_key: str, digest: bytes) -> bytes:
    """Give the 65 bytes r, s, v with v 27 or 28."""
    made = coincurve.PrivateKey(unhex(private_key)).sign_recoverable(digest, hasher=None)
    return made[:64] + bytes((made[64] + 27,))


def recover(digest: bytes, signature: bytes) -> str | None:
    """Give the address that made the signature (65 bytes, or 64 in compact form), or None."""
    if len(signature) == _COMPACT:
        high = signature[32] >> 7
        signature = signature[:32] + bytes((signature[32] & 0x7F,)) + signature[33:] + bytes((27 + high,))
    if len(signature) != _PLAIN or signature[64] not in (_V_LOW, _V_HIGH):
        return None
    try:
        public = coincurve.PublicKey.from_signature_and_message(
            signature[:64] + bytes((signature[64] - 27,)), digest, hasher=None
        )
    except ValueError:
        return None
    return "0x" + keccak(public.format(compressed=False)[1:])[12:].hex()


def order_is_signed(order: SignedFields, signature: str, domain: bytes, wallet: WalletCode | None, now_s: int) -> bool:
    """Say whether the contract of `domain` accepts the signature; `wallet` is the code at maker, if any."""
    try:
        raw = unhex(signature)
    except ValueError:
        return False
    maker, signer = order.maker.lower(), order.signer.lower()
    if order.signature_type == 3:  # noqa: PLR2004 the venue's own number of the wallet kind
        return maker == signer and wallet is not None and _wallet_accepts(order, raw, domain, wallet, now_s)
    if order.signature_type not in (0, 1, 2):
        return False
    expected = (signer, proxy_wallet(signer), safe_wallet(signer))[order.signature_type]
    return maker == expected and recover(order_digest(order, domain), raw) == signer


def _wallet_accepts(order: SignedFields, raw: bytes, domain: bytes, wallet: WalletCode, now_s: int) -> bool:
    signer, until_s = wallet.owner, now_s + 1
    if raw.endswith(_SESSION_MAGIC):
        unwrapped = _unwrap(raw[: -len(_SESSION_MAGIC)])
        if unwrapped is None:
            return False
        signer, raw = unwrapped
        until_s = wallet.sessions.get(signer, 0)
    contents = struct_hash(order)
    if until_s <= now_s or raw[_PLAIN:] != domain + contents + _TRAILER:
        return False
    return recover(nested_digest(contents, domain, order.maker, CHAIN_ID), raw[:_PLAIN]) == signer.lower()


def _unwrap(payload: bytes) -> tuple[str, bytes] | None:
    """Take a session key's wrapper apart: who signs, and what."""
    head = 128
    if len(payload) < head or any(payload[:12]):
        return None
    length = int.from_bytes(payload[96:128], "big")
    if len(payload) < head + length:
        return None
    return "0x" + payload[12:32].hex(), payload[head : head + length]


def sign_order(order: SignedFields, domain: bytes, private_key: str) -> str:
    """Sign as the official clients do, for whatever signature type the order names."""
    if order.signature_type != 3:  # noqa: PLR2004
        return "0x" + sign_digest(private_key, order_digest(order, domain)).hex()
    contents = struct_hash(order)
    inner = sign_digest(private_key, nested_digest(contents, domain, order.maker, CHAIN_ID))
    return "0x" + (inner + domain + contents + _TRAILER).hex()
