"""Where a key's wallets are: each is deployed by CREATE2, so its address follows from the owner's.

Source of the factories, the templates and the salts: docs/venue.md, "Wallets".
"""

from __future__ import annotations

from typing import NamedTuple

from copydesk.adapters.polymarket.orders.hashing import address_word, checksummed, keccak, unhex, unhexed_address

PROXY_FACTORY = "0xaB45c5A4B0c941a2F231C04C3f49182e1A254052"
PROXY_IMPLEMENTATION = "0x44e999d5c2F66Ef0861317f9A4805AC2e90aEB4f"
SAFE_FACTORY = "0xaacFeEa03eb1561C4e67d661e40682Bd20E3541b"
SAFE_INIT_CODE_HASH = unhex("2bce2127ff07fb632d16c8347c4ebf501f4841168bed00d9e6ef715ddb6fcecf")
DEPOSIT_FACTORY = "0x00000000000Fb5C9ADea0298D729A0CB3823Cc07"
DEPOSIT_IMPLEMENTATION = "0x58CA52ebe0DadfdF531Cde7062e76746de4Db1eB"
DEPOSIT_BEACON = "0x7A18EDfe055488A3128f01F563e5B479D92ffc3a"

_PROXY_HEAD, _PROXY_MIDDLE = (
    "3d3d606380380380913d393d73",
    "5af4602a57600080fd5b602d8060366000396000f3363d3d373d3d3d363d73",
)
_PROXY_TAIL = "5af43d82803e903d91602b57fd5bf352e831dd" + "00" * 31 + "20" + "00" * 32
_UUPS_PREFIX, _BEACON_PREFIX = 0x61003D3D8160233D3973, 0x6100523D8160233D3973
_UUPS_CODE = unhex(
    "60095155f3363d3d373d3d363d7f360894a13ba1a3210667"
    "c828492db98dca3e2076cc3735a920a3ca505d382bbc545a"
    "f43d6000803e6038573d6000fd5b3d6000f3"
)
_BEACON_CODE = unhex(
    "60195155f3363d3d373d3d363d602036600436635c60da1b"
    "60e01b36527fa3f0ad74e5423aebfd80d3ef4346578335a9"
    "a72aeaee59ff6cb3582b35133d50545afa5036515af43d60"
    "00803e604d573d6000fd5b3d6000f3"
)


class Wallets(NamedTuple):
    """Every wallet that could be an owner's; which of them exists only the chain can say."""

    proxy: str
    safe: str
    deposit: str
    """The deposit wallet of today's factory."""
    deposit_uups: str
    """The deposit wallet of before 2026-06-29."""


def wallets_of(owner: str) -> Wallets:
    """The wallets of the key at address `owner`."""
    arguments = address_word(DEPOSIT_FACTORY) + address_word(owner)
    salt = keccak(arguments)
    proxy_code = _PROXY_HEAD + PROXY_FACTORY[2:] + _PROXY_MIDDLE + PROXY_IMPLEMENTATION[2:] + _PROXY_TAIL
    uups = _clone_code(_UUPS_PREFIX, DEPOSIT_IMPLEMENTATION, _UUPS_CODE, arguments)
    beacon = _clone_code(_BEACON_PREFIX, DEPOSIT_BEACON, _BEACON_CODE, arguments)
    return Wallets(
        proxy=_create2(PROXY_FACTORY, keccak(unhexed_address(owner)), keccak(unhex(proxy_code))),
        safe=_create2(SAFE_FACTORY, keccak(address_word(owner)), SAFE_INIT_CODE_HASH),
        deposit=_create2(DEPOSIT_FACTORY, salt, keccak(beacon)),
        deposit_uups=_create2(DEPOSIT_FACTORY, salt, keccak(uups)),
    )


def _clone_code(prefix: int, target: str, code: bytes, arguments: bytes) -> bytes:
    """The init code of a clone with arguments behind it; their length is part of its first bytes."""
    head = (prefix + (len(arguments) << 56)).to_bytes(10, "big")
    return head + unhexed_address(target) + code + arguments


def _create2(factory: str, salt: bytes, code_hash: bytes) -> str:
    return checksummed(keccak(b"\xff" + unhexed_address(factory) + salt + code_hash)[12:])
