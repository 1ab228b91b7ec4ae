"""Time that passes only when nobody can do anything, for code that talks to itself over real sockets.

Both ends of every connection are in this process, so it is known what is on its way: bytes that were written and not
yet read, a connection that was opened or closed at one end only. While anything is, the loop waits for the machine;
when nothing is and nobody is ready, its time jumps to whatever is due next. The same run is the same every time.
"""

from __future__ import annotations

import asyncio
import selectors
import socket
from asyncio import selector_events
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

PATIENCE_S = 20.0
_T = TypeVar("_T")


class _Wire:
    """A connection by its ends, one of which is there first. `watched` has those that may have to be waited for."""

    def __init__(self, watched: set[_Wire]) -> None:
        self.ends: list[_End] = []
        self._watched = watched

    def stir(self) -> None:
        """Something happened here."""
        self._watched.add(self)

    def is_moving(self) -> bool:
        """Whether one end has yet to notice what the other did."""
        open_ends = [end for end in self.ends if not end.is_over]
        if len(self.ends) < 2 or len(open_ends) == 1:
            return any(end.is_reading for end in open_ends)
        first, second = self.ends
        return bool(open_ends) and (
            (first.wrote > second.read and second.is_reading) or (second.wrote > first.read and first.is_reading)
        )

    def is_over(self) -> bool:
        return all(end.is_over for end in self.ends)


class _End:
    """One end of a connection: what it wrote and read in bytes, and whether it is over."""

    def __init__(self, wire: _Wire) -> None:
        self.wire = wire
        self.wrote = self.read = 0
        self.is_over = False
        self.transport: Any = None
        wire.ends.append(self)
        wire.stir()

    @property
    def is_reading(self) -> bool:
        return self.transport is None or self.transport.is_reading()


class _Overheard(asyncio.Protocol):
    """A protocol, counting what it reads and noting its end."""

    def __init__(self, protocol: Any, end: _End) -> None:
        self._protocol, self._end = protocol, end

    def connection_made(self, transport: Any) -> None:
        self._protocol.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        self._end.read += len(data)
        self._protocol.data_received(data)

    def eof_received(self) -> Any:
        return self._protocol.eof_received()

    def pause_writing(self) -> None:
        self._protocol.pause_writing()

    def resume_writing(self) -> None:
        self._protocol.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end.is_over = True
        self._end.wire.stir()
        self._protocol.connection_lost(exc)


class _Transport(selector_events._SelectorSocketTransport):  # type: ignore[misc,name-defined]
    """A transport, counting what is written to it."""

    end: _End | None = None

    def write(self, data: Any) -> None:
        if self.end is not None and not self.is_closing():
            self.end.wrote += len(data)
            self.end.wire.stir()
        super().write(data)

    def writelines(self, list_of_data: Any) -> None:
        self.write(b"".join(list_of_data))

    def resume_reading(self) -> None:
        if self.end is not None:
            self.end.wire.stir()
        super().resume_reading()


class _Selector(selectors.DefaultSelector):
    """Where a loop would wait for a timer, it moves its time on instead, if nothing is on its way."""

    def __init__(self, is_moving: Callable[[], bool]) -> None:
        super().__init__()
        self._is_moving = is_moving
        self.passed_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if self._is_moving():
            ready = super().select(PATIENCE_S)
            if not ready:
                raise RuntimeError("something is on its way and never arrives")
            return ready
        if timeout is None:
            raise RuntimeError("everybody waits, and nothing will ever happen")
        self.passed_s += timeout
        return ready


class SocketLoop(asyncio.SelectorEventLoop):
    """An event loop whose time is counted, not measured, and whose sockets are real."""

    def __init__(self) -> None:
        self._wires: dict[frozenset[Any], _Wire] = {}
        self._watched: set[_Wire] = set()
        self._under_way = 0
        self._waits = _Selector(self._is_moving)
        super().__init__(self._waits)

    def time(self) -> float:
        return self._waits.passed_s

    async def sock_connect(self, sock: socket.socket, address: Any) -> None:
        self._under_way += 1
        try:
            await super().sock_connect(sock, address)
        finally:
            self._under_way -= 1

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:  # type: ignore[override]
        future = super().run_in_executor(executor, func, *args)
        self._under_way += 1
        future.add_done_callback(self._came_back)
        return future

    def _came_back(self, _: object) -> None:
        self._under_way -= 1

    def _is_moving(self) -> bool:
        if self._under_way:
            return True
        while self._watched:
            wire = next(iter(self._watched))
            if wire.is_moving():
                return True
            self._watched.discard(wire)
        return False

    def _make_socket_transport(
        self, sock: socket.socket, protocol: Any, waiter: Any = None, *, extra: Any = None, server: Any = None
    ) -> _Transport:
        name = frozenset((sock.getsockname(), sock.getpeername()))
        wire = self._wires.get(name)
        if wire is None or wire.is_over():
            wire = self._wires[name] = _Wire(self._watched)
        end = _End(wire)
        transport = _Transport(self, sock, _Overheard(protocol, end), waiter, extra, server)
        transport.end, end.transport = end, transport
        return transport


def run_in_time(main: Coroutine[Any, Any, _T]) -> _T:
    """Run to the end in counted time, which begins at 0."""
    with asyncio.Runner(loop_factory=SocketLoop) as runner:
        return runner.run(main)
