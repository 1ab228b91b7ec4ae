"""The venue's public activity stream (RTDS): every wallet's fills some two seconds after the match, in one feed.

It has no history, no sequence numbers and no filter by wallet, and misses some fills even when it is well: what it
does not show comes by polling. Two types are subscribed to, because each was seen to stop while the other went on.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import msgspec

from copydesk.adapters.polymarket.live.sockets import LiveSocket, Send, SocketPlan
from copydesk.adapters.polymarket.live.stream.kinds import Kinds
from copydesk.adapters.polymarket.live.stream.sieve import Sieve
from copydesk.adapters.polymarket.live.stream.waiting_room import WaitingRoom
from copydesk.adapters.polymarket.parse.documents import rows_in
from copydesk.adapters.polymarket.parse.frames import frame_event
from copydesk.adapters.polymarket.parse.refusals import ALLOWED, Refused
from copydesk.adapters.polymarket.records.decoding import decoded
from copydesk.domain.health import FeedHealth
from copydesk.domain.trade import LeaderTrade, RowRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from copydesk.domain.ids import TimeMs, Wallet
    from copydesk.ports import Dice, Inbox, LiveClock

_NAME: Final = "rtds"
_SUBSCRIBE: Final = (
    '{"action":"subscribe","subscriptions":'
    '[{"topic":"activity","type":"trades"},{"topic":"activity","type":"orders_matched"}]}'
)
_PONG: Final = b"PONG"


class RtdsPlan(msgspec.Struct, frozen=True, kw_only=True):
    """When the stream counts as silent, as a whole or one type of it, and how much may wait for room in the inbox.

    The venue stops sending, without a word, to who has not pinged for minutes; it asks for a ping every 5 s. It sends
    some fifty frames a second, so that the silence is long; a dead connection is given up within 30 s (F45).
    """

    socket: SocketPlan = SocketPlan(ping_every_ms=5_000, silent_after_ms=20_000, resubscribed_for_ms=8_000)
    kinds_every_ms: int = 60_000
    waiting_max: int = 4_096
    offer_every_ms: int = 50


RTDS_PLAN: Final = RtdsPlan()


class RtdsFeed:
    """The followed leaders' fills as the public stream shows them, taker and maker, each perhaps twice."""

    def __init__(self, url: str, clock: LiveClock, dice: Dice, plan: RtdsPlan = RTDS_PLAN) -> None:
        self._clock, self._plan = clock, plan
        self._socket = LiveSocket(url, clock, dice, _NAME, plan.socket)
        self._sieve = Sieve()
        self._kinds = Kinds()
        self._room = WaitingRoom(plan.waiting_max)
        self._has_waiting = asyncio.Event()
        self._inbox: Inbox | None = None
        self._shown = self._refused = self._refused_before = 0
        self._last_refusal = ""

    def follow(self, leaders: Mapping[Wallet, TimeMs | None]) -> None:
        """From now on show these leaders' fills and no others. The stream cannot look back, and does not try."""
        self._sieve.follow(leaders)

    async def run(self, inbox: Inbox) -> None:
        """Put what is seen into `inbox` until cancelled."""
        self._inbox = inbox
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_offering(inbox))
            group.create_task(self._watch_kinds())
            await self._socket.run(self._subscribe, self._on_frame)

    def health(self) -> FeedHealth:
        """How the stream is doing; `words` also names a type that stopped and what could not be read lately."""
        socket = self._socket
        return FeedHealth(
            name=_NAME,
            state=socket.state,
            last_data_at=socket.last_data_at,
            received=socket.frames,
            shown=self._shown,
            refused=self._refused,
            reconnects=socket.reconnects,
            gaps=socket.gaps + self._kinds.stops,
            shed=self._room.shed,
            words="; ".join(filter(None, (socket.words, self._kinds.words, self._refusal_words()))),
        )

    def _refusal_words(self) -> str:
        lately = self._refused - self._refused_before
        return f"{lately} not readable lately, the last: {self._last_refusal}" if lately else ""

    async def _subscribe(self, send: Send) -> None:
        await send(_SUBSCRIBE)

    def _on_frame(self, frame: bytes) -> bool:
        if self._sieve.may_drop(frame):
            if self._kinds.are_due:
                self._kinds.note(frame)
            return True
        return self._read(frame)

    def _read(self, frame: bytes) -> bool:
        """Read a frame in full; give whether there was an event in it, of whomever."""
        if frame == _PONG or not frame:
            return False
        value = decoded(frame)
        if isinstance(value, Refused):
            self._refuse(value)
            return False
        has_event = False
        for element in rows_in(value):
            has_event |= self._take(element)
        return has_event

    def _take(self, element: object) -> bool:
        frame = element if isinstance(element, dict) else {}
        payload = frame.get("payload")
        who = payload.get("proxyWallet") if isinstance(payload, dict) else None
        self._kinds.saw(frame.get("type"))
        if isinstance(who, str) and who.lower() not in self._sieve.followed:
            return True
        try:
            event = frame_event(element)
        except Refused as no:
            self._refuse(no)
            return False
        if isinstance(event, LeaderTrade):
            self._show(event)
        return True

    def _show(self, trade: LeaderTrade) -> None:
        """Hand one trade over, or let it wait, behind those that wait already."""
        if self._inbox is None:
            return
        if not self._room.must_wait(trade) and self._inbox.put(trade):
            self._shown += 1
            return
        self._room.add(trade)
        self._has_waiting.set()

    def _refuse(self, no: Refused) -> None:
        self._refused += 1
        self._last_refusal = str(no)
        if self._inbox is not None:
            place = self._socket.frames + 1
            self._inbox.put(
                RowRefused(reason=no.reason, file=_NAME, line=place, found=no.found, allowed=ALLOWED[no.reason])
            )

    async def _keep_offering(self, inbox: Inbox) -> None:
        while True:
            await self._has_waiting.wait()
            self._shown += self._room.offer(inbox)
            if self._room:
                await self._clock.sleep(self._plan.offer_every_ms)
            else:
                self._has_waiting.clear()

    async def _watch_kinds(self) -> None:
        """Ask again for a type that stopped, once a window; forget what could not be read before the last."""
        while True:
            frames, refused = self._socket.data_frames, self._refused
            await self._clock.sleep(self._plan.kinds_every_ms)
            self._refused_before = refused
            if self._kinds.turn(self._socket.data_frames - frames):
                await self._socket.send(_SUBSCRIBE)
