"""Playback: trades that were recorded elsewhere, made again at the same prices, sizes and distances in time."""

import csv
import gzip
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from fakemarket.director.actor import Actor
from fakemarket.director.casting import opened
from fakemarket.director.grid import floored, raised, whole
from fakemarket.world.money import ONE
from fakemarket.world.orders import Side
from fakemarket.world.tokens import EventPlan, Market, MarketPlan

if TYPE_CHECKING:
    from fakemarket.director.director import Director

NAMES: Final = {
    "wallet": ("proxyWallet", "proxy_wallet", "wallet", "trader_address", "user_id", "wallet_addr", "user"),
    "name": ("name", "pseudonym", "trader_name", "user_name", "username"),
    "market": ("conditionId", "condition_id", "market_slug", "slug", "market_id", "market", "title", "market_title"),
    "title": ("title", "market_title", "market", "question", "slug"),
    "outcome": ("outcome", "token_label"),
    "side": ("side", "trade_action"),
    "size": ("size", "shares_normalized", "original_trader_size", "amount"),
    "price": ("price", "original_trader_price"),
    "time": ("timestamp", "trade_timestamp", "trade_date", "recorded_at"),
}
FIRST_OUTCOMES: Final = ("Yes", "Up", "Over")
LEADER_PUSD: Final = 10_000_000 * ONE
LEAST_SIZE: Final = 10_000
FINE_TICK: Final = 100
SPARE: Final = 1_000
MILLISECONDS_FROM: Final = 10**11


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One recorded trade, in our units."""

    at_ms: int
    wallet: str
    name: str
    market: str
    title: str
    outcome: str
    side: Side
    size: int
    price: int


# --- reading ---------------------------------------------------------------------------------------------------------


def read_recording(path: str) -> list[Recorded]:
    """Read a file of trades (CSV, JSON or lines of JSON, plain or gzip), oldest first; odd rows are left out."""
    rows = [recorded for row in _rows(Path(path)) if (recorded := _read(row)) is not None]
    if not rows:
        raise ValueError(f"{path} holds no trade that can be played back")
    return sorted(rows, key=lambda row: row.at_ms)


def _rows(path: Path) -> Iterable[Mapping[str, object]]:
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode()
    name = path.name.removesuffix(".gz")
    if name.endswith(".csv"):
        return list(csv.DictReader(text.splitlines()))
    if name.endswith(".jsonl"):
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    return cast(list[Mapping[str, object]], json.loads(text))


def _read(row: Mapping[str, object]) -> Recorded | None:
    found = {word: _first(row, names) for word, names in NAMES.items()}
    side = found["side"].upper()
    if str(row.get("type") or "TRADE") != "TRADE" or side not in {"BUY", "SELL"} or not found["wallet"]:
        return None
    try:
        size, price = round(float(found["size"]) * ONE), round(float(found["price"]) * ONE)
        at_ms = _moment_ms(found["time"])
    except ValueError:
        return None
    if size < LEAST_SIZE or not FINE_TICK <= price <= ONE - FINE_TICK or not found["market"]:
        return None
    return Recorded(
        at_ms=at_ms,
        wallet=found["wallet"].lower(),
        name=found["name"],
        market=found["market"],
        title=found["title"],
        outcome=found["outcome"] or "Yes",
        side=cast(Side, side),
        size=size,
        price=price,
    )


def _first(row: Mapping[str, object], names: tuple[str, ...]) -> str:
    return next((str(value) for name in names if (value := row.get(name)) not in (None, "")), "")


def _moment_ms(text: str) -> int:
    try:
        number = float(text)
    except ValueError:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
        return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
    return round(number if number > MILLISECONDS_FROM else number * 1000)


# --- playing ---------------------------------------------------------------------------------------------------------


class Playback:
    """A recording on the floor: its wallets become leaders, its markets ours, its trades real matches."""

    def __init__(self, director: "Director") -> None:
        self._director = director
        self._exchange = director.exchange
        self._actors: dict[str, Actor] = {}
        self._markets: dict[str, Market] = {}

    def put_down(self, rows: list[Recorded]) -> None:
        """Open everything at once, and put each trade down at its distance from the first."""
        outcomes: dict[str, dict[str, None]] = {}
        for row in rows:
            outcomes.setdefault(row.market, {}).setdefault(row.outcome)
        for row in rows:
            if row.wallet not in self._actors:
                self._actors[row.wallet] = self._opened(row)
            if row.market not in self._markets:
                self._markets[row.market] = self._listed(row, list(outcomes[row.market]))
        start_ms = rows[0].at_ms
        for row in rows:
            self._director.later(1_000 + row.at_ms - start_ms, partial(self._play, row))

    def _opened(self, row: Recorded) -> Actor:
        actor = opened(self._exchange, row.name or row.wallet[:10], LEADER_PUSD, 3)
        actor.account.profile.bio = row.wallet
        self._director.record.follow(actor.wallet, row.name or row.wallet, "recorded")
        return actor

    def _listed(self, row: Recorded, names: list[str]) -> Market:
        first = next((name for name in names if name in FIRST_OUTCOMES), names[0])
        second = next((name for name in names if name != first), "No" if first == "Yes" else f"not {first}")
        title = row.title or row.market
        plan = MarketPlan(question=title, outcomes=(first, second), tick=FINE_TICK, minimum=LEAST_SIZE)
        event = self._exchange.add_event(EventPlan(title=title, markets=(plan,)))
        return self._exchange.catalog.markets[event.conditions[0]]

    def _play(self, row: Recorded) -> None:
        """Let the house stand on the other side at the recorded price, and the leader take all of it.

        A purchase below the least the venue lets a taker spend goes the other way round: the leader rests.
        """
        actor, market = self._actors[row.wallet], self._markets[row.market]
        token = (
            market.tokens[market.outcomes.index(row.outcome)] if row.outcome in market.outcomes else market.tokens[1]
        )
        house = self._director.cast.house
        self._supply(house if row.side == "BUY" else actor, market, token, row.size)
        against: Side = "SELL" if row.side == "BUY" else "BUY"
        levels = two_levels(row.price, row.size, market.tick)
        if row.side == "BUY" and row.size * row.price < (ONE + SPARE) * ONE:
            price = levels[0][0]
            self._exchange.quote(actor.wallet, token, "BUY", price, row.size)
            self._exchange.quote(house.wallet, token, "SELL", max(market.tick, price - market.tick), row.size)
        else:
            for price, size in levels:
                self._exchange.quote(house.wallet, token, against, price, size)
            self._exchange.quote(actor.wallet, token, row.side, beyond(levels, row.side, market.tick), row.size)
        for one in (actor, house):
            self._exchange.cancel_market(one.wallet, condition=market.condition)

    def _supply(self, seller: Actor, market: Market, token: str, size: int) -> None:
        """Give the seller the shares: a leader gets them by a transfer, which no public row shows."""
        missing = size - seller.held(token)
        house = self._director.cast.house
        if missing <= 0:
            return
        self._exchange.split(house.wallet, market.condition, missing)
        if seller is not house:
            self._exchange.transfer(house.wallet, seller.wallet, token, missing)


def beyond(levels: list[tuple[int, int]], side: Side, tick: int) -> int:
    """Give a limit a tick past the last level: a size off the grid then crosses all the same."""
    if side == "BUY":
        return min(ONE - tick, levels[-1][0] + tick)
    return max(tick, levels[0][0] - tick)


def two_levels(price: int, size: int, tick: int) -> list[tuple[int, int]]:
    """Spread a size over the grid prices around an average that is not on the grid, so that the average comes out."""
    low, high = floored(price, tick), raised(price, tick)
    if low == high:
        return [(low, size)]
    upper = whole(size * (price - low) // (high - low))
    if upper < LEAST_SIZE:
        return [(low, size)]
    return [(low, size - upper), (high, upper)] if size - upper >= LEAST_SIZE else [(high, size)]
