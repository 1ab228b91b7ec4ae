"""What each wallet holds and has earned, folded from indexed activity in the order it was mined."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from fakemarket.world.exchange import Exchange
from fakemarket.world.money import ONE
from fakemarket.world.trades import ActivityRow

HALF: Final = ONE // 2


@dataclass(slots=True, kw_only=True)
class Holding:
    """One wallet's position in one token: what is left, what it cost, and what was earned on what is gone."""

    wallet: str
    condition: str
    token: str
    shares: int = 0
    cost: int = 0
    fees: int = 0
    bought: int = 0
    bought_cost: int = 0
    realized: int = 0
    first_s: int = 0
    last_s: int = 0
    closed_s: int = 0

    @property
    def average(self) -> int:
        """The average entry price in micros; of the lifetime purchases once nothing is left."""
        shares, cost = (self.shares, self.cost) if self.shares else (self.bought, self.bought_cost)
        return cost * ONE // shares if shares else 0

    def cost_of(self, shares: int) -> int:
        """Return what so many of the shares held had cost."""
        return self.cost * min(shares, self.shares) // self.shares if self.shares else 0

    def take(self, shares: int, cash: int, *, fee: int, at_s: int) -> None:
        self.first_s = self.first_s or at_s
        self.last_s = at_s
        self.shares += shares
        self.cost += cash
        self.fees += fee
        self.bought += shares
        self.bought_cost += cash

    def give(self, shares: int, cash: int, *, at_s: int) -> None:
        """Book shares that left for cash after fees; more than is held counts as nothing left."""
        self.last_s = at_s
        gone = min(shares, self.shares)
        cost = self.cost_of(gone)
        fees = self.fees * gone // self.shares if self.shares else 0
        self.shares -= gone
        self.cost -= cost
        self.fees -= fees
        self.realized += cash - cost
        if self.shares == 0:
            self.closed_s = at_s


class Holdings:
    """Every holding by wallet and token after the rows given so far."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self.by_wallet: dict[str, dict[str, Holding]] = {}

    def of(self, wallet: str) -> list[Holding]:
        return list(self.by_wallet.get(wallet, {}).values())

    def in_token(self, token: str) -> list[Holding]:
        held = (holdings.get(token) for holdings in self.by_wallet.values())
        return [holding for holding in held if holding is not None and holding.shares > 0]

    def add(self, rows: Iterable[ActivityRow]) -> None:
        for row in rows:
            self._add(row)

    def _add(self, row: ActivityRow) -> None:
        match row.kind:
            case "TRADE":
                self._trade(row)
            case "SPLIT" | "MERGE":
                self._pairs(row)
            case "REDEEM":
                self._redeem(row)
            case "CONVERSION":
                self._convert(row)
            case "TRANSFER_IN" | "TRANSFER_OUT":
                self._move(row)
            case _:
                return

    def _trade(self, row: ActivityRow) -> None:
        """Book a fill; the cash of the row is what moved, so the fee is in it."""
        if row.side == "BUY":
            self._at(row, row.token).take(row.size, row.cash - row.fee, fee=row.fee, at_s=row.timestamp_s)
        else:
            self._at(row, row.token).give(row.size, row.cash, at_s=row.timestamp_s)

    def _pairs(self, row: ActivityRow) -> None:
        """Book whole sets made or undone: each side at half of the dollar."""
        for token in self._tokens(row):
            if row.kind == "SPLIT":
                self._at(row, token).take(row.size, row.size * HALF // ONE, fee=0, at_s=row.timestamp_s)
            else:
                self._at(row, token).give(row.size, row.size * HALF // ONE, at_s=row.timestamp_s)

    def _redeem(self, row: ActivityRow) -> None:
        """Book one outcome that was cashed in at what it paid; the public row does not name it, ours does."""
        self._at(row, row.token).give(row.size, row.cash, at_s=row.timestamp_s)

    def _convert(self, row: ActivityRow) -> None:
        """Swap No of some markets for Yes of the rest of their event, and cash; the cost left goes in equal parts."""
        catalog = self._exchange.catalog
        given = [self._at(row, catalog.markets[condition].tokens[1]) for condition in row.converted]
        cost = sum(holding.cost_of(row.size) for holding in given)
        for place, holding in enumerate(given):
            back = row.cash // len(given) if place else row.cash - row.cash // len(given) * (len(given) - 1)
            holding.give(row.size, holding.cost_of(row.size) if not row.cash else back, at_s=row.timestamp_s)
        event = catalog.event_of(catalog.markets[row.converted[0]])
        others = [condition for condition in event.conditions if condition not in row.converted]
        for other in others:
            token, left = catalog.markets[other].tokens[0], max(0, cost - row.cash)
            self._at(row, token).take(row.size, left // len(others), fee=0, at_s=row.timestamp_s)

    def _move(self, row: ActivityRow) -> None:
        """Book what came or went without a price: it came at no cost, and left at what it had cost."""
        holding = self._at(row, row.token)
        if row.kind == "TRANSFER_IN":
            holding.take(row.size, 0, fee=0, at_s=row.timestamp_s)
        else:
            holding.give(row.size, holding.cost_of(row.size), at_s=row.timestamp_s)

    def _at(self, row: ActivityRow, token: str) -> Holding:
        held = self.by_wallet.setdefault(row.wallet, {})
        if token not in held:
            market = self._exchange.catalog.of_token(token)
            condition = market.condition if market is not None else row.condition
            held[token] = Holding(wallet=row.wallet, condition=condition, token=token)
        return held[token]

    def _tokens(self, row: ActivityRow) -> tuple[str, ...]:
        market = self._exchange.catalog.market(row.condition)
        return market.tokens if market is not None else ()


class Folded:
    """Holdings kept up to the indexer's horizon; a horizon that moved back, or a reorg, starts them anew."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._start()

    def _start(self) -> None:
        self._count = 0
        self._revisions = self._exchange.history.revisions
        self._holdings = Holdings(self._exchange)

    def upto(self, rows: Sequence[ActivityRow], count: int) -> Holdings:
        """Fold the first so many rows, of which earlier calls have already given a beginning."""
        if count < self._count or self._exchange.history.revisions != self._revisions:
            self._start()
        self._holdings.add(rows[self._count : count])
        self._count = count
        return self._holdings
