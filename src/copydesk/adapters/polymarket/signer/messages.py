"""What is said over the signer's socket: a length of four bytes, then one message.

There is a request for an order, one for log-in, and one for who is there. There is none for the key.
"""

from __future__ import annotations

import asyncio

import msgspec

LENGTH_BYTES, MESSAGE_MAX = 4, 16_384


class AskWho(msgspec.Struct, frozen=True, tag="who"):
    """Who is there."""


class AskOrder(msgspec.Struct, frozen=True, kw_only=True, tag="order"):
    """Sign an order on the exchange of this name. Numbers wider than 64 bits are decimal text."""

    exchange: str
    salt: int
    maker: str
    signer: str
    token_id: str
    maker_amount: int
    taker_amount: int
    side: int
    signature_type: int
    timestamp_ms: int
    metadata: bytes
    builder: bytes


class AskLogin(msgspec.Struct, frozen=True, tag="login"):
    """Sign the log-in of the key, for now."""

    nonce: int = 0


class Who(msgspec.Struct, frozen=True, tag="is"):
    """The key's address, and the wallet it signs for."""

    address: str
    wallet: str


class SignedOrder(msgspec.Struct, frozen=True, tag="signed"):
    """The order's hash, which is its id, and the signature."""

    order_hash: bytes
    signature: bytes


class LoggedIn(msgspec.Struct, frozen=True, tag="logged_in"):
    """The headers of a log-in request."""

    headers: dict[str, str]


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """Nothing was signed, for these reasons."""

    words: str


Request = AskWho | AskOrder | AskLogin
Answer = Who | SignedOrder | LoggedIn | Refused

encode = msgspec.msgpack.Encoder().encode
decode_request = msgspec.msgpack.Decoder(Request).decode
decode_answer = msgspec.msgpack.Decoder(Answer).decode


async def read(stream: asyncio.StreamReader) -> bytes | None:
    """The next message; None at the end, or for one that is longer than any of ours."""
    try:
        size = int.from_bytes(await stream.readexactly(LENGTH_BYTES), "big")
        return await stream.readexactly(size) if size <= MESSAGE_MAX else None
    except (asyncio.IncompleteReadError, ConnectionError):
        return None


def framed(message: Request | Answer) -> bytes:
    """A message as it is sent."""
    raw = encode(message)
    return len(raw).to_bytes(LENGTH_BYTES, "big") + raw
