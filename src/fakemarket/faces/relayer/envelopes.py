"""The three envelopes of the relayer, read into calls and the digest that the owner must have signed.

A deposit wallet signs a batch under its own domain. A Safe signs one call, or the multisend contract's list of calls,
as a message over the hash of its transaction. A proxy signs a message over what the relay hub hashes: the factory call
with its list, the gas and the relay.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fakemarket.faces.relayer.calls import SELECTOR, WORD, Call, CallError
from fakemarket.world.contracts import CONTRACTS
from fakemarket.world.hashing import keccak, unhex, word

METADATA_MAX: Final = 500
CALL_TYPE: Final = b"Call(address target,uint256 value,bytes data)"
BATCH_TYPE: Final = b"Batch(address wallet,uint256 nonce,uint256 deadline,Call[] calls)" + CALL_TYPE
DOMAIN_TYPE: Final = b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
SAFE_DOMAIN_TYPE: Final = b"EIP712Domain(uint256 chainId,address verifyingContract)"
SAFE_TYPE: Final = (
    b"SafeTx(address to,uint256 value,bytes data,uint8 operation,uint256 safeTxGas,uint256 baseGas,"
    b"uint256 gasPrice,address gasToken,address refundReceiver,uint256 nonce)"
)
MULTISEND: Final = unhex("8d80ff0a")
PROXY_CALLS: Final = unhex("34ee9791")
MESSAGE: Final = b"\x19Ethereum Signed Message:\n32"
SAFE_V_SHIFT: Final = 4
_V_PLAIN_MAX: Final = 28
_ADDRESS: Final = 20
_DELEGATED: Final = "1"


class EnvelopeError(ValueError):
    """A body that is no envelope of its kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What is to be done by which wallet, under which nonce, and who would have had to sign what."""

    wallet: str
    nonce: int
    calls: list[Call]
    digest: bytes
    signature: bytes
    deadline_s: int | None = None


def read_envelope(body: Mapping[str, object], wallet: str, chain_id: int) -> Envelope:
    """Read a body by its type; raises EnvelopeError."""
    if len(str(body.get("metadata", ""))) > METADATA_MAX:
        raise EnvelopeError(f"metadata must be at most {METADATA_MAX} characters")
    try:
        match body["type"]:
            case "WALLET":
                return _batch(body, wallet, chain_id)
            case "SAFE":
                return _safe(body, wallet, chain_id)
            case _:
                return _proxy(body)
    except (KeyError, TypeError, ValueError, CallError) as error:
        raise EnvelopeError(f"invalid request: {error}") from error


# --- deposit wallets -------------------------------------------------------------------------------------------------


def batch_digest(wallet: str, nonce: int, deadline: int, calls: list[Call], chain_id: int) -> bytes:
    """Give what the owner signs: the batch under the domain of his own wallet."""
    padded = unhex(wallet).rjust(WORD, b"\0")
    domain = keccak(keccak(DOMAIN_TYPE) + keccak(b"DepositWallet") + keccak(b"1") + word(chain_id) + padded)
    hashes = b"".join(
        keccak(keccak(CALL_TYPE) + unhex(call.target).rjust(WORD, b"\0") + word(call.value) + keccak(call.data))
        for call in calls
    )
    contents = keccak(keccak(BATCH_TYPE) + padded + word(nonce) + word(deadline) + keccak(hashes))
    return keccak(b"\x19\x01" + domain + contents)


def _batch(body: Mapping[str, object], wallet: str, chain_id: int) -> Envelope:
    inner = body["depositWalletParams"]
    if not isinstance(inner, dict):
        raise TypeError("depositWalletParams must be an object")
    _addressed_to(body, "deposit_wallet_factory")
    deadline, nonce = int(inner["deadline"]), int(str(body["nonce"]))
    calls = [
        Call(target=str(call["target"]), value=int(call["value"]), data=unhex(str(call["data"])))
        for call in inner["calls"]
    ]
    return Envelope(
        wallet=str(inner["depositWallet"]).lower(),
        nonce=nonce,
        calls=calls,
        digest=batch_digest(wallet, nonce, deadline, calls, chain_id),
        signature=unhex(str(body["signature"])),
        deadline_s=deadline,
    )


# --- safes -----------------------------------------------------------------------------------------------------------


def safe_digest(wallet: str, call: Call, operation: int, nonce: int, chain_id: int) -> bytes:
    """Give what the owner's key signs: a message over the hash of the Safe's transaction, gas all nought."""
    domain = keccak(keccak(SAFE_DOMAIN_TYPE) + word(chain_id) + unhex(wallet).rjust(WORD, b"\0"))
    fields = unhex(call.target).rjust(WORD, b"\0") + word(call.value) + keccak(call.data) + word(operation)
    contents = keccak(keccak(SAFE_TYPE) + fields + bytes(5 * WORD) + word(nonce))
    return keccak(MESSAGE + keccak(b"\x19\x01" + domain + contents))


def _safe(body: Mapping[str, object], wallet: str, chain_id: int) -> Envelope:
    params, nonce = body["signatureParams"], int(str(body["nonce"]))
    if not isinstance(params, dict):
        raise TypeError("signatureParams must be an object")
    call = Call(target=str(body["to"]).lower(), value=int(str(body.get("value", "0"))), data=unhex(str(body["data"])))
    is_list = params["operation"] == _DELEGATED
    if is_list and call.target != CONTRACTS["safe_multisend"].lower():
        raise ValueError("a Safe delegates to the multisend contract alone")
    signature = unhex(str(body["signature"]))
    if signature[-1] <= _V_PLAIN_MAX:
        raise ValueError("a Safe takes a signature of a message, with v 31 or 32")
    return Envelope(
        wallet=str(body["proxyWallet"]).lower(),
        nonce=nonce,
        calls=_sent_together(call.data) if is_list else [call],
        digest=safe_digest(wallet, call, int(is_list), nonce, chain_id),
        signature=signature[:-1] + bytes((signature[-1] - SAFE_V_SHIFT,)),
    )


def _sent_together(data: bytes) -> list[Call]:
    """Unpack the multisend's list: operation, target, value, length and data, one after the other."""
    if data[:SELECTOR] != MULTISEND:
        raise ValueError("not a call of multiSend")
    length = int.from_bytes(data[SELECTOR + WORD : SELECTOR + 2 * WORD], "big")
    packed, calls = data[SELECTOR + 2 * WORD :][:length], []
    while packed:
        target, rest = packed[1 : 1 + _ADDRESS], packed[1 + _ADDRESS :]
        size = int.from_bytes(rest[WORD : 2 * WORD], "big")
        value = int.from_bytes(rest[:WORD], "big")
        calls.append(Call(target="0x" + target.hex(), value=value, data=rest[2 * WORD : 2 * WORD + size]))
        packed = rest[2 * WORD + size :]
    return calls


