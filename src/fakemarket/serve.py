"""Serving: one process, one exchange, each face on a port of its own, until it is told to stop."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Final, cast

from aiohttp import web

from fakemarket.director.director import Director
from fakemarket.director.scenario import scenario_named
from fakemarket.faces import control, data, gamma, geoblock, relayer, rpc
from fakemarket.faces.tally import Tally
from fakemarket.world.clock import Clock, SpeedClock
from fakemarket.world.contracts import CHAIN_ID, CONTRACTS
from fakemarket.world.exchange import Exchange, ExchangePlan
from fakemarket.world.money import decimal_text

HOST: Final = "127.0.0.1"
STOP_S: Final = 2.0
FACES: Final = (
    *("gamma", "data", "clob", "ws_market", "ws_user", "rtds", "relayer", "geoblock", "control"),
    *("rpc_0", "rpc_1"),
)
NODES: Final = ("rpc_0", "rpc_1")
ADDRESSES: Final = {
    "ws_market": "ws://{host}:{port}/ws/market",
    "ws_user": "ws://{host}:{port}/ws/user",
    "rtds": "ws://{host}:{port}",
    "geoblock": "http://{host}:{port}/api/geoblock",
}
Face = Callable[[Exchange, object], web.Application]
Faces = Callable[[Exchange, object], dict[str, web.Application]]
STREAMS: Final = {"ws_market": "market", "ws_user": "user", "rtds": "rtds"}


class FaceMissing(Exception):
    """A face that another part of the package should bring is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServePlan:
    """What was asked for on the command line; port 0 means any free ones, else the faces take it and the next ones."""

    port: int = 0
    seed: int = 7
    scenario: str = "day"
    speed: float = 1.0
    until_eof: bool = False


class Served:
    """A running fake market: its director, its ports, and the one line that says where everything is."""

    def __init__(self, clock: Clock, plan: ServePlan) -> None:
        self._plan = plan
        self.exchange = Exchange(clock, ExchangePlan(seed=plan.seed))
        self.director = Director(self.exchange, scenario_named(plan.scenario))
        self._runners: list[web.AppRunner] = []
        self._pump: asyncio.Task[None] | None = None
        self.urls: dict[str, str] = {}

    async def start(self) -> None:
        """Set the scene, open every port, and only then let time run."""
        self.director.start()
        applications = applications_of(self.exchange, self.director)
        for place, name in enumerate(FACES):
            port = self._plan.port + place if self._plan.port else 0
            self.urls[name] = await self._opened(name, applications[name], port)
        self._pump = asyncio.create_task(self.exchange.clock.pump())

    async def _opened(self, name: str, app: web.Application, port: int) -> str:
        runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=STOP_S)
        await runner.setup()
        self._runners.append(runner)
        site = web.TCPSite(runner, HOST, port)
        await site.start()
        address = cast(tuple[str, int], runner.addresses[0])
        return ADDRESSES.get(name, "http://{host}:{port}").format(host=HOST, port=address[1])

    async def stop(self) -> None:
        if self._pump is not None:
            self._pump.cancel()
            await asyncio.gather(self._pump, return_exceptions=True)
        for runner in self._runners:
            await runner.cleanup()

    async def run_until(self, stopped: asyncio.Event) -> None:
        """Wait for the word to stop; a pump that breaks stops everything and raises what broke it."""
        if self._pump is None:
            raise RuntimeError("start first")
        waiting = asyncio.create_task(stopped.wait())
        done, _ = await asyncio.wait({waiting, self._pump}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if self._pump in done:
            self._pump.result()

    def line(self) -> dict[str, object]:
        """Say where everything is and who is there."""
        faces = {name: url for name, url in self.urls.items() if name not in NODES}
        nodes = [{"http": self.urls[name], "ws": self.urls[name].replace("http", "ws", 1)} for name in NODES]
        return faces | {
            "rpc": nodes,
            "chain_id": CHAIN_ID,
            "contracts": CONTRACTS,
            "accounts": [
                {
                    "address": account.eoa,
                    "private_key": account.private_key,
                    "wallet": account.wallet,
                    "signature_type": account.signature_type,
                    "pusd": decimal_text(account.cash),
                }
                for account in self.director.cast.guests
            ],
            "leaders": self.director.leaders(),
            "markets": [
                {
                    "condition_id": market.condition,
                    "token_ids": list(market.tokens),
                    "version": market.version,
                    "neg_risk": market.neg_risk,
                    "tick": decimal_text(market.tick),
                }
                for market in self.exchange.catalog.markets.values()
            ],
        }


def applications_of(exchange: Exchange, director: Director) -> dict[str, web.Application]:
    """Build every face; the order interface and the streams share one ring of API keys."""
    ring = cast(Callable[[Exchange], object], _brought("fakemarket.faces.clob.auth", "Keyring"))
    clob = cast(Face, _brought("fakemarket.faces.clob", "routes"))
    open_streams = cast(Faces, _brought("fakemarket.faces.streams", "applications"))
    keyring = ring(exchange)
    streams = open_streams(exchange, keyring)
    place, tally = geoblock.Place(), Tally()
    applications = {
        "gamma": gamma.application(exchange),
        "data": data.application(exchange),
        "clob": clob(exchange, keyring),
        **{name: streams[key] for name, key in STREAMS.items()},
        "relayer": relayer.application(exchange),
        "geoblock": geoblock.application(place),
        **{name: rpc.application(exchange, number) for number, name in enumerate(NODES)},
        "control": control.application(director, place, tally),
    }
    for name, application in applications.items():
        tally.watch(name, application)
    return applications


def _brought(module: str, name: str) -> object:
    """Import what another part of the package brings; raises FaceMissing with the name of what is not there."""
    try:
        return cast(object, getattr(import_module(module), name))
    except (ModuleNotFoundError, AttributeError) as error:
        raise FaceMissing(f"{module} does not bring {name}: {error}") from error


async def serve(plan: ServePlan, *, start_ms: int) -> None:
    """Serve until SIGTERM or SIGINT, or the end of standard input; prints one line of JSON once every port answers."""
    served = Served(SpeedClock(start_ms, plan.speed), plan)
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    if plan.until_eof:
        loop.add_reader(sys.stdin.fileno(), _stop_at_eof, loop, stopped)
    try:
        await served.start()
        sys.stdout.write(json.dumps(served.line()) + "\n")
        sys.stdout.flush()
        await served.run_until(stopped)
    finally:
        await served.stop()


def _stop_at_eof(loop: asyncio.AbstractEventLoop, stopped: asyncio.Event) -> None:
    """Stop when whoever holds the other end of our standard input has closed it, or has died."""
    if not os.read(sys.stdin.fileno(), 4_096):
        loop.remove_reader(sys.stdin.fileno())
        stopped.set()
