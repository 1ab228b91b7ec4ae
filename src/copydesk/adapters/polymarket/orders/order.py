"""The eleven signed fields of an order, the exchanges that take it, and its hash: the venue's id of the order.

Source of the type, the addresses and the versions: docs/venue.md, "Orders".
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from copydesk.adapters.polymarket.orders.hashing import address_word, keccak, word
from copydesk.adapters.polymarket.orders.typed_data import digest, domain_separator
from copydesk.domain.errors import BadInput

CHAIN_ID = 137
ORDER_TYPE = (
    b"Order(uint256 salt,address maker,address signer,uint256 tokenId,uint256 makerAmount,uint256 takerAmount,"
    b"uint8 side,uint8 signatureType,uint256 timestamp,bytes32 metadata,bytes32 builder)"
)
ORDER_TYPE_HASH = keccak(ORDER_TYPE)
NOTHING = bytes(32)
_V2_RESERVED = ((1 << 64) - 1) << 40


class SignatureType(IntEnum):
    """Which kind of wallet holds the funds."""

    EOA = 0
    PROXY = 1
    SAFE = 2
    DEPOSIT_WALLET = 3


class OrderSide(IntEnum):
    """The side as it is signed; in a request it is a word."""

    BUY = 0
    SELL = 1


class SignedFields(NamedTuple):
    """The fields of an order in the order in which they are signed; amounts in micros, `timestamp_ms` for uniqueness.

    A buy gives `maker_amount` of dollars for at least `taker_amount` of shares; a sell the other way round.
    """

    salt: int
    maker: str
    signer: str
    token_id: int
    maker_amount: int
    taker_amount: int
    side: OrderSide
    signature_type: SignatureType
    timestamp_ms: int
    metadata: bytes = NOTHING
    builder: bytes = NOTHING


class Exchange(NamedTuple):
    """One exchange contract, and the domain under which its orders are signed."""

    name: str
    version: str
    contract: str
    chain_id: int
    separator: bytes


def exchange(name: str, version: str, contract: str, chain_id: int = CHAIN_ID) -> Exchange:
    """An exchange with the separator of its domain worked out once."""
    domain = {
        "name": "Polymarket CTF Exchange",
        "version": version,
        "chainId": chain_id,
        "verifyingContract": contract,
    }
    return Exchange(name, version, contract, chain_id, domain_separator(domain))


STANDARD = exchange("standard", "2", "0xE111180000d2663C0091e4f400237545B87B996B")
NEG_RISK = exchange("neg-risk", "2", "0xe2222d279d744050d28e00520010520000310F59")
PROTOCOL_V2 = exchange("protocol v2", "3", "0xe3333700cA9d93003F00f0F71f8515005F6c00Aa")
EXCHANGES = (STANDARD, NEG_RISK, PROTOCOL_V2)


def is_protocol_v2(token_id: int) -> bool:
    """Whether a token is a position of protocol v2: its reserved bits are empty."""
    return not token_id & _V2_RESERVED


def exchange_for(token_id: int, *, is_neg_risk: bool, version: str | None = None) -> Exchange:
    """The exchange that settles a token. `version` is what the venue says of the market.

    Raises `BadInput` where that is another than what the token's own form says: nothing may then be signed.
    """
    of_version_two = NEG_RISK if is_neg_risk else STANDARD
    found = PROTOCOL_V2 if is_protocol_v2(token_id) else of_version_two
    if version is not None and version != found.version:
        raise BadInput(
            "order version of the market",
            found=version,
            allowed=f"{found.version}, for the {found.name} exchange",
            remedy="sign nothing and read the market's rules again; if it stays, this release is too old",
        )
    return found


def struct_hash(fields: SignedFields) -> bytes:
    """The hash of the fields, without a domain."""
    return keccak(
        b"".join(
            (
                ORDER_TYPE_HASH,
                word(fields.salt),
                address_word(fields.maker),
                address_word(fields.signer),
                word(fields.token_id),
                word(fields.maker_amount),
                word(fields.taker_amount),
                word(fields.side),
                word(fields.signature_type),
                word(fields.timestamp_ms),
                fields.metadata,
                fields.builder,
            )
        )
    )


def order_hash(fields: SignedFields, on: Exchange) -> bytes:
    """The order's id at the venue and on the chain, and what the wallets of types 0 to 2 sign."""
    return digest(on.separator, struct_hash(fields))
