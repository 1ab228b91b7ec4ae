"""What comes back of the fees and on top of them, once a day: rebates of makers and takers, builders' cuts, yields.

The venue documents that these are separate rows of activity, a taker-rebate table from 3 % at 2,000 to 50 % at
10,000,000 dollars of thirty-day volume, a yield of 4 % a year on what is held in long political markets, and that
nothing below a dollar is paid. The steps of the table between its ends, the hour (midnight UTC), the row of a builder's
cut (REWARD) and that small amounts wait for more are choices made here.
"""

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from fakemarket.world.events import AnyEvent, FillsMined, FillsReverted
from fakemarket.world.money import ONE
from fakemarket.world.trades import ActivityKind, Trade

if TYPE_CHECKING:
    from fakemarket.world.exchange import Exchange

DAY_MS: Final = 86_400_000
LEAST: Final = ONE
VOLUME_DAYS: Final = 30
YIELD_BPS: Final = 400
YIELD_CATEGORIES: Final = frozenset({"elections", "politics"})
TAKER_TIERS: Final = (
    *((2_000, 300), (20_000, 800), (100_000, 1_500)),
    *((500_000, 2_500), (2_000_000, 3_500), (10_000_000, 5_000)),
)
_WHOLE: Final = 10_000


def taker_bps(volume: int) -> int:
    """Give the share of his fees that a taker gets back, by his volume of thirty days in micros."""
    return max((bps for least, bps in TAKER_TIERS if volume >= least * ONE), default=0)


class Payouts:
    """What every wallet has coming to it, counted as trades are mined and paid at the end of the day."""

    def __init__(self, exchange: "Exchange", every_ms: int = DAY_MS) -> None:
        self._exchange = exchange
        self._every_ms = every_ms
        self._makers: Counter[str] = Counter()
        self._builders: Counter[str] = Counter()
        self._taker_fees: Counter[str] = Counter()
        self._volumes: dict[str, Counter[int]] = defaultdict(Counter)
        self._yields: Counter[str] = Counter()
        exchange.events.subscribe(self._hear)
        self._wait()

    def _wait(self) -> None:
        clock = self._exchange.clock
        clock.schedule((clock.now_ms() // self._every_ms + 1) * self._every_ms, self._pay)

    def _hear(self, event: AnyEvent) -> None:
        if isinstance(event, FillsMined):
            self._count(event.trade, 1)
        elif isinstance(event, FillsReverted):
            self._count(event.trade, -1)

    def _count(self, trade: Trade, sign: int) -> None:
        """Book one settlement's part: makers share the rebate by their shares, each rounded down."""
        self._volumes[trade.wallet][trade.match_ms // DAY_MS] += sign * trade.cash
        for code, cut in trade.builder_cuts.items():
            builder = self._exchange.builders.find(code)
            if builder is not None and builder.wallet:
                self._builders[builder.wallet] += sign * cut
        fees = self._exchange.catalog.markets[trade.condition].fees
        platform = trade.fee + sum(maker.fee for maker in trade.makers) - sum(trade.builder_cuts.values())
        if fees is None or platform == 0:
            return
        self._taker_fees[trade.wallet] += sign * platform
        pool, shares = platform * fees.rebate_bps // _WHOLE, sum(maker.size for maker in trade.makers)
        for maker in trade.makers:
            self._makers[maker.wallet] += sign * (pool * maker.size // shares)

    # --- paying

    def _pay(self) -> None:
        self._wait()
        self._settle("MAKER_REBATE", self._makers)
        self._settle("TAKER_REBATE", self._due_to_takers())
        self._settle("REWARD", self._builders)
        self._accrue_yields()
        for wallet, cash in self._ripe(self._yields):
            self._exchange.reward(wallet, cash, "YIELD")

    def _settle(self, kind: ActivityKind, due: Counter[str]) -> None:
        for wallet, cash in self._ripe(due):
            if self._exchange.accounts.by_wallet(wallet) is not None:
                self._exchange.give_back(wallet, cash, kind)

    def _ripe(self, due: Counter[str]) -> list[tuple[str, int]]:
        """Take out what is enough to be paid; the rest waits."""
        ripe = [(wallet, cash) for wallet, cash in sorted(due.items()) if cash >= LEAST]
        for wallet, _ in ripe:
            del due[wallet]
        return ripe

    def _due_to_takers(self) -> Counter[str]:
        """Work out each taker's part of his fees by his tier, and begin his fees anew once it is paid."""
        today = self._exchange.clock.now_ms() // DAY_MS
        due: Counter[str] = Counter()
        for wallet, fees in sorted(self._taker_fees.items()):
            days = self._volumes[wallet]
            volume = sum(cash for day, cash in days.items() if day > today - VOLUME_DAYS)
            due[wallet] = fees * taker_bps(volume) // _WHOLE
            if due[wallet] >= LEAST:
                self._taker_fees[wallet] = 0
        return due

    def _accrue_yields(self) -> None:
        markets = self._exchange.catalog.markets.values()
        prices = {
            token: market.last_price.get(token, 0)
            for market in markets
            if market.category in YIELD_CATEGORIES and not market.closed
            for token in market.tokens
        }
        for account in self._exchange.accounts.all():
            value = sum(held * prices.get(token, 0) // ONE for token, held in account.tokens.items())
            self._yields[account.wallet] += value * YIELD_BPS * self._every_ms // (_WHOLE * 365 * DAY_MS)
