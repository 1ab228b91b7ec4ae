"""EIP-712 for any flat or nested struct: what an order's own encoder is checked against, and log-in is hashed with."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from copydesk.adapters.polymarket.orders.hashing import WORD, address_word, keccak, unhex, word
from copydesk.domain.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Fields = Sequence[Mapping[str, str]]
    Types = Mapping[str, Fields]

DOMAIN = "EIP712Domain"
_DOMAIN_TYPES = {
    "name": "string",
    "version": "string",
    "chainId": "uint256",
    "verifyingContract": "address",
    "salt": "bytes32",
}


def digest(separator: bytes, struct: bytes) -> bytes:
    """What is signed: the domain's separator and the struct's hash, under EIP-712's prefix."""
    return keccak(b"\x19\x01" + separator + struct)


def domain_separator(domain: Mapping[str, object]) -> bytes:
    """The hash of a domain over those of its fields that are given, in the order of EIP-712."""
    fields = [{"name": name, "type": kind} for name, kind in _DOMAIN_TYPES.items() if name in domain]
    return struct_hash({DOMAIN: fields}, DOMAIN, domain)


def struct_hash(types: Types, name: str, values: Mapping[str, object]) -> bytes:
    """The hash of the struct `name`. Raises `BadInput` for a field that is missing or does not fit its type."""
    words = [keccak(type_text(types, name).encode())]
    for field in types[name]:
        if field["name"] not in values:
            raise BadInput(f"{name}.{field['name']}", found="nothing", allowed=field["type"])
        words.append(_encoded(types, field["type"], values[field["name"]]))
    return keccak(b"".join(words))


def type_text(types: Types, name: str) -> str:
    """The struct and, sorted behind it, every struct it uses, as EIP-712 writes them."""
    used: set[str] = set()
    _collect(types, name, used)
    return "".join(_one(types, each) for each in (name, *sorted(used - {name})))


def _collect(types: Types, name: str, used: set[str]) -> None:
    if name in used:
        return
    used.add(name)
    for field in types[name]:
        if field["type"] in types:
            _collect(types, field["type"], used)


def _one(types: Types, name: str) -> str:
    fields = ",".join(" ".join((field["type"], field["name"])) for field in types[name])
    return f"{name}({fields})"


def _encoded(types: Types, kind: str, value: object) -> bytes:
    if kind in types:
        return struct_hash(types, kind, cast("Mapping[str, object]", value))
    try:
        return _word_of(kind, value)
    except (ValueError, OverflowError, TypeError, AttributeError) as wrong:
        raise BadInput(f"a value of type {kind}", found=repr(value), allowed=f"what fits {kind}") from wrong


def _word_of(kind: str, value: object) -> bytes:
    match kind:
        case "string":
            return keccak(cast("str", value).encode())
        case "bytes":
            return keccak(unhex(cast("str", value)))
        case "address":
            return address_word(cast("str", value))
        case "bytes32":
            raw = unhex(cast("str", value))
            return raw.rjust(WORD, b"\0") if len(raw) == WORD else _refuse(kind)
        case _ if kind.startswith("uint"):
            number = int(cast("str", value))
            return word(number) if number < 1 << int(kind[4:] or 256) else _refuse(kind)
        case _:
            return _refuse(kind)


def _refuse(kind: str) -> bytes:
    raise ValueError(kind)
