"""A limiter in virtual time, on a small table, and everything it let go."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping

import msgspec

from copydesk.adapters.clocks.dice import SeededDice
from copydesk.adapters.polymarket.http.asks import Ask
from copydesk.adapters.polymarket.http.lanes import Lane
from copydesk.adapters.polymarket.http.limiter import Limiter
from copydesk.adapters.polymarket.http.limits import LimitTable
from copydesk.adapters.polymarket.http.trouble import Busy
from tests.virtual_time import VirtualClock, run_virtual

TABLE = msgspec.convert(
    {
        "share_percent": 75,
        "exits_percent": 20,
        "everything": {10: 400},
        "hosts": {
            "data": {
                "everything": {10: 200},
                "endpoints": [
                    {"paths": ["/trades"], "windows": {10: 100, 60: 400}},
                    {"paths": ["/trades", "/activity"], "windows": {10: 120}},
                    {"paths": ["/status"], "windows": {10: 20}},
                ],
            },
            "clob": {"everything": {10: 300}, "endpoints": [{"paths": ["POST /orders"], "windows": {10: 200}}]},
        },
        "signers": {
            "tier": "standard",
            "tiers": {"standard": {"orders": [4, 20], "cancels": [8, 40]}},
            "charged": {"orders": ["POST /orders"], "cancels": ["DELETE /orders"]},
        },
    },
    LimitTable,
)
# What may go in a window, by what counts under it: three quarters of the above.
TOPS = {
    ("data", "/trades"): {10: 75, 60: 300},
    ("data", "/trades", "/activity"): {10: 90},
    ("data", "/status"): {10: 15},
    ("data", "/trades", "/activity", "/status", "/other"): {10: 150},
    ("clob", "/book"): {10: 225},
    ("", "/trades", "/activity", "/status", "/other", "/book"): {10: 300},
}
FACES = {"/trades": "data", "/activity": "data", "/status": "data", "/other": "data", "/book": "clob"}


class Room:
    """A limiter in virtual time, and everything it let go."""

    def __init__(self, weights: Mapping[str, int] | None = None) -> None:
        self.clock = VirtualClock()
        self.limiter = Limiter(TABLE, self.clock, SeededDice(7), weights)
        self.sent: list[tuple[int, Ask]] = []
        self.turned_away: list[tuple[int, Ask]] = []
        self.waits_ms: dict[Lane, int] = dict.fromkeys(Lane, 0)

    async def send(self, ask: Ask) -> None:
        asked_at = self.clock.elapsed_ms()
        try:
            await self.limiter.acquire(ask)
        except Busy:
            self.turned_away.append((self.clock.elapsed_ms(), ask))
            return
        finally:
            self.waits_ms[ask.lane] = max(self.waits_ms[ask.lane], self.clock.elapsed_ms() - asked_at)
        self.sent.append((self.clock.elapsed_ms(), ask))

    async def keep_sending(self, ask: Ask, until_ms: int) -> None:
        """Ask again as soon as the last one went, or a moment after it was turned away."""
        while self.clock.elapsed_ms() < until_ms:
            before = len(self.turned_away)
            await self.send(ask)
            if len(self.turned_away) > before:
                await self.clock.sleep(50)

    def count(self, **fields: object) -> int:
        return sum(all(getattr(ask, name) == value for name, value in fields.items()) for _, ask in self.sent)


def in_room(act: Callable[[Room], Awaitable[None]], weights: Mapping[str, int] | None = None) -> Room:
    async def main() -> Room:
        room = Room(weights)
        await act(room)
        return room

    return run_virtual(main())


def an_ask(path: str = "/trades", lane: Lane = Lane.BACKFILL, client: str = "", **more: object) -> Ask:
    fields: dict[str, object] = {"face": FACES.get(path, "clob"), "method": "GET", "path": path, **more}
    return msgspec.convert({**fields, "lane": lane, "client": client}, Ask)


async def together(acts: Iterable[Awaitable[None]]) -> None:
    await asyncio.gather(*acts)
