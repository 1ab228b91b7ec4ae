"""What the three channels share: sessions, PING and PONG, the way from an event to the sockets, start and stop."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from typing import Generic

import msgspec
from aiohttp import web

from fakemarket.faces.streams.connection import GOING_AWAY, Connection
from fakemarket.faces.streams.message import Message, SessionT
from fakemarket.faces.streams.mischief import Mischief
from fakemarket.world.events import AnyEvent
from fakemarket.world.exchange import Exchange

_FROM_JSON = msgspec.json.Decoder()


class Channel(ABC, Generic[SessionT]):
    """One public address and everybody connected to it."""

    name: str
    welcome: str | None = None

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.sessions: list[SessionT] = []
        self._opened = 0
        self._mischief = Mischief[SessionT](self.name, exchange.clock, exchange.faults, self._emit, self.cut)

    @abstractmethod
    def open(self, connection: Connection) -> SessionT:
        """Give the session of a new connection."""

    @abstractmethod
    def hear(self, session: SessionT, frame: dict[str, object] | None) -> None:
        """Act on a frame; None is a text that is no JSON object."""

    @abstractmethod
    def on_event(self, event: AnyEvent) -> None:
        """Tell an event of the exchange to whom it concerns."""

    def on_ping(self, session: SessionT) -> None:
        session.connection.send("PONG")

    def connection_name(self, number: int) -> str:
        return f"{self.name}-{number}"

    def publish(self, message: Message[SessionT]) -> None:
        """Send to whom it concerns; a fault strikes only what somebody would have got."""
        if any(message.wanted_by(session) for session in self.sessions):
            self._mischief.pass_on(message)

    def cut(self) -> None:
        """Lose every connection without a close frame."""
        for session in tuple(self.sessions):
            session.connection.hang_up()

    def application(self, path: str) -> web.Application:
        application = web.Application()
        application.router.add_get(path, self._serve)
        application.cleanup_ctx.append(self._attached)
        application.on_shutdown.append(self._dismiss)
        return application

    async def _attached(self, _: web.Application) -> AsyncIterator[None]:
        unsubscribe = self.exchange.events.subscribe(self._on_event)
        yield
        unsubscribe()

    async def _dismiss(self, _: web.Application) -> None:
        for session in tuple(self.sessions):
            session.connection.close(GOING_AWAY)

    def _on_event(self, event: AnyEvent) -> None:
        if not self.sessions:
            return
        if self.exchange.faults.strikes("half_open", channel=self.name) is not None:
            for session in self.sessions:
                session.connection.deaf = True
        self.on_event(event)

    def _emit(self, message: Message[SessionT], text: str) -> None:
        for session in self.sessions:
            if message.wanted_by(session):
                session.tell(text)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        self._opened += 1
        connection = Connection(request, self.connection_name(self._opened))
        session = self.open(connection)
        self.sessions.append(session)
        try:
            return await connection.run(lambda text: self._hear(session, text), self.welcome)
        finally:
            self.sessions.remove(session)

    def _hear(self, session: SessionT, text: str) -> None:
        if self.exchange.faults.strikes("half_open", channel=self.name) is not None:
            session.connection.deaf = True
        elif text == "PING":
            self.on_ping(session)
        else:
            self.hear(session, _object(text))


def _object(text: str) -> dict[str, object] | None:
    try:
        frame = _FROM_JSON.decode(text)
    except msgspec.DecodeError:
        return None
    return frame if isinstance(frame, dict) else None
