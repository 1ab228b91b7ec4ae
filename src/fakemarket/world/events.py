"""What happens in the market, as records handed to every subscriber in order."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from fakemarket.world.clock import Clock
from fakemarket.world.orders import Order, Side
from fakemarket.world.tokens import Market
from fakemarket.world.trades import ActivityRow, Fill, Trade

Change = Literal["PLACEMENT", "UPDATE", "CANCELLATION"]


@dataclass(slots=True, kw_only=True)
class Happening:
    """Anything that happens: its number and its time are set when it is published."""

    sequence: int = field(default=0, init=False)
    at_ms: int = field(default=0, init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelChange:
    """The new total at one price of one token; size 0 means the level is gone."""

    token: str
    side: Side
    price: int
    size: int
    best_bid: int | None
    best_ask: int | None
    hash: str


@dataclass(slots=True, kw_only=True)
class PriceChanged(Happening):
    """Levels of a market's book changed; both tokens are in it."""

    condition: str
    changes: tuple[LevelChange, ...]


@dataclass(slots=True, kw_only=True)
class BookTraded(Happening):
    """A match changed the book: whoever shows snapshots shows new ones."""

    condition: str
    tokens: tuple[str, str]


@dataclass(slots=True, kw_only=True)
class LastTrade(Happening):
    """One match, as the public sees it at once: the taker's token and side."""

    trade: Trade


@dataclass(slots=True, kw_only=True)
class TickChanged(Happening):
    """A market's grid became finer or coarser."""

    condition: str
    old: int
    new: int


@dataclass(slots=True, kw_only=True)
class MarketAdded(Happening):
    """A market was listed."""

    market: Market


@dataclass(slots=True, kw_only=True)
class MarketResolved(Happening):
    """A market paid out; the winner is empty when the payout was shared."""

    condition: str
    winning_token: str
    payouts: tuple[int, int]


@dataclass(slots=True, kw_only=True)
class OrderChanged(Happening):
    """An order was placed, filled in part or in full, or ended."""

    order: Order
    change: Change
    wallet: str
    owner: str
    filled: int
    status: str


@dataclass(slots=True, kw_only=True)
class TradeChanged(Happening):
    """A match took one more step toward settlement."""

    trade: Trade
    status: str
    transaction_hash: str


@dataclass(slots=True, kw_only=True)
class FillsMined(Happening):
    """A settlement is in a block: makers first, the taker last."""

    trade: Trade
    fills: tuple[Fill, ...]


@dataclass(slots=True, kw_only=True)
class FillsReverted(Happening):
    """A settlement was taken back out of the chain."""

    trade: Trade
    fills: tuple[Fill, ...]


@dataclass(slots=True, kw_only=True)
class ActivityHappened(Happening):
    """A wallet split, merged, redeemed, converted, moved or was paid."""

    row: ActivityRow


AnyEvent: TypeAlias = (
    PriceChanged
    | BookTraded
    | LastTrade
    | TickChanged
    | MarketAdded
    | MarketResolved
    | OrderChanged
    | TradeChanged
    | FillsMined
    | FillsReverted
    | ActivityHappened
)
Handler: TypeAlias = Callable[[AnyEvent], None]


class Events:
    """The list of who wants to know; handlers run at once, in order of subscription."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._handlers: list[Handler] = []
        self._sequence = 0

    def subscribe(self, handler: Handler) -> Callable[[], None]:
        """Add a handler; call the answer to take it away."""
        self._handlers.append(handler)

        def leave() -> None:
            if handler in self._handlers:
                self._handlers.remove(handler)

        return leave

    def publish(self, event: AnyEvent) -> None:
        self._sequence += 1
        event.sequence = self._sequence
        event.at_ms = self._clock.now_ms()
        for handler in tuple(self._handlers):
            handler(event)
