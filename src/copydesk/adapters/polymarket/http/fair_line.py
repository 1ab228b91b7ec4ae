"""A line in which every client gets the same share of the turns, however many requests it brings."""

from __future__ import annotations

import asyncio
import heapq
from typing import TYPE_CHECKING, Final

from copydesk.adapters.polymarket.http.asks import Ask

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_TURN: Final = 1_000_000
"""What one turn of weight one costs."""
_KEPT: Final = 1_024
"""How many clients without requests are remembered before those that are owed nothing are forgotten."""


class Waiter:
    """One request in line; its turn has come, or never will, when `turn` is done."""

    __slots__ = ("ask", "ticket", "turn")

    def __init__(self, ask: Ask, ticket: int) -> None:
        self.ask, self.ticket = ask, ticket
        self.turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def __lt__(self, other: Waiter) -> bool:
        return self.ticket < other.ticket


class _Flow:
    """What one client has in line, and how far it has got."""

    __slots__ = ("is_queued", "start", "waiters")

    def __init__(self) -> None:
        self.waiters: dict[int, Waiter] = {}
        self.start = 0
        self.is_queued = False


class FairLine:
    """Start-time fair queueing: the client who has had least goes next; its own requests keep their order.

    Who was away has no claim to the turns it did not use, and who comes often, one request at a time, gets no more than
    who brings many at once.
    """

    def __init__(self, weights: Mapping[str, int]) -> None:
        self._weights = weights
        self._flows: dict[str, _Flow] = {}
        self._order: list[tuple[int, int, str]] = []
        self._reached = 0
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def ahead_of(self, client: str) -> int:
        """How many turns others and `client` itself will have had, at most, before a new request of `client`."""
        flow = self._flows.get(client)
        own = len(flow.waiters) if flow else 0
        return min(self._length, (own + 1) * len(self._order) + own)

    def add(self, waiter: Waiter) -> None:
        """Put a request at the end of its client's."""
        client = waiter.ask.client
        flow = self._flows.get(client)
        if flow is None:
            self._forget()
            flow = self._flows[client] = _Flow()
        flow.waiters[waiter.ticket] = waiter
        self._length += 1
        if not flow.is_queued:
            flow.start = max(flow.start, self._reached)
            self._queue(client, flow, waiter.ticket)

    def drop(self, waiter: Waiter) -> None:
        """Take a request out of the line: it gave up."""
        flow = self._flows.get(waiter.ask.client)
        if flow is not None and flow.waiters.pop(waiter.ticket, None) is not None:
            self._length -= 1

    def take(self, is_ready: Callable[[Waiter], bool]) -> Waiter | None:
        """Take the next request that is ready, or None. A client whose first is not ready does not hold up others."""
        passed: list[tuple[int, int, str]] = []
        taken = None
        while self._order and taken is None:
            place = heapq.heappop(self._order)
            flow = self._flows[place[2]]
            first = next(iter(flow.waiters.values()), None)
            if first is None:
                flow.is_queued = False
            elif is_ready(first):
                taken = first
                self._serve(flow, first)
            else:
                passed.append(place)
        for place in passed:
            heapq.heappush(self._order, place)
        return taken

    def _serve(self, flow: _Flow, waiter: Waiter) -> None:
        del flow.waiters[waiter.ticket]
        self._length -= 1
        self._reached = max(self._reached, flow.start)
        flow.start += waiter.ask.cost * _TURN // self._weights.get(waiter.ask.client, 1)
        flow.is_queued = False
        if flow.waiters:
            self._queue(waiter.ask.client, flow, next(iter(flow.waiters)))

    def _queue(self, client: str, flow: _Flow, ticket: int) -> None:
        flow.is_queued = True
        heapq.heappush(self._order, (flow.start, ticket, client))

    def _forget(self) -> None:
        if len(self._flows) - len(self._order) < _KEPT:
            return
        done = [name for name, flow in self._flows.items() if not flow.is_queued and flow.start <= self._reached]
        for name in done:
            del self._flows[name]
