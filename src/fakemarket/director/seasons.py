"""The seasons of a market: it is listed, its tick gets finer, it ends, is proposed, perhaps disputed, and pays."""

from collections.abc import Callable
from typing import Final

from fakemarket.director.crowd import Later
from fakemarket.director.floor import Floor, Listing
from fakemarket.director.grid import drawn_ms
from fakemarket.director.prices import Fair, FairPrice, FairRace, Lane
from fakemarket.director.scenario import Scenario
from fakemarket.director.titles import PLACES, RACE, SINGLES, Kind, fees_of, tag, words
from fakemarket.world.dice import Dice
from fakemarket.world.money import ONE
from fakemarket.world.tokens import EventPlan, Market, MarketPlan, Version

FINE_TICK: Final = 1_000
NEAR_THE_EDGE: Final = 40_000
HALVES: Final = (ONE // 2, ONE // 2)
MINUTE_MS: Final = 60_000


class Seasons:
    """The maker and the end of all markets of a run."""

    def __init__(self, floor: Floor, scenario: Scenario, dice: Dice, later: Later) -> None:
        self._floor = floor
        self._scenario = scenario
        self._dice = dice
        self._later = later
        self._number = 0
        self._races = 0
        self.on_listed: list[Callable[[Listing], None]] = []
        self.on_resolved: list[Callable[[Listing], None]] = []

    # --- births ------------------------------------------------------------------------------------------------------

    def open_all(self) -> None:
        for _ in range(self._scenario.single_markets):
            self.open_single()
        for _ in range(self._scenario.race_events):
            self.open_race()

    def _end_ms(self) -> int:
        """Draw an end on a full minute."""
        now_ms = self._floor.exchange.clock.now_ms()
        life_ms = round(self._dice.uniform(*self._scenario.life_s) * 1000)
        return (now_ms + life_ms) // MINUTE_MS * MINUTE_MS + MINUTE_MS

    def _version(self, number: int) -> Version:
        """Spread the share of v2 markets evenly: of every run of markets the same part is v2."""
        share = self._scenario.v2_share
        return "v2" if int(number * share) > int((number - 1) * share) else "v1"

    def open_single(self) -> Listing:
        kind = SINGLES[self._number % len(SINGLES)]
        end_ms, blanks = self._end_ms(), self._blanks()
        plan = self._plan(kind, kind.question.format(**blanks), end_ms, self._version(self._number))
        event = self._floor.exchange.add_event(
            EventPlan(title=kind.event.format(**blanks), tags=plan.tags, end_ms=end_ms, markets=(plan,))
        )
        fair = FairPrice(
            dice=Dice(self._dice.getrandbits(64)),
            start_ms=self._floor.exchange.clock.now_ms(),
            end_ms=end_ms,
            first=self._dice.uniform(0.2, 0.8),
        )
        return self._list(event.conditions[0], fair, end_ms)

    def open_race(self) -> list[Listing]:
        """List a neg-risk event: several markets of which exactly one ends Yes."""
        runners = self._scenario.race_runners
        self._races += 1
        end_ms, blanks = self._end_ms(), self._blanks()
        version: Version = "v2" if self._races % 2 == 0 and self._scenario.v2_share > 0 else "v1"
        names = self._dice.sample(PLACES, runners)
        plans = tuple(
            self._plan(RACE, RACE.question.format(**(blanks | {"a": name})), end_ms, version) for name in names
        )
        event = self._floor.exchange.add_event(
            EventPlan(
                title=RACE.event.format(**blanks), neg_risk=True, tags=plans[0].tags, end_ms=end_ms, markets=plans
            )
        )
        race = FairRace(
            dice=Dice(self._dice.getrandbits(64)),
            start_ms=self._floor.exchange.clock.now_ms(),
            end_ms=end_ms,
            runners=runners,
        )
        return [self._list(one, Lane(race, runner), end_ms) for runner, one in enumerate(event.conditions)]

    def _blanks(self) -> dict[str, object]:
        self._number += 1
        return words(self._dice, self._number)

    def _plan(self, kind: Kind, question: str, end_ms: int, version: Version) -> MarketPlan:
        return MarketPlan(
            question=question,
            outcomes=kind.outcomes,
            version=version,
            tick=10_000,
            fees=fees_of(kind),
            category=kind.category,
            tags=tuple(tag(slug) for slug in kind.tags),
            seconds_delay=1 if kind.is_game else 0,
            taker_delay_ms=150 if kind.category == "crypto" else 0,
            end_ms=end_ms,
            game_start_ms=end_ms - 2 * MINUTE_MS if kind.is_game else None,
            description=f"{question} The director decides.",
        )

    def _list(self, condition: str, fair: Fair, end_ms: int) -> Listing:
        market = self._floor.exchange.catalog.markets[condition]
        listing = Listing(market=market, fair=fair, end_ms=end_ms)
        self._floor.add(listing)
        for hear in self.on_listed:
            hear(listing)
        now_ms = self._floor.exchange.clock.now_ms()
        self._later(end_ms - now_ms, lambda: self._propose(listing))
        return listing

    # --- ends --------------------------------------------------------------------------------------------------------

    def refine(self, listing: Listing) -> None:
        """Give a market whose price comes near an edge a finer grid, once."""
        market = listing.market
        fair = listing.fair.at(self._floor.exchange.clock.now_ms())
        is_near = min(fair, ONE - fair) < NEAR_THE_EDGE
        if is_near and market.tick > FINE_TICK and listing.is_trading:
            self._floor.exchange.change_tick(market.condition, FINE_TICK)

    def _propose(self, listing: Listing) -> None:
        listing.fair.at(self._floor.exchange.clock.now_ms())
        exchange, market = self._floor.exchange, listing.market
        if market.closed:
            return
        exchange.propose(market.condition)
        wait_ms = round(self._scenario.challenge_s * 1000)
        if self._dice.random() < self._scenario.dispute_share:
            self._later(wait_ms // 2, lambda: _disputed(self._floor, market))
            wait_ms *= 3
        self._later(wait_ms, lambda: self.resolve(listing))
        if self._scenario.is_renewed:
            self._later(drawn_ms(self._dice, 60), lambda: self._renew(market))

    def _renew(self, ended: Market) -> None:
        """List something new for what ended; a race comes anew only once."""
        if not ended.neg_risk:
            self.open_single()
        elif self._floor.exchange.catalog.event_of(ended).conditions[0] == ended.condition:
            self.open_race()

    def resolve(self, listing: Listing, payouts: tuple[int, int] | None = None) -> None:
        """Pay as the fair price ended, seldom in halves, unless the payouts are given."""
        market = listing.market
        if market.closed:
            return
        if payouts is None:
            payouts = (ONE, 0) if listing.fair.ends_yes else (0, ONE)
            if not market.neg_risk and self._dice.random() < self._scenario.half_share:
                payouts = HALVES
        self._floor.exchange.resolve(market.condition, payouts)
        for hear in self.on_resolved:
            hear(listing)


def _disputed(floor: Floor, market: Market) -> None:
    if not market.closed:
        floor.exchange.dispute(market.condition)
