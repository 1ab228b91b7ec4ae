"""One book for both tokens of a market: price first, then time; a NO order is shown as its YES mirror."""

import hashlib
import json
from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass

from fakemarket.world.money import ONE, decimal_text
from fakemarket.world.orders import Order, Side
from fakemarket.world.tokens import Market


@dataclass(frozen=True, slots=True)
class Level:
    """What rests at one price."""

    price: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BookView:
    """One token's book at one moment, best price first on both sides."""

    condition: str
    token: str
    at_ms: int
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]
    tick: int
    minimum: int
    neg_risk: bool
    last_price: int | None
    last_side: str

    @property
    def best_bid(self) -> int | None:
        return self.bids[0].price if self.bids else None

    @property
    def best_ask(self) -> int | None:
        return self.asks[0].price if self.asks else None

    @property
    def midpoint(self) -> int | None:
        if not self.bids or not self.asks:
            return None
        return (self.bids[0].price + self.asks[0].price) // 2

    @property
    def spread(self) -> int | None:
        return self.asks[0].price - self.bids[0].price if self.bids and self.asks else None

    @property
    def hash(self) -> str:
        """Give the SHA-1 of the book as the venue writes it, which the official clients can check."""
        return hashlib.sha1(
            json.dumps(self.as_venue("", ""), separators=(",", ":")).encode(), usedforsecurity=False
        ).hexdigest()

    def as_venue(self, market_hash: str, last: str) -> dict[str, object]:
        """Write the book as the venue does: best price LAST, numbers as text, keys in the venue's order."""
        shown = last or ("" if self.last_price is None else decimal_text(self.last_price))
        return {
            "market": self.condition,
            "asset_id": self.token,
            "timestamp": str(self.at_ms),
            "hash": market_hash,
            "bids": [_row(level) for level in reversed(self.bids)],
            "asks": [_row(level) for level in reversed(self.asks)],
            "min_order_size": decimal_text(self.minimum),
            "tick_size": decimal_text(self.tick),
            "neg_risk": self.neg_risk,
            "last_trade_price": shown,
        }

    def payload(self) -> dict[str, object]:
        """Write the book as the venue does, with its hash."""
        return self.as_venue(self.hash, "")


def _row(level: Level) -> dict[str, str]:
    return {"price": decimal_text(level.price), "size": decimal_text(level.size)}


class _Half:
    """One side of the book in YES prices: queues of orders by price, with totals."""

    def __init__(self, sign: int) -> None:
        self._sign = sign
        self._prices: list[int] = []  # signed, so that the best is always the first
        self._queues: dict[int, dict[str, Order]] = {}
        self.totals: dict[int, int] = {}

    def add(self, price: int, order: Order) -> None:
        queue = self._queues.get(price)
        if queue is None:
            insort(self._prices, self._sign * price)
            queue = self._queues[price] = {}
            self.totals[price] = 0
        queue[order.id] = order
        self.totals[price] += order.remaining

    def take(self, price: int, shares: int) -> None:
        self.totals[price] -= shares

    def remove(self, price: int, order: Order) -> None:
        queue = self._queues[price]
        del queue[order.id]
        self.totals[price] -= order.remaining
        if not queue:
            del self._queues[price], self.totals[price]
            del self._prices[bisect_left(self._prices, self._sign * price)]

    def best(self) -> int | None:
        return self._sign * self._prices[0] if self._prices else None

    def prices(self) -> list[int]:
        return [self._sign * price for price in self._prices]

    def orders(self) -> Iterator[tuple[int, Order]]:
        for price in self.prices():
            for order in self._queues[price].values():
                yield price, order


class MarketBook:
    """The resting orders of one market."""

    def __init__(self, market: Market) -> None:
        self._yes = market.tokens[0]
        self._market = market
        self._bids = _Half(-1)
        self._asks = _Half(1)
        self._touched: dict[tuple[str, int], None] = {}
        self.changed_ms = market.created_ms

    def add(self, order: Order) -> None:
        half, price = self._place(order)
        half.add(price, order)
        self._touch(half, price)

    def remove(self, order: Order) -> None:
        half, price = self._place(order)
        half.remove(price, order)
        self._touch(half, price)

    def fill(self, order: Order, shares: int) -> None:
        """Take shares from a resting order; the caller removes it when nothing is left."""
        half, price = self._place(order)
        order.filled += shares
        half.take(price, shares)
        self._touch(half, price)

    def facing(self, token: str, side: Side) -> Iterator[tuple[int, Order]]:
        """Give the resting orders that an order of this token and side meets, best first, at prices of ITS token."""
        is_yes = token == self._yes
        half = self._asks if (side == "BUY") == is_yes else self._bids
        for price, order in half.orders():
            yield (price if is_yes else ONE - price), order

    def view(self, token: str, at_ms: int) -> BookView:
        """Give a token's book; its time is that of its last change, as recorded from the venue, and at most `at_ms`."""
        market = self._market
        bids, asks = self._bids, self._asks
        first = [Level(price, bids.totals[price]) for price in bids.prices()]
        second = [Level(price, asks.totals[price]) for price in asks.prices()]
        if token != self._yes:
            first, second = [_mirror(level) for level in second], [_mirror(level) for level in first]
        return BookView(
            condition=market.condition,
            token=token,
            at_ms=min(at_ms, self.changed_ms),
            bids=tuple(first),
            asks=tuple(second),
            tick=market.tick,
            minimum=market.minimum,
            neg_risk=market.neg_risk,
            last_price=market.last_price.get(token),
            last_side=market.last_side.get(token, ""),
        )

    def best(self, token: str) -> tuple[int | None, int | None]:
        """Give the best bid and ask of a token."""
        bid, ask = self._bids.best(), self._asks.best()
        if token == self._yes:
            return bid, ask
        return (None if ask is None else ONE - ask), (None if bid is None else ONE - bid)

    def drain(self) -> list[tuple[str, Side, int, int]]:
        """Give what changed since the last call, for both tokens: token, side, price, new total."""
        rows: list[tuple[str, Side, int, int]] = []
        yes, no = self._market.tokens
        for side, price in self._touched:
            if side == "BUY":
                size = self._bids.totals.get(price, 0)
                rows += [(yes, "BUY", price, size), (no, "SELL", ONE - price, size)]
            else:
                size = self._asks.totals.get(price, 0)
                rows += [(yes, "SELL", price, size), (no, "BUY", ONE - price, size)]
        self._touched.clear()
        return rows

    def _place(self, order: Order) -> tuple[_Half, int]:
        is_yes = order.token == self._yes
        half = self._bids if (order.side == "BUY") == is_yes else self._asks
        return half, (order.price if is_yes else ONE - order.price)

    def _touch(self, half: _Half, price: int) -> None:
        self._touched[("BUY" if half is self._bids else "SELL", price)] = None


def _mirror(level: Level) -> Level:
    return Level(ONE - level.price, level.size)
