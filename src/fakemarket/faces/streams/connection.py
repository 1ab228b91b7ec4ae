"""One websocket as the venue's end sees it: a reader, a writer behind a bounded queue, and three ways to end."""

import asyncio
import contextlib
from collections.abc import Callable

from aiohttp import WSMsgType, web

from fakemarket.faces.streams.outbox import FRAMES_MAX, Outbox

CLOSE_S = 5.0
GOING_AWAY = 1001
TRY_AGAIN_LATER = 1013


class Connection:
    """One client's socket.

    A consumer that lets the queue run full is closed with 1013, as the venue does. A deaf connection keeps its
    socket open, reads and answers nothing: what a half-open connection looks like from the other side.
    """

    def __init__(self, request: web.Request, name: str, frames_max: int = FRAMES_MAX) -> None:
        self.name = name
        self.deaf = False
        self._request = request
        self._socket = web.WebSocketResponse(autoping=False, compress=False, timeout=CLOSE_S)
        self._outbox = Outbox(frames_max)
        self._ending: asyncio.Task[None] | None = None

    @property
    def is_ending(self) -> bool:
        return self._ending is not None

    def send(self, frame: str) -> None:
        if self.deaf or self.is_ending:
            return
        if not self._outbox.put(frame):
            self.close(TRY_AGAIN_LATER, "slow consumer")

    def close(self, code: int, reason: str = "") -> None:
        """End with a close frame; what was queued is not sent any more."""
        if self._ending is None:
            self._outbox.clear()
            self._ending = asyncio.get_running_loop().create_task(self._close(code, reason))

    def hang_up(self) -> None:
        """End without a word: the client sees a lost connection."""
        self._outbox.clear()
        transport = self._request.transport
        if transport is not None:
            transport.abort()

    async def run(self, hear: Callable[[str], None], welcome: str | None = None) -> web.WebSocketResponse:
        """Serve the socket until either side ends it; `hear` gets every text frame."""
        await self._socket.prepare(self._request)
        if welcome is not None:
            self.send(welcome)
        writer = asyncio.get_running_loop().create_task(self._write())
        try:
            await self._read(hear)
        finally:
            writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await writer
            if self._ending is not None:
                await self._ending
        return self._socket

    async def _read(self, hear: Callable[[str], None]) -> None:
        async for message in self._socket:
            if self.deaf:
                continue
            if message.type is WSMsgType.TEXT:
                hear(message.data)
            elif message.type is WSMsgType.BINARY:
                hear(message.data.decode("utf-8", "replace"))
            elif message.type is WSMsgType.PING:
                await self._socket.pong(message.data)

    async def _write(self) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                await self._socket.send_str(await self._outbox.take())

    async def _close(self, code: int, reason: str) -> None:
        try:
            async with asyncio.timeout(CLOSE_S):
                await self._socket.close(code=code, message=reason.encode())
        except (TimeoutError, ConnectionError):
            self.hang_up()
