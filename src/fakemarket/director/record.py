"""The director's own list of what its leaders did: what a follower's books are compared with."""

from dataclasses import asdict, dataclass
from typing import Final

from fakemarket.world.events import ActivityHappened, AnyEvent, FillsMined, FillsReverted, TradeChanged
from fakemarket.world.exchange import Exchange
from fakemarket.world.money import decimal_text
from fakemarket.world.trades import ActivityRow, Fill, Trade

AMOUNTS: Final = ("size", "cash", "fee")


@dataclass(slots=True, kw_only=True)
class LeaderTrade:
    """One filled order of a leader in one settlement, from the match to the chain."""

    number: int
    sequence: int
    leader: str
    wallet: str
    style: str
    condition: str
    token: str
    side: str
    size: int
    cash: int
    fee: int
    price: str
    role: str
    order_id: str
    trade_id: str
    transaction_hash: str
    log_index: int
    matched_ms: int
    mined_ms: int
    timestamp_s: int
    status: str = "mined"

    def document(self) -> dict[str, object]:
        document: dict[str, object] = asdict(self)
        return document | {key: decimal_text(getattr(self, key)) for key in AMOUNTS}


class Record:
    """Leader trades in the order they were mined; other moves; and matches that failed and never happened."""

    def __init__(self, exchange: Exchange) -> None:
        self._leaders: dict[str, tuple[str, str]] = {}
        self._by_key: dict[tuple[str, int], LeaderTrade] = {}
        self.trades: list[LeaderTrade] = []
        self.moves: list[dict[str, object]] = []
        self.never_happened: list[dict[str, object]] = []
        exchange.events.subscribe(self._hear)

    def follow(self, wallet: str, name: str, style: str) -> None:
        self._leaders[wallet] = (name, style)

    def leaders(self) -> list[dict[str, str]]:
        return [{"wallet": wallet, "name": name, "style": style} for wallet, (name, style) in self._leaders.items()]

    def _hear(self, event: AnyEvent) -> None:
        match event:
            case FillsMined():
                self._mined(event.fills)
            case FillsReverted():
                self._reverted(event.fills)
            case TradeChanged() if event.status == "FAILED":
                self._failed(event.trade)
            case ActivityHappened() if event.row.wallet in self._leaders:
                self._moved(event.row)
            case _:
                return

    def _reverted(self, fills: tuple[Fill, ...]) -> None:
        for fill in fills:
            known = self._by_key.get((fill.transaction_hash, fill.log_index))
            if known is not None:
                known.status = "reverted"

    def _mined(self, fills: tuple[Fill, ...]) -> None:
        for fill in fills:
            if fill.wallet in self._leaders:
                self._note(fill)

    def _note(self, fill: Fill) -> None:
        name, style = self._leaders[fill.wallet]
        trade = LeaderTrade(
            number=len(self.trades) + 1,
            sequence=fill.sequence,
            leader=name,
            wallet=fill.wallet,
            style=style,
            condition=fill.condition,
            token=fill.token,
            side=fill.side,
            size=fill.size,
            cash=fill.cash,
            fee=fill.fee,
            price=str(fill.price),
            role=fill.role,
            order_id=fill.order_id,
            trade_id=fill.trade_id,
            transaction_hash=fill.transaction_hash,
            log_index=fill.log_index,
            matched_ms=fill.matched_ms,
            mined_ms=fill.mined_ms,
            timestamp_s=fill.timestamp_s,
        )
        self.trades.append(trade)
        self._by_key[(fill.transaction_hash, fill.log_index)] = trade

    def _moved(self, row: ActivityRow) -> None:
        name, style = self._leaders[row.wallet]
        self.moves.append(
            {
                "leader": name,
                "wallet": row.wallet,
                "style": style,
                "kind": row.kind,
                "condition": row.condition,
                "token": row.token,
                "size": decimal_text(row.size),
                "cash": decimal_text(row.cash),
                "transaction_hash": row.transaction_hash,
                "timestamp_s": row.timestamp_s,
            }
        )

    def _failed(self, trade: Trade) -> None:
        for wallet in dict.fromkeys((trade.wallet, *(maker.wallet for maker in trade.makers))):
            if wallet in self._leaders:
                self.never_happened.append(
                    {
                        "leader": self._leaders[wallet][0],
                        "wallet": wallet,
                        "trade_id": trade.id,
                        "at_ms": trade.updated_ms,
                    }
                )