# --- proxies ---------------------------------------------------------------------------------------------------------


def proxy_digest(body: Mapping[str, object], params: Mapping[str, object]) -> bytes:
    """Give what the owner's key signs: a message over what the relay hub hashes."""
    numbers = (params["relayerFee"], params["gasPrice"], params["gasLimit"], body["nonce"])
    return keccak(
        MESSAGE
        + keccak(
            b"rlx:"
            + unhex(str(body["from"]))
            + unhex(str(body["to"]))
            + unhex(str(body["data"]))
            + b"".join(word(int(str(number))) for number in numbers)
            + unhex(str(params["relayHub"]))
            + unhex(str(params["relay"]))
        )
    )


def _proxy(body: Mapping[str, object]) -> Envelope:
    params = body["signatureParams"]
    if not isinstance(params, dict):
        raise TypeError("signatureParams must be an object")
    _addressed_to(body, "proxy_factory")
    if str(params["relayHub"]).lower() != CONTRACTS["relay_hub"].lower():
        raise ValueError("another relay hub")
    return Envelope(
        wallet=str(body["proxyWallet"]).lower(),
        nonce=int(str(body["nonce"])),
        calls=_proxied(unhex(str(body["data"]))),
        digest=proxy_digest(body, params),
        signature=unhex(str(body["signature"])),
    )


def _proxied(data: bytes) -> list[Call]:
    """Unpack `proxy((uint8,address,uint256,bytes)[])`: a list of offsets to tuples with bytes of their own."""
    if data[:SELECTOR] != PROXY_CALLS:
        raise ValueError("not a call of proxy")
    body = data[SELECTOR:]
    start = _number(body, 0) + WORD
    calls = []
    for place in range(_number(body, start - WORD)):
        at = start + _number(body, start + place * WORD)
        inner = at + _number(body, at + 3 * WORD)
        size = _number(body, inner)
        target = "0x" + body[at + WORD : at + 2 * WORD][-_ADDRESS:].hex()
        calls.append(
            Call(target=target, value=_number(body, at + 2 * WORD), data=body[inner + WORD : inner + WORD + size])
        )
    return calls


def _number(data: bytes, at: int) -> int:
    found = data[at : at + WORD]
    if len(found) != WORD:
        raise ValueError("the data ends too early")
    return int.from_bytes(found, "big")


def _addressed_to(body: Mapping[str, object], contract: str) -> None:
    if str(body["to"]).lower() != CONTRACTS[contract].lower():
        raise ValueError(f"to must be {CONTRACTS[contract]}")
