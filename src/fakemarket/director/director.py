"""The director: sets the scene, starts everybody, and keeps the market going on the exchange's own clock."""

from collections.abc import Callable
from functools import partial
from typing import Final

from fakemarket.director.actor import Actor
from fakemarket.director.casting import Cast, cast_for
from fakemarket.director.crowd import House, Passer
from fakemarket.director.floor import Floor, Listing
from fakemarket.director.incidents import Incidents
from fakemarket.director.playback import Playback, read_recording
from fakemarket.director.prices import dice_of
from fakemarket.director.record import Record
from fakemarket.director.scenario import LeaderPlan, Scenario
from fakemarket.director.script import Script, read_script
from fakemarket.director.seasons import Seasons
from fakemarket.director.styles import STYLES, Leader, Stage
from fakemarket.world.exchange import Exchange

BEAT_MS: Final = 1_000


class Director:
    """One run of a scenario: a participant like any other, who acts when the clock says so."""

    def __init__(self, exchange: Exchange, scenario: Scenario) -> None:
        self.exchange = exchange
        self.scenario = scenario
        self.record = Record(exchange)
        self.floor = Floor(exchange)
        self.cast: Cast = cast_for(exchange, scenario)
        self._houses: dict[str, House] = {}
        self._leaders: list[Leader] = []
        seed = exchange.plan.seed
        self.seasons = Seasons(self.floor, scenario, dice_of(seed, "seasons"), self.later)
        self.script = Script(self)
        self._incidents = Incidents(
            self.floor,
            dice_of(seed, "incidents"),
            crowd=self.cast.passers,
            leaders=[actor for _, actor in self.cast.leaders],
        )

    def start(self) -> None:
        """Open the markets, start the leaders and the crowd, and put down what the script or recording says."""
        for plan, actor in self.cast.leaders:
            self.record.follow(actor.wallet, plan.name, plan.style)
        self.seasons.on_listed.append(self._listed)
        self.seasons.on_resolved.append(self._resolved)
        self.seasons.open_all()
        for plan, actor in self.cast.leaders:
            self._leaders.append(self._leader(plan, actor))
        for actor in self.cast.passers:
            Passer(actor, self.floor, self.later, gap_s=self.scenario.passer_gap_s).start()
        for name, params in self.scenario.faults.items():
            self.exchange.faults.set(name, **params)
        if self.scenario.script:
            self.script.put_down(read_script(self.scenario.script))
        if self.scenario.recording:
            Playback(self).put_down(read_recording(self.scenario.recording))
        self._beat()

    def later(self, wait_ms: int, act: Callable[[], None]) -> None:
        self.exchange.clock.schedule(self.exchange.clock.now_ms() + wait_ms, act)

    # --- who acts ----------------------------------------------------------------------------------------------------

    def _leader(self, plan: LeaderPlan, actor: Actor) -> Leader:
        stage = Stage(
            actor=actor, floor=self.floor, later=self.later, gap_s=plan.gap_s, size=plan.size, skill=plan.skill
        )
        leader = STYLES[plan.style](stage)
        if plan.gap_s > 0:
            leader.start()
        return leader

    def _beat(self) -> None:
        """Once a second, see whether somebody asked for an incident."""
        self.later(BEAT_MS, self._beat)
        self._incidents.act()

    # --- what markets do ---------------------------------------------------------------------------------------------

    def _listed(self, listing: Listing) -> None:
        house = House(self.cast.house, listing, levels=self.scenario.levels, size=self.scenario.level_size)
        self._houses[listing.market.condition] = house
        self._tend(listing)

    def _tend(self, listing: Listing) -> None:
        """Requote a market until it ends, and refine its grid when its price gets extreme."""
        if listing.market.closed:
            return
        self.seasons.refine(listing)
        self._houses[listing.market.condition].requote()
        if listing.is_trading:
            self.later(round(self.scenario.requote_s * 1000), lambda: self._tend(listing))

    def _resolved(self, listing: Listing) -> None:
        self._houses.pop(listing.market.condition, None)
        for leader in self._leaders:
            leader.on_resolved(listing)
        market = listing.market
        for actor in (self.cast.house, *self.cast.passers):
            self.later(60_000, partial(actor.redeem, market))

    def leaders(self) -> list[dict[str, str]]:
        """Say who leads: those of the scenario, and those a script or a recording brought."""
        return self.record.leaders()
