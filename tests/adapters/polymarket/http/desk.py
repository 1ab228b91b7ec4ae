"""A small server on this machine that answers as it is told, and a `VenueHttp` that asks it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.test_utils import TestServer

from copydesk.adapters.clocks.dice import SeededDice
from copydesk.adapters.clocks.live import RunningClock
from copydesk.adapters.polymarket.http.hosts import Hosts
from copydesk.adapters.polymarket.http.limits import LimitTable
from copydesk.adapters.polymarket.http.venue_http import VenueHttp

SPEED = 1_000
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Act = Callable[[VenueHttp], Awaitable[None]]


def asked(handler: Handler, act: Act, *, limits: LimitTable | None = None, speed: int = SPEED) -> None:
    """Serve every path of every face with one handler, and act; time runs a thousand times as fast."""

    async def handle(request: web.Request) -> web.StreamResponse:
        return await handler(request)

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", handle)
    served({"gamma": application}, act, limits=limits, speed=speed)


def served(
    faces: dict[str, web.Application],
    act: Act,
    *,
    limits: LimitTable | None = None,
    speed: int = SPEED,
    clock: RunningClock | None = None,
) -> None:
    """Serve each face on a port of its own, and act."""

    async def main() -> None:
        servers = {name: TestServer(application) for name, application in faces.items()}
        for server in servers.values():
            await server.start_server()
        hosts = Hosts(**{name: str(server.make_url("")).rstrip("/") for name, server in servers.items()})
        http = VenueHttp(hosts, clock or RunningClock(speed), SeededDice(7), limits)
        try:
            await act(http)
        finally:
            await http.close()
            for server in servers.values():
                await server.close()

    asyncio.run(main())
