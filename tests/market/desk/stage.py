"""A whole desk before a whole market in one process: the director plays, every face is asked over real sockets.

Time is the loop's (`sockets_in_time`), so hours pass in seconds and nothing is ever late by accident.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import msgspec
from aiohttp import web

from copydesk.adapters.clocks.dice import SeededDice
from copydesk.adapters.polymarket.http.hosts import Hosts
from copydesk.adapters.polymarket.http.venue_http import Call, VenueHttp
from copydesk.adapters.telemetry.decision_log import NullLog
from copydesk.domain.ids import AccountId, ClientId, EventId, TimeMs, Wallet
from copydesk.domain.limits import Relation
from copydesk.domain.trade import LeaderBaseline, LeaderTrade, LiveSighting
from copydesk.flow.clean.twins import Twins
from copydesk.flow.desk import Rules
from copydesk.ports import LedgerStore
from copydesk.run.inbox import BoundedInbox
from copydesk.run.live import LiveRun
from copydesk.run.recall import LIVE
from copydesk.settings.layers import Loaded, load_preset
from copydesk.settings.limits import relations
from copydesk.settings.micros import usdc
from copydesk.settings.relation_settings import LeaderSettings
from copydesk.settings.schema import PaceSettings, Settings
from copydesk.wiring.live import LIVE_PACE
from copydesk.wiring.live_desk import Reach, live_desk
from fakemarket.director.director import Director
from fakemarket.director.scenario import Scenario, scenario_named
from fakemarket.faces import data, gamma
from fakemarket.faces.clob import routes as clob
from fakemarket.faces.clob.auth import Keyring
from fakemarket.faces.data.indexer import LAG_MS
from fakemarket.faces.streams.market import MarketChannel
from fakemarket.faces.streams.message import Message
from fakemarket.faces.streams.rtds import ActivityChannel, ActivitySession
from fakemarket.faces.tally import Tally
from fakemarket.world.clock import Clock, Ticket
from fakemarket.world.exchange import Exchange, ExchangePlan
from tests.market.desk.sockets_in_time import run_in_time
from tests.virtual_time import START_MS, VirtualClock

MINUTE_MS = 60_000
INDEX_LAG_MS = LAG_MS
WARM_UP_MS = 5 * MINUTE_MS
"""How long the market goes on before anybody looks, so that leaders have a past."""
CALM: dict[str, Any] = {"requote_s": 30, "passers": 1, "passer_gap_s": 20}
"""A scenario with fewer others, who only cost time."""
STREAMS = {"ws_market": "/ws/market", "rtds": ""}

Act = Callable[["Stage"], Awaitable[None]]
Faults = Mapping[str, Mapping[str, object]]


class LoopClock(Clock):
    """The market's time is the loop's: everything happens in the millisecond it is due."""

    def _reading_ms(self) -> int:
        return VirtualClock().now()

    def schedule(self, at_ms: int, action: Callable[[], object]) -> Ticket:
        asyncio.get_running_loop().call_at((at_ms - START_MS) / 1_000, self.run_due)
        return super().schedule(at_ms, action)


class TimedFeed(ActivityChannel):
    """The activity feed, noting when it first sent each leader's fill: by wallet, transaction, token and side."""

    def __init__(self, exchange: Exchange) -> None:
        self.sent_at: dict[tuple[str, str, str, str], int] = {}
        super().__init__(exchange)

    def _emit(self, message: Message[ActivitySession], text: str) -> None:
        document: Any = message.document
        said = document["payload"]
        key = (said["proxyWallet"].lower(), said["transactionHash"], said["asset"], said["side"])
        self.sent_at.setdefault(key, self.exchange.clock.now_ms())
        super()._emit(message, text)


class NotedTwins(Twins):
    """Twins, noting which trades were held."""

    held: set[EventId]

    def holds(self, trade: LeaderTrade, now: TimeMs) -> bool:
        is_held = super().holds(trade, now)
        if is_held:
            self.held.add(trade.content_id)
        return is_held


