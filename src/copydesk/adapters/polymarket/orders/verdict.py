"""What the exchange contract makes of an order and its signature, as far as the two alone decide it.

What only the chain knows is left out: whether a user has paused, a session key is authorised, an order is filled or
approved beforehand. Source: the exchange's `validateOrderSignature` and `validateOrder`; docs/venue.md, "Signatures".
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from copydesk.adapters.polymarket.orders.order import SignatureType, order_hash
from copydesk.adapters.polymarket.orders.signing import opened, owner_of_nested, signer_of
from copydesk.adapters.polymarket.orders.wallets import wallets_of

if TYPE_CHECKING:
    from copydesk.adapters.polymarket.orders.order import Exchange, SignedFields


class Refusal(StrEnum):
    """The errors of the contract."""

    SIGNATURE = "InvalidSignature()"
    ZERO_MAKER_AMOUNT = "ZeroMakerAmount()"


def signature_refused(fields: SignedFields, signature: bytes, on: Exchange) -> Refusal | None:
    """Why the exchange would refuse the signature; None if it would not."""
    is_right = _nested_is_right if fields.signature_type is SignatureType.DEPOSIT_WALLET else _plain_is_right
    return None if is_right(fields, signature, on) else Refusal.SIGNATURE


def order_refused(fields: SignedFields, signature: bytes, on: Exchange) -> Refusal | None:
    """Why the exchange would refuse the order; None if it would not."""
    return signature_refused(fields, signature, on) or (None if fields.maker_amount else Refusal.ZERO_MAKER_AMOUNT)


def _plain_is_right(fields: SignedFields, signature: bytes, on: Exchange) -> bool:
    signer = signer_of(order_hash(fields, on), signature)
    return signer is not None and _same(signer, fields.signer) and _same(fields.maker, _wallet_of(fields))


def _wallet_of(fields: SignedFields) -> str:
    """The only maker that the contract takes from this signer."""
    match fields.signature_type:
        case SignatureType.PROXY:
            return wallets_of(fields.signer).proxy
        case SignatureType.SAFE:
            return wallets_of(fields.signer).safe
        case _:
            return fields.signer


def _nested_is_right(fields: SignedFields, signature: bytes, on: Exchange) -> bool:
    if not _same(fields.signer, fields.maker):
        return False
    envelope = opened(signature)
    if envelope is not None:
        key, inner = envelope
        signer = owner_of_nested(fields, on, inner)
        return signer is not None and _same(signer, key)
    owner = owner_of_nested(fields, on, signature)
    if owner is None:
        return False
    own = wallets_of(owner)
    return _same(fields.maker, own.deposit) or _same(fields.maker, own.deposit_uups)


def _same(one: str, other: str) -> bool:
    return one.lower() == other.lower()
