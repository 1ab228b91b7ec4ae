"""A websocket of the venue that is never given up: watched for data, resubscribed, connected anew, rested."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

import msgspec
from aiohttp import ClientError, ClientSession, ClientWebSocketResponse, ClientWSTimeout, WSMsgType

from copydesk.adapters.polymarket.live.retries import Retries, RetryPlan
from copydesk.domain.errors import CopydeskError
from copydesk.domain.health import FeedState

if TYPE_CHECKING:
    from copydesk.domain.ids import TimeMs
    from copydesk.ports import Dice, LiveClock

Send = Callable[[str], Awaitable[None]]
"""Sends one text frame; raises if the connection is no more, which `LiveSocket` takes as its end."""
OnOpen = Callable[[Send], Awaitable[None]]
OnFrame = Callable[[bytes], bool]
"""Takes one frame, text or binary, as bytes; says whether it was data. Called in the reading loop: must be cheap."""
_Socket = ClientWebSocketResponse[bool]

_OPEN_S: Final = 10.0
_SEND_S: Final = 5.0
_CLOSE_S: Final = 0.5
_FRAME_MAX: Final = 16 * 1024 * 1024
_LOOKS: Final = 8
_LOOK_MAX_MS: Final = 1_000
_WORDS_MAX: Final = 120


class SocketPlan(msgspec.Struct, frozen=True, kw_only=True):
    """When to ping, what counts as silence, what to do then. Milliseconds of the clock; 0 switches off.

    Liveness is data arriving: an answered ping is none. After `silent_after_ms` without data, what is sent at the
    opening is sent again on the same connection, if it answers pings; `resubscribed_for_ms` later, still without data,
    it is given up for a new one.
    """

    ping_every_ms: int
    silent_after_ms: int
    resubscribed_for_ms: int
    ping_text: str = "PING"
    retry: RetryPlan = RetryPlan()


class _Ended(CopydeskError):
    """One connection is of no use any more; the words say why."""


_TROUBLE: Final = (ClientError, OSError, _Ended)


class LiveSocket:
    """One address that is listened to for ever, over one connection at a time.

    Frames are handed over in the order they came. While they are being taken none is read: a consumer that is too slow
    makes the venue wait, and then close, which counts as a failure like any other.
    """

    def __init__(self, url: str, clock: LiveClock, dice: Dice, name: str, plan: SocketPlan) -> None:
        self.name = name
        self.reconnects = 0
        self.gaps = 0
        """How often data stopped after it had come: one for each silence or loss until data comes again."""
        self._url, self._clock, self._plan = url, clock, plan
        self._retries = Retries(plan.retry, dice)
        self._socket: _Socket | None = None
        self._state = FeedState.CONNECTING
        self._words = "not connected yet"
        self._farewell = ""
        self._opened = 0
        self._data, self._data_looked = 0, 0
        self._others, self._others_looked = 0, 0
        self._data_at_ms = self._answered_at_ms = 0
        self._last_data_at: TimeMs | None = None

    @property
    def state(self) -> FeedState:
        """What the socket is doing now: LIVE from the first data of a connection on."""
        self._look()
        return self._state

    @property
    def words(self) -> str:
        """What is wrong, empty if nothing is."""
        self._look()
        return self._words

    @property
    def last_data_at(self) -> TimeMs | None:
        """When data last came, to within a second."""
        self._look()
        return self._last_data_at

    @property
    def frames(self) -> int:
        """How many frames came, data or not."""
        return self._data + self._others

    @property
    def data_frames(self) -> int:
        """How many of them were data."""
        return self._data

    async def run(self, on_open: OnOpen, on_frame: OnFrame) -> None:
        """Listen until cancelled. `on_open` subscribes; it is called at each opening and to resubscribe.

        Nothing the venue does is raised; what `on_frame` raises is, in a group.
        """
        async with ClientSession() as http:
            while True:
                try:
                    await self._attend(http, on_open, on_frame)
                except* _TROUBLE as trouble:
                    self._lost(_first_words(trouble))
                await self._rest()

    async def send(self, text: str) -> bool:
        """Send on the open connection. False if there is none, or it failed: `on_open` will have to say it anew."""
        if self._socket is None:
            return False
        try:
            await self._send(text)
        except _TROUBLE:
            return False
        return True

    async def reconnect(self, why: str) -> None:
        """Give up the open connection for a new one, if there is one: its user knows that it is not what it should."""
        if self._socket is not None:
            self._farewell = why
            await self._socket.close()

    async def _attend(self, http: ClientSession, on_open: OnOpen, on_frame: OnFrame) -> None:
        """Open one connection and read it to its end, which is raised."""
        async with asyncio.timeout(_OPEN_S):
            socket = await http.ws_connect(
                self._url, timeout=ClientWSTimeout(ws_close=_CLOSE_S), max_msg_size=_FRAME_MAX, decode_text=False
            )
        self._begin(socket)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._ping())
                group.create_task(self._watch(on_open))
                await on_open(self._send)
                await self._read(socket, on_frame)
        finally:
            self._socket = None
            await socket.close()

    def _begin(self, socket: _Socket) -> None:
        self.reconnects += self._opened > 0
        self._opened += 1
        self._socket = socket
        self._state, self._words = FeedState.CONNECTING, "connected; no data yet"
        self._data_at_ms = self._answered_at_ms = self._clock.elapsed_ms()
        self._farewell = ""

    async def _read(self, socket: _Socket, on_frame: OnFrame) -> None:
        receive = socket.receive
        while True:
            kind, frame, _ = await receive()
            if kind is not WSMsgType.TEXT and kind is not WSMsgType.BINARY:
                raise _Ended(self._farewell or f"closed by the venue, code {socket.close_code}")
            if on_frame(frame):
                self._data += 1
            else:
                self._others += 1

    async def _send(self, text: str) -> None:
        socket = self._socket
        if socket is None:
            raise _Ended("not connected")
        async with asyncio.timeout(_SEND_S):
            await socket.send_str(text)

    async def _ping(self) -> None:
        while self._plan.ping_every_ms:
            await self._clock.sleep(self._plan.ping_every_ms)
            await self._send(self._plan.ping_text)

    async def _watch(self, on_open: OnOpen) -> None:
        """Look for data now and then; raise when there is none for too long."""
        plan = self._plan
        is_resubscribed = False
        while plan.silent_after_ms:
            await self._clock.sleep(max(1, min(plan.silent_after_ms // _LOOKS, _LOOK_MAX_MS)))
            if self._look():
                is_resubscribed = False
                continue
            silent_ms = self._clock.elapsed_ms() - self._data_at_ms
            if silent_ms >= plan.silent_after_ms + plan.resubscribed_for_ms * is_resubscribed:
                self._fall_silent(silent_ms)
                if is_resubscribed or not plan.resubscribed_for_ms or not self._answers():
                    raise _Ended(self._words)
                await on_open(self._send)
                is_resubscribed = True

    def _look(self) -> bool:
        """Say whether data came since the last look, and note what follows from it and from what else came."""
        if self._others != self._others_looked:
            self._others_looked, self._answered_at_ms = self._others, self._clock.elapsed_ms()
        if self._data == self._data_looked:
            return False
        self._data_looked = self._data
        self._data_at_ms, self._last_data_at = self._clock.elapsed_ms(), self._clock.now()
        self._state, self._words = FeedState.LIVE, ""
        self._retries.succeeded()
        return True

    def _answers(self) -> bool:
        """Say whether pings were answered lately: a connection that is dead need not be asked again."""
        unanswered_ms = self._clock.elapsed_ms() - self._answered_at_ms
        return not self._plan.ping_every_ms or unanswered_ms < 2 * self._plan.ping_every_ms

    def _fall_silent(self, silent_ms: int) -> None:
        self.gaps += self._state is FeedState.LIVE
        self._state = FeedState.SILENT
        self._words = f"no data for {silent_ms // 1000} s" + ("" if self._answers() else ", and no answer to a ping")

    def _lost(self, words: str) -> None:
        self._look()
        self.gaps += self._state is FeedState.LIVE
        self._state, self._words = FeedState.CONNECTING, words

    async def _rest(self) -> None:
        """Wait before the next try: a moment, or long if too much failed."""
        wait_ms = self._retries.wait_ms(self._clock.elapsed_ms())
        if off_ms := self._retries.off_ms():
            self._state = FeedState.OFF
            self._words = f"off for {off_ms // 1000} s after too many failures, the last: {self._words}"[:_WORDS_MAX]
            wait_ms = off_ms
        await self._clock.sleep(wait_ms)


def _first_words(group: BaseExceptionGroup[BaseException]) -> str:
    """What the first of the troubles says, or what it is called if it says nothing."""
    trouble: BaseException = group
    while isinstance(trouble, BaseExceptionGroup):
        trouble = trouble.exceptions[0]
    return (str(trouble) or type(trouble).__name__)[:_WORDS_MAX]
