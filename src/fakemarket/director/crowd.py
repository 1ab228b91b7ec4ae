"""The crowd: a house that quotes both tokens of every market, and people who trade for no reason we model."""

from collections.abc import Callable
from typing import Final

from fakemarket.director.actor import Actor
from fakemarket.director.floor import Floor, Listing
from fakemarket.director.grid import drawn_ms, drawn_size, floored, raised
from fakemarket.world.money import ONE
from fakemarket.world.orders import Side

Later = Callable[[int, Callable[[], None]], None]
STOCK: Final = 20_000 * ONE
STEP_MIN: Final = 2_000
HALF_SPREAD: Final = 5_000
SELLS: Final = 0.5
Quote = tuple[str, Side, int]


class House:
    """The maker of last resort in one market: levels on both sides of the fair price, one step apart.

    Every second level is quoted as its mirror in the other token, so that takers meet complementary orders, mints
    and merges in one sweep.
    """

    def __init__(self, actor: Actor, listing: Listing, *, levels: int, size: tuple[int, int]) -> None:
        self._actor = actor
        self._listing = listing
        self._levels = levels
        self._size = size
        self._resting: dict[Quote, str] = {}

    def requote(self) -> None:
        """Bring the resting orders to the fair price: what still fits stays, so time priority is kept."""
        wanted = self._wanted() if self._listing.is_trading else []
        stale = [quote for quote in self._resting if quote not in wanted or not self._is_open(self._resting[quote])]
        self._actor.cancel([self._resting.pop(quote) for quote in stale])
        for quote in wanted:
            if quote not in self._resting:
                self._place(*quote)

    def _is_open(self, order_id: str) -> bool:
        order = self._actor.exchange.order(order_id)
        return order is not None and order.is_open

    def _wanted(self) -> list[Quote]:
        listing, tick = self._listing, self._listing.market.tick
        fair = listing.fair.at(self._actor.exchange.clock.now_ms())
        bid, ask = floored(fair - HALF_SPREAD, tick), raised(fair + HALF_SPREAD, tick)
        step = max(tick, STEP_MIN // tick * tick)
        wanted: list[Quote] = []
        for level in range(self._levels):
            is_mirrored = level % 2 == 1
            if (price := bid - level * step) >= tick:
                wanted.append((listing.no, "SELL", ONE - price) if is_mirrored else (listing.yes, "BUY", price))
            if (price := ask + level * step) <= ONE - tick:
                wanted.append((listing.no, "BUY", ONE - price) if is_mirrored else (listing.yes, "SELL", price))
        return wanted

    def _place(self, token: str, side: Side, price: int) -> None:
        size = drawn_size(self._actor.dice, *self._size)
        if side == "SELL" and self._actor.held(token) < size:
            self._actor.exchange.split(self._actor.wallet, self._listing.market.condition, STOCK)
        placed = self._actor.order(token, side, price, size)
        if placed is not None:
            self._resting[(token, side, price)] = placed.order_id


class Passer:
    """Somebody who now and then buys or sells a little of whatever is there."""

    def __init__(self, actor: Actor, floor: Floor, later: Later, *, gap_s: float) -> None:
        self._actor = actor
        self._floor = floor
        self._later = later
        self._gap_s = gap_s

    def start(self) -> None:
        self._later(drawn_ms(self._actor.dice, self._gap_s), self._act)

    def _act(self) -> None:
        self.start()
        dice = self._actor.dice
        listing = self._floor.drawn(dice, low=20_000, high=980_000)
        if listing is None:
            return
        token = dice.choice(listing.market.tokens)
        size = drawn_size(dice, 5, 80)
        if dice.random() < SELLS and self._actor.held(token) >= listing.market.minimum:
            self._actor.take(token, "SELL", size)
        else:
            self._actor.take(token, "BUY", size)
