"""`MarketChannel`: the venue's public stream of books and markets, for the tokens that somebody wants to hear of."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import msgspec

from copydesk.adapters.polymarket.live.market_frames import ChannelEvent, channel_events
from copydesk.adapters.polymarket.live.sockets import LiveSocket, Send, SocketPlan
from copydesk.adapters.polymarket.parse.refusals import ALLOWED, Refused
from copydesk.domain.health import FeedHealth, FeedState
from copydesk.domain.trade import RowRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from copydesk.domain.ids import TokenId
    from copydesk.ports import Dice, Inbox, LiveClock

PLAN: Final = SocketPlan(ping_every_ms=10_000, silent_after_ms=30_000, resubscribed_for_ms=0)
"""A quiet market says nothing for hours, so an answered ping is a sign of life here; the witness hears of the rest."""
SOURCE: Final = "ws_market"
_IDS_MAX: Final = 200
_PONG: Final = b"PONG"


class MarketChannel:
    """One connection. `listeners` hear every event; `openings` are called when what was told before may have gaps."""

    def __init__(self, url: str, clock: LiveClock, dice: Dice, plan: SocketPlan = PLAN) -> None:
        self._socket = LiveSocket(url, clock, dice, "market channel", plan)
        self._wanted: dict[TokenId, None] = {}
        self._told: dict[TokenId, None] = {}
        self._renewed: set[TokenId] = set()
        self._has_begun = False
        self._news = asyncio.Event()
        self._inbox: Inbox | None = None
        self._frames = 0
        self.listeners: list[Callable[[ChannelEvent], None]] = []
        self.openings: list[Callable[[], None]] = []
        self.refused = 0
        self.shed = 0

    @property
    def is_live(self) -> bool:
        """Whether the stream is connected and answers."""
        return self._socket.state is FeedState.LIVE

    def want(self, tokens: Collection[TokenId]) -> None:
        """Listen to these tokens too."""
        if any(token not in self._wanted for token in tokens):
            self._wanted.update(dict.fromkeys(tokens))
            self._news.set()

    def drop(self, tokens: Collection[TokenId]) -> None:
        """Listen to these tokens no more."""
        for token in tokens:
            self._wanted.pop(token, None)
        self._news.set()

    def renew(self, tokens: Collection[TokenId]) -> None:
        """Ask for new snapshots of these tokens: an active one is sent only to who leaves and comes again."""
        self._renewed.update(tokens)
        self._news.set()

    async def reconnect(self, why: str) -> None:
        """Give up the connection for a new one."""
        await self._socket.reconnect(why)

    async def run(self, inbox: Inbox) -> None:
        """Listen until cancelled. What cannot be read is put into `inbox` as refused (F34)."""
        self._inbox = inbox
        async with asyncio.TaskGroup() as group:
            group.create_task(self._socket.run(self._open, self._hear))
            group.create_task(self._speak())

    def health(self, shown: int, gaps: int, words: str) -> FeedHealth:
        """How the stream is doing; the arguments are what its listener knows."""
        socket = self._socket
        return FeedHealth(
            name=socket.name,
            state=socket.state,
            last_data_at=socket.last_data_at,
            received=socket.frames,
            shown=shown,
            refused=self.refused,
            reconnects=socket.reconnects,
            gaps=socket.gaps + gaps,
            shed=self.shed,
            words=socket.words or words,
        )

    async def _open(self, send: Send) -> None:
        self._told.clear()
        self._has_begun = False
        for opened in self.openings:
            opened()
        for frame in self._due():
            await send(frame)

    async def _speak(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            for frame in self._due():
                await self._socket.send(frame)

    def _due(self) -> Sequence[str]:
        """The frames that bring what the venue was told up to what is wanted."""
        leaving = [token for token in self._told if token not in self._wanted or token in self._renewed]
        self._renewed.clear()
        for token in leaving:
            del self._told[token]
        coming = [token for token in self._wanted if token not in self._told]
        self._told.update(dict.fromkeys(coming))
        frames = [_operation("unsubscribe", part) for part in _parts(leaving)]
        for part in _parts(coming):
            frames.append(_operation("subscribe", part) if self._has_begun else _first(part))
            self._has_begun = True
        return frames

    def _hear(self, frame: bytes) -> bool:
        if frame == _PONG:
            return True
        self._frames += 1
        for event in channel_events(frame, self._wanted):
            if isinstance(event, Refused):
                self.refuse(event, SOURCE, self._frames)
                continue
            for listener in self.listeners:
                listener(event)
        return True

    def refuse(self, why: Refused, source: str, line: int) -> None:
        """Count something that cannot be read, and show it."""
        self.refused += 1
        row = RowRefused(reason=why.reason.value, file=source, line=line, found=why.found, allowed=ALLOWED[why.reason])
        if self._inbox is not None and not self._inbox.put(row):
            self.shed += 1


def _first(tokens: Sequence[TokenId]) -> str:
    return _json({"type": "market", "assets_ids": tokens, "custom_feature_enabled": True})


def _operation(name: str, tokens: Sequence[TokenId]) -> str:
    return _json({"operation": name, "assets_ids": tokens, "custom_feature_enabled": True})


def _json(frame: dict[str, object]) -> str:
    return msgspec.json.encode(frame).decode()


def _parts(tokens: Sequence[TokenId]) -> Iterator[Sequence[TokenId]]:
    for begin in range(0, len(tokens), _IDS_MAX):
        yield tokens[begin : begin + _IDS_MAX]
