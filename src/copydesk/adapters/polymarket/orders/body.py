"""The body of a request that places an order: written once, signed and sent as the same bytes."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from copydesk.domain.errors import BadInput

if TYPE_CHECKING:
    from copydesk.adapters.polymarket.orders.order import SignedFields

SALT_MAX = (1 << 53) - 1
"""The salt is a JSON number, and readers that keep numbers as doubles must keep it whole."""


class OrderType(StrEnum):
    """How long an order lives: cancelled unless filled at once, in part (FAK) or whole (FOK), or resting (GTC, GTD)."""

    FAK = "FAK"
    FOK = "FOK"
    GTC = "GTC"
    GTD = "GTD"


BATCH_MAX = 15
RESTING = frozenset({OrderType.GTC, OrderType.GTD})


class Terms(NamedTuple):
    """What is asked of the venue beside the signed fields. `expires_at_s` is for GTD only, else 0."""

    order_type: OrderType = OrderType.FAK
    expires_at_s: int = 0
    is_post_only: bool = False


def order_body(fields: SignedFields, signature: bytes, owner: str, terms: Terms) -> bytes:
    """One order as the venue's `POST /order` takes it, without spaces. `owner` is the id of the API credentials.

    Raises `BadInput` for terms that contradict each other and for a salt that JSON would round.
    """
    _check(fields, terms)
    post_only = ',"postOnly":true' if terms.is_post_only else ""
    return (
        f'{{"deferExec":false,"order":{{"builder":"0x{fields.builder.hex()}","expiration":"{terms.expires_at_s}",'
        f'"maker":"{fields.maker}","makerAmount":"{fields.maker_amount}","metadata":"0x{fields.metadata.hex()}",'
        f'"salt":{fields.salt},"side":"{fields.side.name}","signature":"0x{signature.hex()}",'
        f'"signatureType":{fields.signature_type.value},"signer":"{fields.signer}",'
        f'"takerAmount":"{fields.taker_amount}","timestamp":"{fields.timestamp_ms}","tokenId":"{fields.token_id}"}},'
        f'"orderType":"{terms.order_type.value}","owner":"{owner}"{post_only}}}'
    ).encode()


def batch_body(orders: list[bytes]) -> bytes:
    """Several bodies as the venue's `POST /orders` takes them, in their order."""
    if not 1 <= len(orders) <= BATCH_MAX:
        raise BadInput("batch of orders", found=str(len(orders)), allowed=f"1 to {BATCH_MAX}")
    return b"[" + b",".join(orders) + b"]"


def _check(fields: SignedFields, terms: Terms) -> None:
    if fields.salt > SALT_MAX:
        raise BadInput("salt", found=str(fields.salt), allowed=f"at most {SALT_MAX}")
    is_resting = terms.order_type in RESTING
    if terms.is_post_only and not is_resting:
        raise BadInput("post-only order", found=terms.order_type, allowed="GTC or GTD")
    if (terms.order_type is OrderType.GTD) != bool(terms.expires_at_s):
        raise BadInput(
            "expiration", found=f"{terms.expires_at_s} on {terms.order_type}", allowed="a time on GTD, 0 on all others"
        )