class NotedInbox(BoundedInbox):
    """The inbox, keeping the baselines and every delay, and who showed what."""

    def __init__(self, inbox: BoundedInbox) -> None:
        super().__init__(inbox._clock)
        self.baselines: list[LeaderBaseline] = []
        self.all_delays_ms: list[int] = []
        self.shown_by: Counter[str] = Counter()

    def put(self, sighting: LiveSighting) -> bool:
        if isinstance(sighting, LeaderBaseline):
            self.baselines.append(sighting)
        elif isinstance(sighting, LeaderTrade):
            self.shown_by[sighting.source] += 1
        return super().put(sighting)

    def take(self, count: int) -> list[LiveSighting]:
        taken = super().take(count)
        self.all_delays_ms += list(self.delays_ms)[-len(taken) :] if taken else []
        return taken


class FarHttp(VenueHttp):
    """The venue's HTTP, every request so long on its way."""

    round_trip_ms = 0

    async def _exchange(self, call: Call) -> Any:
        if self.round_trip_ms:
            await self._clock.sleep(self.round_trip_ms)
        return await super()._exchange(call)


class Outside:
    """What a run is asked from outside: other rules, once somebody has put them here."""

    def __init__(self) -> None:
        self.rules: Rules | None = None

    async def new_rules(self) -> Rules | None:
        rules, self.rules = self.rules, None
        return rules

    def passed(self, run: LiveRun) -> None:
        """Show nothing."""


class Desk:
    """One run of a desk, from its start to its stop or its kill."""

    def __init__(self, live: LiveRun, http: VenueHttp) -> None:
        self.live, self.http = live, http
        live.twins.__class__ = NotedTwins
        self.held: set[EventId] = set()
        live.twins.held = self.held  # type: ignore[attr-defined]
        self.inbox = live.inbox = NotedInbox(live.inbox)
        live.readying._told = self.inbox.wake
        self.outside = Outside()
        self._stop = asyncio.Event()
        self._running = asyncio.create_task(live.run(self._stop, self.outside))

    def check(self) -> None:
        """Raise what a run died of."""
        if self._running.done():
            self._running.result()

    async def stop(self) -> None:
        self._stop.set()
        await self._running
        await self.http.close()

    async def kill(self) -> None:
        self._running.cancel()
        await asyncio.gather(self._running, return_exceptions=True)
        await self.http.close()


