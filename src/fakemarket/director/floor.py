"""The floor: every market the director runs, with what it is really worth."""

from collections.abc import Iterable
from dataclasses import dataclass

from fakemarket.director.prices import Fair
from fakemarket.world.dice import Dice
from fakemarket.world.exchange import Exchange
from fakemarket.world.tokens import Market


@dataclass(slots=True, kw_only=True)
class Listing:
    """One market with its fair price and its planned end."""

    market: Market
    fair: Fair
    end_ms: int

    @property
    def yes(self) -> str:
        return self.market.tokens[0]

    @property
    def no(self) -> str:
        return self.market.tokens[1]

    @property
    def is_trading(self) -> bool:
        return self.market.accepting_orders and not self.market.closed and not self.fair.is_over


class Floor:
    """All listings by condition, and the fair price of any token."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.listings: dict[str, Listing] = {}

    def add(self, listing: Listing) -> None:
        self.listings[listing.market.condition] = listing

    def trading(self) -> list[Listing]:
        return [listing for listing in self.listings.values() if listing.is_trading]

    def drawn(self, dice: Dice, *, low: int = 80_000, high: int = 920_000) -> Listing | None:
        """Draw a market that trades at a price between two bounds."""
        now_ms = self.exchange.clock.now_ms()
        found = [one for one in self.trading() if low <= one.fair.at(now_ms) <= high]
        return dice.choice(found) if found else None

    def among(self, conditions: Iterable[str]) -> list[Listing]:
        return [self.listings[condition] for condition in conditions if condition in self.listings]
