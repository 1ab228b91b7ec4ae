"""Trades as the order interface tells them, fills as the public sees them, and the history of both."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from fakemarket.world.money import ONE
from fakemarket.world.orders import Side

TradeStatus = Literal["MATCHED", "MINED", "CONFIRMED", "RETRYING", "FAILED"]
ActivityKind = Literal[
    "TRADE",
    "SPLIT",
    "MERGE",
    "REDEEM",
    "CONVERSION",
    "REWARD",
    "MAKER_REBATE",
    "TAKER_REBATE",
    "YIELD",
    "DEPOSIT",
    "WITHDRAWAL",
    "TRANSFER_IN",
    "TRANSFER_OUT",
]
NO_OUTCOME = 999
_SIX = Decimal("0.000001")


@dataclass(slots=True, kw_only=True)
class MakerFill:
    """What one resting order gave and got in a match, at its own limit price."""

    order_id: str
    owner: str
    wallet: str
    token: str
    outcome: str
    side: Side
    size: int
    price: int
    cash: int
    fee: int = 0


@dataclass(slots=True, kw_only=True)
class Trade:
    """One taker order against up to so many makers, settled in one transaction."""

    id: str
    taker_order_id: str
    owner: str
    wallet: str
    condition: str
    token: str
    outcome: str
    side: Side
    size: int
    cash: int
    fee: int
    match_ms: int
    updated_ms: int
    transaction_hash: str
    bucket_index: int
    makers: list[MakerFill]
    fill_kinds: tuple[str, ...]
    number: int
    status: TradeStatus = "MATCHED"
    block_number: int = 0
    attempts: int = 0
    fills: tuple["Fill", ...] = ()
    builder_cuts: dict[str, int] = field(default_factory=dict)

    @property
    def price(self) -> int:
        """Give the average price in micros, rounded half up."""
        return (2 * self.cash * ONE + self.size) // (2 * self.size) if self.size else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """One filled order in one settlement: what a public trade row is made of."""

    sequence: int
    wallet: str
    side: Side
    token: str
    condition: str
    size: int
    cash: int
    fee: int
    role: Literal["TAKER", "MAKER"]
    trade_id: str
    order_id: str
    transaction_hash: str
    log_index: int
    block_number: int
    matched_ms: int
    mined_ms: int
    timestamp_s: int

    @property
    def price(self) -> Decimal:
        return (Decimal(self.cash) / Decimal(self.size)).quantize(_SIX) if self.size else Decimal(0)

    @property
    def price_micros(self) -> int:
        return int(self.price * ONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityRow:
    """One line of a wallet's ledger: a fill, or something else that moved its tokens or cash."""

    sequence: int
    kind: ActivityKind
    wallet: str
    condition: str
    token: str
    side: str
    size: int
    cash: int
    fee: int
    price: Decimal
    transaction_hash: str
    timestamp_s: int
    outcome_index: int
    fill: Fill | None = None
    converted: tuple[str, ...] = ()
    counterparty: str = ""


@dataclass(slots=True)
class Entry:
    """What a wallet ever paid for one token: the base of its average price."""

    shares: int = 0
    cash: int = 0
    fees: int = 0
    first_ms: int = 0


@dataclass(slots=True)
class History:
    """All that happened, oldest first."""

    fills: list[Fill] = field(default_factory=list)
    activity: list[ActivityRow] = field(default_factory=list)
    trades: dict[str, Trade] = field(default_factory=dict)
    reverted: set[str] = field(default_factory=set)
    revisions: int = 0
    price_points: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    entries: dict[tuple[str, str], Entry] = field(default_factory=dict)
    _of_wallet: dict[str, list[Fill]] = field(default_factory=dict)
    _in_market: dict[str, list[Fill]] = field(default_factory=dict)
    _rows_of: dict[str, list[ActivityRow]] = field(default_factory=dict)
    _trades_of: dict[str, dict[str, Trade]] = field(default_factory=dict)

    def fills_of(self, wallet: str) -> list[Fill]:
        return self._of_wallet.get(wallet.lower(), [])

    def activity_of(self, wallet: str) -> list[ActivityRow]:
        return self._rows_of.get(wallet.lower(), [])

    def fills_in(self, condition: str) -> list[Fill]:
        return self._in_market.get(condition, [])

    def trades_of(self, wallet: str) -> list[Trade]:
        return list(self._trades_of.get(wallet.lower(), {}).values())

    def add_trade(self, trade: Trade) -> None:
        self.trades[trade.id] = trade
        for wallet in (trade.wallet, *(maker.wallet for maker in trade.makers)):
            self._trades_of.setdefault(wallet, {})[trade.id] = trade

    def forget_trade(self, trade: Trade) -> None:
        """Drop a trade that no credentials can ask for; its fills stay."""
        self.trades.pop(trade.id, None)
        for wallet in (trade.wallet, *(maker.wallet for maker in trade.makers)):
            self._trades_of.get(wallet, {}).pop(trade.id, None)

    def add_fill(self, fill: Fill, outcome_index: int) -> None:
        self.fills.append(fill)
        self._of_wallet.setdefault(fill.wallet, []).append(fill)
        self._in_market.setdefault(fill.condition, []).append(fill)
        if fill.side == "BUY":
            self.note_entry(fill.wallet, fill.token, Entry(fill.size, fill.cash, fill.fee, fill.matched_ms))
        moved = fill.cash + fill.fee if fill.side == "BUY" else fill.cash - fill.fee
        row = ActivityRow(
            sequence=fill.sequence,
            kind="TRADE",
            wallet=fill.wallet,
            condition=fill.condition,
            token=fill.token,
            side=fill.side,
            size=fill.size,
            cash=moved,
            fee=fill.fee,
            price=fill.price,
            transaction_hash=fill.transaction_hash,
            timestamp_s=fill.timestamp_s,
            outcome_index=outcome_index,
            fill=fill,
        )
        self.add_row(row)

    def take_back(self, fills: tuple[Fill, ...]) -> None:
        """Forget fills whose transaction left the chain."""
        gone = {fill.sequence for fill in fills}
        self.revisions += 1
        self.reverted.update(fill.transaction_hash for fill in fills)
        self.fills[:] = [fill for fill in self.fills if fill.sequence not in gone]
        self.activity[:] = [row for row in self.activity if row.sequence not in gone]
        for fill in fills:
            mine, rows = self._of_wallet[fill.wallet], self._rows_of[fill.wallet]
            mine[:] = [other for other in mine if other.sequence not in gone]
            rows[:] = [row for row in rows if row.sequence not in gone]
            market = self._in_market[fill.condition]
            market[:] = [other for other in market if other.sequence not in gone]
            if fill.side == "BUY":
                self.note_entry(fill.wallet, fill.token, Entry(-fill.size, -fill.cash, -fill.fee, fill.matched_ms))

    def add_row(self, row: ActivityRow) -> None:
        self.activity.append(row)
        self._rows_of.setdefault(row.wallet, []).append(row)

    def add_price(self, token: str, at_s: int, price: int) -> None:
        self.price_points.setdefault(token, []).append((at_s, price))

    def note_entry(self, wallet: str, token: str, bought: Entry) -> None:
        entry = self.entries.setdefault((wallet, token), Entry(first_ms=bought.first_ms))
        entry.shares += bought.shares
        entry.cash += bought.cash
        entry.fees += bought.fees
