"""The addresses that the venue's factories give an owner: proxy, safe and deposit wallet, by CREATE2."""

from fakemarket.world.contracts import CONTRACTS, SAFE_INIT_CODE_HASH
from fakemarket.world.hashing import address_word, keccak, unhex

_UUPS_TAIL = unhex(
    "60095155f3363d3d373d3d363d7f360894a13ba1a3210667c828492db98dca3e2076"
    "cc3735a920a3ca505d382bbc545af43d"
    "6000803e6038573d6000fd5b3d6000f3"
)
_BEACON_TAIL = unhex(
    "60195155f3363d3d373d3d363d602036600436635c60da"
    "1b60e01b36527fa3f0ad74e5423aebfd"
    "80d3ef4346578335a9a72aeaee59ff6c"
    "b3582b35133d50545afa5036515af43d"
    "6000803e604d573d6000fd5b3d6000f3"
)
_UUPS_PREFIX = 0x61003D3D8160233D3973
_BEACON_PREFIX = 0x6100523D8160233D3973


def proxy_wallet(owner: str) -> str:
    factory, implementation = unhex(CONTRACTS["proxy_factory"]), unhex(CONTRACTS["proxy_implementation"])
    code = (
        unhex("3d3d606380380380913d393d73")
        + factory
        + unhex("5af4602a57600080fd5b602d8060366000396000f3363d3d373d3d3d363d73")
        + implementation
        + unhex("5af43d82803e903d91602b57fd5bf352e831dd")
        + (32).to_bytes(32, "big")
        + bytes(32)
    )
    return _create2(factory, keccak(unhex(owner)), keccak(code))


def safe_wallet(owner: str) -> str:
    return _create2(unhex(CONTRACTS["safe_factory"]), keccak(address_word(owner)), unhex(SAFE_INIT_CODE_HASH))


def beacon_wallet(owner: str) -> str:
    """Give the deposit wallet of owners who came after 2026-06-29."""
    return _deposit(owner, _BEACON_PREFIX, CONTRACTS["deposit_wallet_beacon"], _BEACON_TAIL)


def uups_wallet(owner: str) -> str:
    """Give the deposit wallet of owners who came before 2026-06-29."""
    return _deposit(owner, _UUPS_PREFIX, CONTRACTS["deposit_wallet_implementation"], _UUPS_TAIL)


def _deposit(owner: str, prefix: int, target: str, tail: bytes) -> str:
    factory = CONTRACTS["deposit_wallet_factory"]
    arguments = address_word(factory) + address_word(owner)
    head = (prefix + (len(arguments) << 56)).to_bytes(10, "big")
    return _create2(unhex(factory), keccak(arguments), keccak(head + unhex(target) + tail + arguments))


def _create2(factory: bytes, salt: bytes, code_hash: bytes) -> str:
    return "0x" + keccak(b"\xff" + factory + salt + code_hash)[12:].hex()
