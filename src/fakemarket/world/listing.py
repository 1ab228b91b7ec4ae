"""What happens to a market from outside: its grid, pauses, proposals and its end."""

from typing import TYPE_CHECKING

from fakemarket.world.events import Events, MarketResolved, TickChanged
from fakemarket.world.money import ONE, ROUNDING

if TYPE_CHECKING:
    from fakemarket.world.catalog import Catalog
    from fakemarket.world.clock import Clock
    from fakemarket.world.orders import Order


class Listing:
    """The part of the exchange that lists, pauses and resolves."""

    clock: "Clock"
    catalog: "Catalog"
    events: Events

    def open_orders(self, wallet: str | None = None) -> "list[Order]":
        raise NotImplementedError

    def end(self, order: "Order", status: str) -> None:
        raise NotImplementedError

    def change_tick(self, condition: str, tick: int) -> None:
        """Set a market's grid; ValueError for a grid the venue does not have."""
        if tick not in ROUNDING:
            raise ValueError(f"no such tick: {tick}")
        market = self.catalog.markets[condition]
        old, market.tick = market.tick, tick
        if old != tick:
            self.events.publish(TickChanged(condition=condition, old=old, new=tick))

    def pause(self, condition: str) -> None:
        self.catalog.markets[condition].accepting_orders = False

    def resume(self, condition: str) -> None:
        self.catalog.markets[condition].accepting_orders = True

    def propose(self, condition: str) -> None:
        self.catalog.markets[condition].resolution = "proposed"

    def dispute(self, condition: str) -> None:
        self.catalog.markets[condition].resolution = "disputed"

    def resolve(self, condition: str, payouts: tuple[int, int]) -> None:
        """End a market: cancel its orders, fix what each token pays (micros a share), and tell it."""
        if sum(payouts) != ONE or min(payouts) < 0:
            raise ValueError(f"payouts must share one dollar: {payouts}")
        market = self.catalog.markets[condition]
        market.accepting_orders = False
        for order in self.open_orders():
            if order.condition == condition:
                self.end(order, "CANCELED_MARKET_RESOLVED")
        market.closed, market.active, market.resolution = True, True, "resolved"
        market.payouts, market.closed_ms = payouts, self.clock.now_ms()
        event = self.catalog.event_of(market)
        event.closed = all(self.catalog.markets[other].closed for other in event.conditions)
        winner = market.tokens[payouts.index(ONE)] if ONE in payouts else ""
        self.events.publish(MarketResolved(condition=condition, winning_token=winner, payouts=payouts))
