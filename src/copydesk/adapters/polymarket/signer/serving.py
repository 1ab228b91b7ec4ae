"""The signer's side: a Unix socket for one user, requests answered under the policy, and a process that leaks nothing.

The process opens no other socket, leaves no core, and may not be looked into by others of its user (T10).
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import resource
import socket
import struct
from typing import TYPE_CHECKING

import msgspec

from copydesk.adapters.polymarket.orders.login import login_headers
from copydesk.adapters.polymarket.orders.order import OrderSide, SignatureType, SignedFields, order_hash
from copydesk.adapters.polymarket.orders.signing import address_of, sign, sign_for_session
from copydesk.adapters.polymarket.signer.messages import (
    AskLogin,
    AskOrder,
    LoggedIn,
    Refused,
    SignedOrder,
    Who,
    decode_request,
    framed,
    read,
)
from copydesk.adapters.polymarket.signer.policy import Denied
from copydesk.domain.errors import BadInput, Unreadable

if TYPE_CHECKING:
    from pathlib import Path

    from coincurve import PrivateKey

    from copydesk.adapters.polymarket.signer.messages import Answer
    from copydesk.adapters.polymarket.signer.policy import Account, Policy
    from copydesk.ports import Clock

OWNER_ONLY = 0o177
SECOND_MS = 1_000
_SET_DUMPABLE, _PEER = 4, struct.Struct("3i")


class Signing:
    """A key under a policy."""

    def __init__(self, key: PrivateKey, account: Account, policy: Policy, clock: Clock) -> None:
        self._key, self._account, self._policy, self._clock = key, account, policy, clock

    def answer(self, raw: bytes) -> Answer:
        """What to say to one message. Whatever is in it, nothing else is signed."""
        try:
            request = decode_request(raw)
        except msgspec.MsgspecError:
            return Refused("a request this signer does not know")
        try:
            match request:
                case AskOrder():
                    return self._order(request)
                case AskLogin(nonce=nonce):
                    return LoggedIn(login_headers(self._key, self._clock.now() // SECOND_MS, nonce))
                case _:
                    return Who(address_of(self._key), self._account.wallet)
        except (Denied, BadInput, Unreadable) as refused:
            return Refused(str(refused))
        except (ValueError, OverflowError) as wrong:
            return Refused(f"fields that are no order: {wrong}")

    def _order(self, asked: AskOrder) -> SignedOrder:
        fields = SignedFields(
            asked.salt,
            asked.maker,
            asked.signer,
            int(asked.token_id),
            asked.maker_amount,
            asked.taker_amount,
            OrderSide(asked.side),
            SignatureType(asked.signature_type),
            asked.timestamp_ms,
            _word(asked.metadata),
            _word(asked.builder),
        )
        on = self._policy.admit(fields, asked.exchange, self._clock.now())
        signed = (sign_for_session if self._account.is_session else sign)(fields, on, self._key)
        return SignedOrder(order_hash(fields, on), signed)


async def serve(signing: Signing, path: Path, stop: asyncio.Event) -> None:
    """Answer at the socket `path` until `stop` is set. Raises `BadInput` if somebody else listens there."""
    listener = _listener(path)
    server = await asyncio.start_unix_server(lambda reader, writer: _talk(signing, reader, writer), sock=listener)
    try:
        await stop.wait()
    finally:
        server.close()
        path.unlink(missing_ok=True)


def close_the_process() -> None:
    """From now on no core is written, and others of this user cannot read our memory."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None, use_errno=True).prctl(_SET_DUMPABLE, 0, 0, 0, 0)


async def _talk(signing: Signing, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        if _peer(writer) == os.getuid():
            while (raw := await read(reader)) is not None:
                writer.write(framed(signing.answer(raw)))
                await writer.drain()
    except ConnectionError:
        return
    finally:
        writer.close()


def _peer(writer: asyncio.StreamWriter) -> int:
    """The user at the other end, as the kernel knows it (T13)."""
    connection: socket.socket = writer.get_extra_info("socket")
    _, uid, _ = _PEER.unpack(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size))
    return int(uid)


def _listener(path: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(OWNER_ONLY)
    try:
        listener.bind(str(path))
    except OSError as wrong:
        listener.close()
        raise BadInput(
            f"socket {path}",
            found=wrong.strerror or str(wrong),
            allowed="a name that is free, in a folder of yours",
            remedy="end the signer that listens there, or remove what it left behind",
        ) from wrong
    finally:
        os.umask(before)
    return listener


def _word(raw: bytes) -> bytes:
    if len(raw) != 32:  # noqa: PLR2004 - a word of the chain
        raise ValueError("metadata and builder have 32 bytes")
    return raw
