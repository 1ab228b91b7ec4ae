"""Keccak, addresses and the EIP-712 digests of orders, of wrapped orders and of the log-in message."""

from functools import cache
from typing import Protocol

import coincurve
import sha3  # type: ignore[import-untyped]

from fakemarket.world.contracts import CHAIN_ID, CONTRACTS, SPENDERS

__all__ = ["CHAIN_ID", "CONTRACTS", "address_of", "checksum", "keccak", "order_digest", "order_hash"]

ORDER_TYPE = (
    b"Order(uint256 salt,address maker,address signer,uint256 tokenId,uint256 makerAmount,uint256 takerAmount,"
    b"uint8 side,uint8 signatureType,uint256 timestamp,bytes32 metadata,bytes32 builder)"
)
_SIDES = {"BUY": 0, "SELL": 1}
_LOGIN_SENTENCE = b"This message attests that I control the given wallet"


class SignedFields(Protocol):
    """The eleven fields of an order that its hash covers."""

    @property
    def salt(self) -> int: ...
    @property
    def maker(self) -> str: ...
    @property
    def signer(self) -> str: ...
    @property
    def token(self) -> str: ...
    @property
    def maker_amount(self) -> int: ...
    @property
    def taker_amount(self) -> int: ...
    @property
    def side(self) -> str: ...
    @property
    def signature_type(self) -> int: ...
    @property
    def timestamp_ms(self) -> int: ...
    @property
    def metadata(self) -> str: ...
    @property
    def builder(self) -> str: ...


def keccak(data: bytes) -> bytes:
    digest: bytes = sha3.keccak_256(data).digest()
    return digest


def word(value: int) -> bytes:
    return value.to_bytes(32, "big")


def unhex(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


def address_word(address: str) -> bytes:
    return unhex(address).rjust(32, b"\0")


ORDER_TYPEHASH = keccak(ORDER_TYPE)
_DOMAIN_TYPEHASH = keccak(b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")
_NESTED_TYPEHASH = keccak(
    b"TypedDataSign(Order contents,string name,string version,uint256 chainId,address verifyingContract,bytes32 salt)"
    + ORDER_TYPE
)
_WALLET_NAME = keccak(b"DepositWallet")
_WALLET_VERSION = keccak(b"1")


def checksum(address: str) -> str:
    """Write an address with the mixed case of EIP-55."""
    plain = address.removeprefix("0x").lower()
    marks = keccak(plain.encode()).hex()
    return "0x" + "".join(c.upper() if mark >= "8" else c for c, mark in zip(plain, marks, strict=False))


def address_of(private_key: str) -> str:
    public = coincurve.PrivateKey(unhex(private_key)).public_key.format(compressed=False)
    return "0x" + keccak(public[1:])[12:].hex()


@cache
def domain_separator(name: str, version: str, chain_id: int, contract: str) -> bytes:
    parts = (_DOMAIN_TYPEHASH, keccak(name.encode()), keccak(version.encode()), word(chain_id), address_word(contract))
    return keccak(b"".join(parts))


def exchange_domain(exchange: str, chain_id: int = CHAIN_ID) -> bytes:
    """Give the domain separator of "standard", "neg_risk" (both version 2) or "v3"."""
    version = "3" if exchange == "v3" else "2"
    return domain_separator("Polymarket CTF Exchange", version, chain_id, CONTRACTS[SPENDERS[exchange]])


def struct_hash(order: SignedFields) -> bytes:
    return keccak(
        b"".join(
            (
                ORDER_TYPEHASH,
                word(order.salt),
                address_word(order.maker),
                address_word(order.signer),
                word(int(order.token)),
                word(order.maker_amount),
                word(order.taker_amount),
                word(_SIDES[order.side]),
                word(order.signature_type),
                word(order.timestamp_ms),
                unhex(order.metadata).rjust(32, b"\0"),
                unhex(order.builder).rjust(32, b"\0"),
            )
        )
    )


def order_digest(order: SignedFields, domain: bytes) -> bytes:
    return keccak(b"\x19\x01" + domain + struct_hash(order))


def order_hash(order: SignedFields, exchange: str, chain_id: int = CHAIN_ID) -> str:
    """Give the order's id: its EIP-712 hash under the exchange that will settle it."""
    return "0x" + order_digest(order, exchange_domain(exchange, chain_id)).hex()


def nested_digest(contents: bytes, domain: bytes, wallet: str, chain_id: int = CHAIN_ID) -> bytes:
    """Give what the owner of a contract wallet signs: the order, wrapped as ERC-7739 asks."""
    inner = (_NESTED_TYPEHASH, contents, _WALLET_NAME, _WALLET_VERSION, word(chain_id), address_word(wallet), bytes(32))
    return keccak(b"\x19\x01" + domain + keccak(b"".join(inner)))


def login_digest(address: str, timestamp: str, nonce: int, chain_id: int = CHAIN_ID) -> bytes:
    """Give what the key signs to create or derive API credentials."""
    domain = keccak(
        keccak(b"EIP712Domain(string name,string version,uint256 chainId)")
        + keccak(b"ClobAuthDomain")
        + keccak(b"1")
        + word(chain_id)
    )
    message = keccak(
        keccak(b"ClobAuth(address address,string timestamp,uint256 nonce,string message)")
        + address_word(address)
        + keccak(timestamp.encode())
        + word(nonce)
        + keccak(_LOGIN_SENTENCE)
    )
    return keccak(b"\x19\x01" + domain + message)