class Stage:
    """A market that goes on by itself, its faces on ports of their own, and desks that come and go before it."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self.clock = VirtualClock()
        self.exchange = Exchange(LoopClock(), ExchangePlan(seed=seed))
        self.director = Director(self.exchange, scenario)
        self.feed = TimedFeed(self.exchange)
        self.tally = Tally()
        self.hosts = Hosts()
        self.round_trip_ms = 0
        self.desks: list[Desk] = []
        self._runners: dict[str, web.AppRunner] = {}
        self._dice = 0

    # --- the market ------------------------------------------------------------------------------------------------

    async def open(self) -> None:
        """Set the scene, let it go on for a while, and open every port."""
        self.director.start()
        await self.pass_ms(WARM_UP_MS)
        urls = {name: await self._opened(name) for name in ("gamma", "data", "clob", "ws_market", "rtds")}
        self.hosts = Hosts(**urls)

    async def _opened(self, name: str, port: int = 0) -> str:
        runner = web.AppRunner(self._face(name), access_log=None, handle_signals=False, shutdown_timeout=2.0)
        await runner.setup()
        self._runners[name] = runner
        await web.TCPSite(runner, "127.0.0.1", port).start()
        scheme = "ws" if name in STREAMS else "http"
        return f"{scheme}://127.0.0.1:{runner.addresses[0][1]}{STREAMS.get(name, '')}"

    def _face(self, name: str) -> web.Application:
        match name:
            case "gamma":
                face = gamma.application(self.exchange)
            case "data":
                face = data.application(self.exchange)
            case "clob":
                face = clob(self.exchange, Keyring(self.exchange))
            case "ws_market":
                face = MarketChannel(self.exchange).application("/ws/market")
            case _:
                face = self.feed.application("/")
        self.tally.watch(name, face)
        return face

    async def shut(self, name: str) -> None:
        """Let a face go away: its connections end, and none is taken."""
        await self._runners.pop(name).cleanup()

    async def reopen(self, name: str) -> None:
        """Let a face come back where it was."""
        await self._opened(name, urlsplit(getattr(self.hosts, name)).port or 0)

    @property
    def leaders(self) -> list[Wallet]:
        return [Wallet(leader["wallet"].lower()) for leader in self.director.leaders()]

    def fault(self, name: str, **params: object) -> None:
        self.exchange.faults.set(name, **params)

    def faults(self, all_of_them: Faults) -> None:
        for name, params in all_of_them.items():
            self.fault(name, **params)

    async def pass_ms(self, ms: int) -> None:
        """Let time pass; every desk must still run at its end."""
        await self.clock.sleep(ms)
        for desk in self.desks:
            desk.check()

    # --- desks -----------------------------------------------------------------------------------------------------

    def desk(self, store: LedgerStore, rules: Rules) -> Desk:
        """Start a desk over what `store` holds."""
        self._dice += 1
        dice = SeededDice(self._dice)
        http = FarHttp(self.hosts, self.clock, dice)
        http.round_trip_ms = self.round_trip_ms
        reach = Reach(self.hosts, http, self.clock, dice)
        desk = Desk(live_desk(settings(self.leaders), rules, reach, store, NullLog()), http)
        self.desks.append(desk)
        return desk

    async def kill(self, desk: Desk) -> None:
        self.desks.remove(desk)
        await desk.kill()

    async def stop(self, desk: Desk) -> None:
        self.desks.remove(desk)
        await desk.stop()

    async def close(self) -> None:
        for desk in list(self.desks):
            await self.kill(desk)
        for runner in self._runners.values():
            await runner.cleanup()


def settings(leaders: Sequence[Wallet]) -> Settings:
    """What `copydesk up` has by default, with the leaders named."""
    plain = load_preset("balanced")
    pace = PaceSettings.model_validate(LIVE_PACE["pace"])
    named = tuple(LeaderSettings(wallet=leader) for leader in leaders)
    account = plain.account.model_copy(update={"bankroll_usdc": 100 * plain.account.bankroll_usdc})
    return plain.model_copy(update={"pace": pace, "leaders": named, "account": account})


def rules(leaders: Sequence[Wallet], clients: int = 1) -> Rules:
    """Rules under which `clients` clients each follow all of `leaders`."""
    said = settings(leaders)
    of_one = relations(Loaded(said, {}, "test"))
    return Rules(
        run=LIVE,
        preset=said.preset,
        settings_version="test",
        relations=tuple(_of(number, relation) for number in range(clients) for relation in of_one),
        bankroll=usdc(said.account.bankroll_usdc),
        scan_window_ms=said.pace.scan_window_ms,
        detection_lag_ms=said.pace.detection_lag_ms,
    )


def _of(client: int, relation: Relation) -> Relation:
    name = f"{client:05}"
    return msgspec.structs.replace(relation, client=ClientId(name), account=AccountId(f"desk-{name}"))


def play(act: Act, *, scenario: str = "demo", seed: int = 7, **changed: Any) -> None:
    """Act before a market of its own; `changed` are fields of the scenario that are to be others."""

    async def run() -> None:
        stage = Stage(replace(scenario_named(scenario), **changed), seed)
        try:
            await stage.open()
            await act(stage)
        finally:
            await stage.close()

    run_in_time(run())
