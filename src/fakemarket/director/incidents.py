"""Incidents on demand: bursts of trades, leaders who leave by odd doors, and storms of dust."""

from collections.abc import Callable, Sequence
from typing import Final

from fakemarket.director.actor import Actor
from fakemarket.director.floor import Floor, Listing
from fakemarket.world.dice import Dice
from fakemarket.world.faults import Fault
from fakemarket.world.money import ONE
from fakemarket.world.tokens import Market

BURST_ACTORS: Final = 2
DUST_TRADES: Final = 20
SETTLED_MS: Final = 15_000


class Incidents:
    """The faults only a director can act: they are trades and moves like any other, just strange ones."""

    def __init__(self, floor: Floor, dice: Dice, *, crowd: Sequence[Actor], leaders: Sequence[Actor]) -> None:
        self._floor = floor
        self._dice = dice
        self._crowd = crowd
        self._leaders = leaders
        self._acts: dict[str, Callable[[Fault], None]] = {
            "burst": self.burst,
            "odd_exit": self.odd_exit,
            "dust_storm": self.dust_storm,
        }

    def act(self) -> None:
        """Act each incident that is switched on; without a count or a probability it happens once."""
        faults = self._floor.exchange.faults
        for name, act in self._acts.items():
            fault = faults.strikes(name)
            if fault is None:
                continue
            act(fault)
            if not {"count", "probability", "duration_ms"} & fault.params.keys():
                faults.clear(name)

    # --- F36 ---------------------------------------------------------------------------------------------------------

    def burst(self, fault: Fault) -> None:
        """Make many small trades between two strangers at once, and one of a leader in their midst."""
        listing = self._floor.drawn(self._dice, low=200_000, high=800_000)
        if listing is None or len(self._crowd) < BURST_ACTORS:
            return
        seller, buyer = self._crowd[0], self._crowd[1]
        count, market = int(fault.number("events", 10_000)), listing.market
        size = market.minimum
        needed = size * count * 2
        for actor in (seller, buyer):
            self._floor.exchange.deposit(actor.wallet, needed)
        self._floor.exchange.split(seller.wallet, market.condition, needed // 2)
        book = self._floor.exchange.book(listing.yes)
        if book.best_ask is None or book.best_bid is None or book.best_ask - book.tick <= book.best_bid:
            price = book.best_ask or ONE // 2
        else:
            price = book.best_ask - book.tick
        seller.order(listing.yes, "SELL", price, size * count)
        for place in range(count):
            if place == count // 2 and self._leaders:
                self._dice.choice(self._leaders).take(listing.yes, "BUY", size)
            buyer.order(listing.yes, "BUY", price, size, order_type="FAK")

    # --- F39 ---------------------------------------------------------------------------------------------------------

    def odd_exit(self, fault: Fault) -> None:
        """Let a leader leave a position without a sale: by merge, conversion, transfer or split (param `kind`)."""
        kind = fault.text("kind", "merge")
        name = fault.text("leader", "")
        for actor in self._leaders:
            if name in {"", actor.account.profile.name}:
                for market, token in self._held(actor):
                    if self._leaves(actor, market, token, kind):
                        return

    def _held(self, actor: Actor) -> list[tuple[Market, str]]:
        catalog = self._floor.exchange.catalog
        found = [(catalog.of_token(token), token) for token in actor.account.tokens if actor.held(token) > 0]
        return [(market, token) for market, token in found if market is not None]

    def _leaves(self, actor: Actor, market: Market, token: str, kind: str) -> bool:
        exchange, held = self._floor.exchange, actor.held(token)
        match kind:
            case "transfer" if self._crowd:
                exchange.transfer(actor.wallet, self._crowd[0].wallet, token, held)
            case "split" if not market.closed:
                exchange.split(actor.wallet, market.condition, 10 * ONE)
            case "convert" if market.neg_risk and token == market.tokens[1] and not market.closed:
                exchange.convert(actor.wallet, market.condition, held)
            case "redeem" if market.payouts is not None:
                exchange.redeem(actor.wallet, market.condition)
            case "merge" if not market.closed:
                if actor.take(market.other(token), "BUY", held, ticks=5) is None:
                    return False
                exchange.clock.schedule(exchange.clock.now_ms() + SETTLED_MS, lambda: _merged(actor, market))
            case _:
                return False
        return True

    # --- F40 ---------------------------------------------------------------------------------------------------------

    def dust_storm(self, fault: Fault) -> None:
        """Let a leader trade dust back and forth on both sides: nothing that anybody should follow."""
        listing = self._floor.drawn(self._dice, low=200_000, high=800_000)
        if listing is None or not self._leaders:
            return
        name = fault.text("leader", "")
        named = [actor for actor in self._leaders if name in {"", actor.account.profile.name}]
        actor = self._dice.choice(named or list(self._leaders))
        for place in range(int(fault.number("trades", DUST_TRADES))):
            self._dust(actor, listing, place)

    def _dust(self, actor: Actor, listing: Listing, place: int) -> None:
        """Trade the least there is: both sides in turn, and back again where there is something to give."""
        token, minimum = listing.market.tokens[place % 2], listing.market.minimum
        gives_back = place // 2 % 2 == 1 and actor.held(token) >= minimum
        actor.take(token, "SELL" if gives_back else "BUY", minimum)


def _merged(actor: Actor, market: Market) -> None:
    if not market.closed:
        actor.merge(market)
