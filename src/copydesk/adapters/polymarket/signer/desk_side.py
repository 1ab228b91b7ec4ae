"""The desk's side of the signer: asks for signatures over a Unix socket and never sees a key."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

import msgspec

from copydesk.adapters.polymarket.signer.messages import (
    AskLogin,
    AskOrder,
    AskWho,
    LoggedIn,
    Refused,
    SignedOrder,
    Who,
    decode_answer,
    framed,
    read,
)
from copydesk.adapters.polymarket.signer.policy import Denied
from copydesk.domain.errors import Unreadable

if TYPE_CHECKING:
    from pathlib import Path

    from copydesk.adapters.polymarket.orders.order import Exchange, SignedFields
    from copydesk.adapters.polymarket.signer.messages import Answer, Request

PATIENCE_S = 2.0
_Answer = TypeVar("_Answer", bound=msgspec.Struct)


class SignerLost(Unreadable):
    """The signer did not answer: nothing is known to be signed, and asking again gives the same signature (F75)."""


class RemoteSigner:
    """One connection to a signer. Requests go one after the other; a lost connection is made again at the next."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._stream: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._turn = asyncio.Lock()

    async def who(self) -> Who:
        """Whose key the signer has. Raises `SignerLost`."""
        return await self._ask(AskWho(), Who)

    async def sign_order(self, fields: SignedFields, on: Exchange) -> SignedOrder:
        """The order's hash and signature. Raises `Denied` with the signer's reason, `SignerLost` if it is not there."""
        request = AskOrder(
            exchange=on.name,
            salt=fields.salt,
            maker=fields.maker,
            signer=fields.signer,
            token_id=str(fields.token_id),
            maker_amount=fields.maker_amount,
            taker_amount=fields.taker_amount,
            side=int(fields.side),
            signature_type=int(fields.signature_type),
            timestamp_ms=fields.timestamp_ms,
            metadata=fields.metadata,
            builder=fields.builder,
        )
        return await self._ask(request, SignedOrder)

    async def login_headers(self, nonce: int = 0) -> dict[str, str]:
        """The headers of a request that makes or derives API credentials. Raises as `sign_order`."""
        return (await self._ask(AskLogin(nonce), LoggedIn)).headers

    async def close(self) -> None:
        """Hang up."""
        if self._stream is not None:
            _, writer = self._stream
            self._stream = None
            writer.close()

    async def _ask(self, request: Request, kind: type[_Answer]) -> _Answer:
        async with self._turn:
            answer = await self._exchanged(request)
        if isinstance(answer, Refused):
            raise Denied(answer.words)
        if not isinstance(answer, kind):
            raise SignerLost(f"signer at {self._socket}", f"it answered {type(answer).__name__}")
        return answer

    async def _exchanged(self, request: Request) -> Answer:
        try:
            async with asyncio.timeout(PATIENCE_S):
                reader, writer = await self._connected()
                writer.write(framed(request))
                await writer.drain()
                raw = await read(reader)
            if raw is not None:
                answer: Answer = decode_answer(raw)
                return answer
            words = "it hung up"
        except (OSError, TimeoutError, msgspec.MsgspecError) as wrong:
            words = str(wrong) or type(wrong).__name__
        await self.close()
        raise SignerLost(f"signer at {self._socket}", f"{words}; is `copydesk signer run` running?")

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._stream is None:
            self._stream = await asyncio.open_unix_connection(str(self._socket))
        return self._stream
