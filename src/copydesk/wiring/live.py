"""What a live desk runs on: the venue's feeds and books over the network, a paper venue, a ledger that stays."""

from __future__ import annotations

import asyncio
import signal
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from copydesk.adapters.clocks.dice import SystemDice
from copydesk.adapters.clocks.live import RunningClock
from copydesk.adapters.clocks.system import Stopwatch
from copydesk.adapters.polymarket.http.hosts import Hosts
from copydesk.adapters.polymarket.http.trouble import VenueTrouble
from copydesk.adapters.polymarket.http.venue_http import VenueHttp
from copydesk.adapters.storage.desk_lock import held
from copydesk.adapters.storage.sqlite import SqliteLedgerStore
from copydesk.adapters.telemetry.decision_log import JsonLinesLog
from copydesk.domain.errors import CopydeskError, Unreadable
from copydesk.domain.ids import TimeMs
from copydesk.domain.venue_addresses import is_on_this_machine
from copydesk.flow.desk import Rules
from copydesk.flow.ledger.seal import open_entry
from copydesk.run.curve import Curve
from copydesk.run.lately import Lately, ObservedStore
from copydesk.run.live import LiveRun
from copydesk.run.live_status import Said, status_of
from copydesk.run.replay import Finished
from copydesk.run.report import ReplayReport, Surroundings, report_of
from copydesk.wiring.boot import looked_at
from copydesk.wiring.control import control_of
from copydesk.wiring.leaders import Leaders, refuse_what_is_not_live
from copydesk.wiring.live_desk import Reach, live_desk
from copydesk.wiring.tables import tables_beside

if TYPE_CHECKING:
    from collections.abc import Callable

    from copydesk.domain.live_status import Followed, Screen
    from copydesk.ports import LiveClock
    from copydesk.run.tables import LedgerTables
    from copydesk.settings.layers import Loaded
    from copydesk.settings.schema import Settings

LIVE_PACE: dict[str, object] = {"pace": {"scan_window_ms": 20, "detection_lag_ms": 0}}
"""What a live desk's settings default to: fills that arrive within 20 ms are one signal, and nothing waits longer."""
SHOW_EVERY_MS = 500
TABLES_EVERY_MS = 5_000
SECOND_MAX_MS, SECOND_LOOK_MS = 1_500, 10


class UpRequest(msgspec.Struct, frozen=True, kw_only=True):
    """How to run a desk: where its ledger is, and for how many seconds of its clock, None until it is told to stop.

    `reload` gives the settings anew if they have changed since it was last asked; it may raise what loading raises.
    `told` hears which wallet each leader turned out to be.
    """

    ledger: Path
    decisions: Path | None = None
    seconds: int | None = None
    reload: Callable[[], Loaded | None] | None = None
    told: Callable[[Followed], None] | None = None


def run_up(loaded: Loaded, request: UpRequest, screen: Screen | None = None) -> ReplayReport:
    """Copy live until the time is over or a signal says stop, then report on the run.

    Raises `BadInput` for settings that cannot be run live and `Unreadable` if the venue does not answer at all.
    """
    refuse_what_is_not_live(loaded.settings)
    try:
        return asyncio.run(_up(loaded, request, screen))
    except VenueTrouble as error:
        raise Unreadable("the venue", f"{error}; `copydesk doctor` looks at each part of it") from error


