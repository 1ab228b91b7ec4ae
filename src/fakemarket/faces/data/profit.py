"""A wallet's profit over time: its rows replayed and its holdings valued at the prices of each moment."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from fakemarket.faces.data.holdings import Holdings
from fakemarket.faces.data.values import price_at, price_now
from fakemarket.world.exchange import Exchange
from fakemarket.world.money import ONE, number
from fakemarket.world.trades import ActivityRow

INTERVALS_S: Final = {
    "max": None,
    "all": None,
    "1m": 30 * 86_400,
    "1w": 7 * 86_400,
    "1d": 86_400,
    "12h": 43_200,
    "6h": 21_600,
}
FIDELITIES_S: Final = {"1d": 86_400, "18h": 64_800, "12h": 43_200, "3h": 10_800, "1h": 3_600}
PERIODS_S: Final = {"day": 86_400, "week": 7 * 86_400, "month": 30 * 86_400, "all": None}
POINTS_MAX: Final = 5_000


@dataclass(slots=True, kw_only=True)
class Sums:
    """What a wallet has done so far: cumulative amounts in micros."""

    trades: int = 0
    shares: int = 0
    cash: int = 0
    fees: int = 0
    block: int = 0
    by_kind: dict[str, int] = field(default_factory=dict)

    def add(self, row: ActivityRow) -> None:
        if row.kind != "TRADE":
            self.by_kind[row.kind] = self.by_kind.get(row.kind, 0) + row.cash
            return
        self.trades += 1
        self.shares += row.size
        self.fees += row.fee
        if row.fill is not None:
            self.cash += row.fill.cash
            self.block = row.fill.block_number


class Replay:
    """One wallet's history walked forward, asked for its profit at growing moments."""

    def __init__(self, exchange: Exchange, wallet: str, rows: Sequence[ActivityRow]) -> None:
        self._exchange = exchange
        self._wallet = wallet
        self._rows = rows
        self._next = 0
        self.holdings = Holdings(exchange)
        self.sums = Sums()

    def upto(self, at_s: int) -> None:
        start = self._next
        while self._next < len(self._rows) and self._rows[self._next].timestamp_s <= at_s:
            self.sums.add(self._rows[self._next])
            self._next += 1
        self.holdings.add(self._rows[start : self._next])

    def realized(self) -> int:
        return sum(holding.realized for holding in self.holdings.of(self._wallet))

    def unrealized(self, at_s: int | None) -> int:
        """Value what is held at a moment, or now; less what it cost."""
        total = 0
        for holding in self.holdings.of(self._wallet):
            if holding.shares:
                token = holding.token
                price = price_now(self._exchange, token) if at_s is None else price_at(self._exchange, token, at_s)
                total += holding.shares * price // ONE - holding.cost
        return total

    def point(self, at_s: int) -> dict[str, object]:
        """Walk to a moment and write the cumulative point the venue shows for it."""
        self.upto(at_s)
        sums, kinds = self.sums, self.sums.by_kind
        realized, unrealized = self.realized(), self.unrealized(at_s)
        return {
            "timestamp": at_s,
            "source_block": sums.block,
            "trade_count": sums.trades,
            "realized_market_pnl": number(realized),
            "realized_lp_pnl": 0,
            "realized_combo_pnl": 0,
            "realized_pnl": number(realized),
            "unrealized_pnl": number(unrealized),
            "position_pnl": number(realized + unrealized),
            "trade_pnl": number(realized + unrealized),
            "volume": number(sums.shares),
            "volume_usdc": number(sums.cash),
            "fees": number(sums.fees),
            "fees_paid": number(sums.fees),
            "maker_rebate": number(kinds.get("MAKER_REBATE", 0)),
            "taker_rebate": number(kinds.get("TAKER_REBATE", 0)),
            "reward_income": number(kinds.get("REWARD", 0)),
            "deposits": number(kinds.get("DEPOSIT", 0)),
            "withdrawals": number(kinds.get("WITHDRAWAL", 0)),
        }


def curve(replay: Replay, *, start_s: int, end_s: int, step_s: int) -> list[dict[str, object]]:
    """Write the points of a series: on multiples of the step, and one at the end."""
    first = max(start_s, end_s - step_s * POINTS_MAX) // step_s * step_s + step_s
    return [replay.point(at_s) for at_s in (*range(first, end_s, step_s), end_s)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What one wallet earned and traded within a period: profit in micros of pUSD, volume in shares."""

    wallet: str
    profit: int
    volume: int


def standing(exchange: Exchange, wallet: str, rows: Sequence[ActivityRow], since_s: int | None) -> Standing:
    replay = Replay(exchange, wallet, rows)
    before, shares_before = 0, 0
    if since_s is not None:
        replay.upto(since_s)
        before, shares_before = replay.realized() + replay.unrealized(since_s), replay.sums.shares
    replay.upto(2**62)
    profit = replay.realized() + replay.unrealized(None) - before
    return Standing(wallet=wallet, profit=profit, volume=replay.sums.shares - shares_before)


def ranked(standings: Iterable[Standing], *, by_volume: bool) -> list[Standing]:
    return sorted(
        (one for one in standings if one.volume > 0),
        key=lambda one: (-(one.volume if by_volume else one.profit), one.wallet),
    )
