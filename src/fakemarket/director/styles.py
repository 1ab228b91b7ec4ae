"""The leaders: five ways of trading, each a hand with a habit."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from fakemarket.director.actor import Actor
from fakemarket.director.crowd import Later
from fakemarket.director.floor import Floor, Listing
from fakemarket.director.grid import drawn_ms, drawn_size
from fakemarket.world.money import ONE
from fakemarket.world.orders import Placed


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What a leader works with: his hand, the floor, the future, and how often he decides."""

    actor: Actor
    floor: Floor
    later: Later
    gap_s: float
    size: tuple[int, int]
    skill: float

    def wait(self, mean_s: float, act: Callable[[], None]) -> None:
        self.later(drawn_ms(self.actor.dice, mean_s), act)

    def drawn_size(self) -> int:
        return drawn_size(self.actor.dice, *self.size)


class Leader(Protocol):
    """A way of trading: it is started once and keeps itself going."""

    def start(self) -> None: ...

    def on_resolved(self, listing: Listing) -> None: ...


class Redeeming:
    """The common end of every way of trading: winners are cashed in some minutes after the result."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def on_resolved(self, listing: Listing) -> None:
        self.stage.wait(240, lambda: self.stage.actor.redeem(listing.market))


class Directional(Redeeming):
    """Enters in clips on what it knows before the others do, and sells in one or two clips later."""

    CLIPS_MAX: Final = 3
    HOLD_S: Final = 900
    HALVES: Final = 0.5

    def start(self) -> None:
        self.stage.wait(self.stage.gap_s, self._enter)

    def _enter(self) -> None:
        self.start()
        stage, dice = self.stage, self.stage.actor.dice
        listing = stage.floor.drawn(dice)
        if listing is None:
            return
        side = dice.randrange(2)
        token = listing.market.tokens[side]
        for clip in range(dice.randint(1, self.CLIPS_MAX)):
            stage.later(clip * 20_000, lambda: self._clip(token))
        is_right = dice.random() < stage.skill
        push = 0.15 if is_right == (side == 0) else -0.15
        stage.wait(120, lambda: listing.fair.nudge(push))
        stage.wait(self.HOLD_S, lambda: self._leave(token))

    def _clip(self, token: str) -> None:
        _bought(self.stage, token)

    def _leave(self, token: str) -> None:
        stage = self.stage
        held = stage.actor.held(token)
        if stage.actor.dice.random() < self.HALVES and held > 20 * ONE:
            stage.actor.take(token, "SELL", held // 2)
            stage.wait(60, lambda: _sold_all(stage, token))
        else:
            _sold_all(stage, token)


class Scalper(Redeeming):
    """In and out within minutes: buys at the ask, offers a tick or two higher, gives up at the bid."""

    PATIENCE_S: Final = 90

    def start(self) -> None:
        self.stage.wait(self.stage.gap_s, self._enter)

    def _enter(self) -> None:
        self.start()
        stage, dice = self.stage, self.stage.actor.dice
        listing = stage.floor.drawn(dice, low=150_000, high=850_000)
        if listing is None:
            return
        token = dice.choice(listing.market.tokens)
        if _bought(stage, token) is not None:
            stage.later(12_000, lambda: self._offer(token))

    def _offer(self, token: str) -> None:
        stage = self.stage
        best = stage.actor.exchange.book(token).best_ask
        held = stage.actor.held(token)
        placed = stage.actor.order(token, "SELL", best, held) if best is not None else None
        stage.wait(self.PATIENCE_S, lambda: self._give_up(token, placed))

    def _give_up(self, token: str, placed: Placed | None) -> None:
        if placed is not None:
            self.stage.actor.cancel([placed.order_id])
        _sold_all(self.stage, token)


class Maker(Redeeming):
    """Quotes inside the crowd's spread and waits; most of its fills are somebody else's decision."""

    LIFE_MS: Final = 120_000

    def start(self) -> None:
        self.stage.wait(self.stage.gap_s, self._quote)

    def _quote(self) -> None:
        self.start()
        stage = self.stage
        listing = stage.floor.drawn(stage.actor.dice, low=100_000, high=900_000)
        if listing is None:
            return
        placed = [order for token in listing.market.tokens if (order := self._bid(token)) is not None]
        for token in listing.market.tokens:
            ask = stage.actor.exchange.book(token).best_ask
            held = stage.actor.held(token)
            if ask is not None and held >= listing.market.minimum:
                offer = stage.actor.order(token, "SELL", ask, min(held, stage.drawn_size()))
                placed += [offer] if offer is not None else []
        ids = [order.order_id for order in placed]
        stage.later(self.LIFE_MS, lambda: stage.actor.cancel(ids))

    def _bid(self, token: str) -> Placed | None:
        """Bid a tick above the best bid where that does not cross."""
        book = self.stage.actor.exchange.book(token)
        if book.best_bid is None or book.best_ask is None:
            return None
        price = book.best_bid + book.tick if book.best_bid + book.tick < book.best_ask else book.best_bid
        return self.stage.actor.order(token, "BUY", price, self.stage.drawn_size())


class Holder(Redeeming):
    """Buys what it believes in once, and waits for the end."""

    def start(self) -> None:
        self.stage.wait(self.stage.gap_s, self._enter)

    def _enter(self) -> None:
        self.start()
        stage, dice = self.stage, self.stage.actor.dice
        listing = stage.floor.drawn(dice, low=200_000, high=900_000)
        if listing is None or any(stage.actor.account.balance(token) for token in listing.market.tokens):
            return
        is_favourite = listing.fair.at(stage.actor.exchange.clock.now_ms()) * 2 > ONE
        _bought(stage, listing.yes if is_favourite else listing.no)


class Merger(Redeeming):
    """Never sells: leaves by buying the other side and merging both, so no trade shows the exit."""

    HOLD_S: Final = 600
    SETTLED_MS: Final = 15_000

    def start(self) -> None:
        self.stage.wait(self.stage.gap_s, self._enter)

    def _enter(self) -> None:
        self.start()
        stage, dice = self.stage, self.stage.actor.dice
        listing = stage.floor.drawn(dice)
        if listing is None:
            return
        token = dice.choice(listing.market.tokens)
        if _bought(stage, token) is not None:
            stage.wait(self.HOLD_S, lambda: self._leave(listing, token))

    def _leave(self, listing: Listing, token: str) -> None:
        stage, other = self.stage, listing.market.other(token)
        missing = stage.actor.held(token) - stage.actor.held(other)
        if missing > 0 and listing.is_trading:
            stage.actor.take(other, "BUY", missing, ticks=5)
        stage.later(self.SETTLED_MS, lambda: _merged(stage, listing))


def _bought(stage: Stage, token: str) -> Placed | None:
    if not _trades(stage, token):
        return None
    return stage.actor.take(token, "BUY", stage.drawn_size())


def _sold_all(stage: Stage, token: str) -> None:
    if _trades(stage, token) and stage.actor.held(token) > 0:
        stage.actor.take(token, "SELL", stage.actor.held(token), ticks=4)


def _merged(stage: Stage, listing: Listing) -> None:
    if not listing.market.closed:
        stage.actor.merge(listing.market)


def _trades(stage: Stage, token: str) -> bool:
    market = stage.actor.market(token)
    return market.accepting_orders and not market.closed


STYLES: Final[dict[str, Callable[[Stage], Leader]]] = {
    "directional": Directional,
    "scalper": Scalper,
    "maker": Maker,
    "holder": Holder,
    "merger": Merger,
}