async def _up(loaded: Loaded, request: UpRequest, screen: Screen | None) -> ReplayReport:
    stopwatch, settings, dice = Stopwatch(), loaded.settings, SystemDice()
    async with AsyncExitStack() as stack:
        hosts = Hosts(**settings.venue.model_dump())
        clock = await _clock(settings, hosts)
        http = VenueHttp(hosts, clock, dice)
        stack.push_async_callback(http.close)
        warnings = await looked_at(hosts, http, clock)
        leaders = Leaders(http, request.told)
        rules = await leaders.rules(loaded)
        stack.enter_context(held(request.ledger))
        store = SqliteLedgerStore(request.ledger, open_entry)
        stack.callback(store.close)
        log = JsonLinesLog(request.decisions or request.ledger.with_name(request.ledger.name + ".decisions.jsonl"))
        stack.callback(log.close)
        lately = Lately()
        control = control_of(request.ledger, settings)
        live = live_desk(settings, rules, Reach(hosts, http, clock, dice), ObservedStore(store, lately), log, control)
        ends_at = None if request.seconds is None else TimeMs(clock.now() + 1_000 * request.seconds)
        tables = tables_beside(request.ledger, store)
        said = Said(settings.mode, ends_at, leaders.followed, warnings)
        around = Around(leaders, request, screen, lately, tables, said)
        await _until_told(live, around, clock, request.seconds)
        tables.catch_up(live.pipeline.desks)
        return report_of(
            Finished(live.pipeline, 0, 0),
            Surroundings(
                ledger_file=str(request.ledger),
                wall_ms=stopwatch.elapsed_ms(),
                curve=tuple(around.curve.points),
            ),
        )


async def _until_told(live: LiveRun, around: Around, clock: LiveClock, seconds: int | None) -> None:
    """Run until a signal comes or the time is over; both end it in order."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    timer = asyncio.ensure_future(_after(seconds, clock, stop))
    try:
        await live.run(stop, around)
    finally:
        timer.cancel()
        await asyncio.gather(timer, return_exceptions=True)


async def _after(seconds: int | None, clock: LiveClock, stop: asyncio.Event) -> None:
    if seconds is not None:
        await clock.sleep(1_000 * seconds)
        stop.set()


async def _clock(settings: Settings, hosts: Hosts) -> LiveClock:
    """The machine's clock; against a venue on this machine, whose time may be any, the venue's.

    The venue tells whole seconds, so the moment is waited for in which a new one begins.
    """
    machine = RunningClock()
    if not is_on_this_machine(hosts.clob):
        return machine
    asking = VenueHttp(hosts, machine, SystemDice())
    try:
        first = now = await asking.server_time_ms()
        while now == first and machine.elapsed_ms() < SECOND_MAX_MS:
            await machine.sleep(SECOND_LOOK_MS)
            now = await asking.server_time_ms()
        return RunningClock(settings.pace.clock_speed, TimeMs(now))
    finally:
        await asking.close()


class Around:
    """What a live run meets outside: the settings as they change, the screen, the tables, the curve of the bankroll."""

    def __init__(
        self,
        leaders: Leaders,
        request: UpRequest,
        screen: Screen | None,
        lately: Lately,
        tables: LedgerTables,
        said: Said,
    ) -> None:
        self.curve = Curve()
        self._leaders, self._request, self._screen, self._lately = leaders, request, screen, lately
        self._tables, self._said, self._at_boot = tables, said, said.warnings
        self._shown, self._tabled = Stopwatch(), Stopwatch()
        self._is_new = True

    async def new_rules(self) -> Rules | None:
        """The rules if the settings have changed. Settings that cannot be used are told and change nothing."""
        try:
            loaded = self._request.reload() if self._request.reload else None
            rules = await self._leaders.rules(loaded) if loaded else None
        except CopydeskError as error:
            words = f"The settings have changed and cannot be used: {error}"
            self._said = self._said._replace(warnings=(*self._at_boot, words))
            return None
        if rules is not None:
            self._said = self._said._replace(warnings=self._at_boot, leaders=self._leaders.followed)
        return rules

    def passed(self, run: LiveRun) -> None:
        """Show how the run stands, twice a second at most, and now and then write the tables."""
        if not self._is_new and self._shown.elapsed_ms() < SHOW_EVERY_MS:
            return
        self._is_new, self._shown = False, Stopwatch()
        self.curve.passed(run.pipeline)
        if self._screen is not None:
            self._screen.show(status_of(run, self._lately, self._said))
        if self._tabled.elapsed_ms() >= TABLES_EVERY_MS:
            self._tabled = Stopwatch()
            self._tables.catch_up(run.pipeline.desks)
