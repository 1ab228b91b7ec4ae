"""The chain: which transactions each block holds, what its hash is, and what changes when blocks are taken back.

A block is made up when somebody looks at it: only blocks with transactions are kept. Its hash covers its number, its
transactions and how often it was made anew; its parent's hash is whatever the block before it has now.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from fakemarket.world.chain.ledger_logs import activity_logs, prepared_logs, resolved_logs
from fakemarket.world.chain.logs import Log, contract
from fakemarket.world.chain.slots import block_at, block_time_s, head_at
from fakemarket.world.chain.trade_logs import Settled, place_of, settlement_logs
from fakemarket.world.contracts import SPENDERS
from fakemarket.world.events import (
    ActivityHappened,
    AnyEvent,
    FillsMined,
    FillsReverted,
    MarketAdded,
    MarketResolved,
)
from fakemarket.world.hashing import keccak
from fakemarket.world.orders import ZERO_WORD

if TYPE_CHECKING:
    from fakemarket.world.exchange import Exchange

KEPT_BLOCKS: Final = 69_120  # 1.6 days: what public nodes keep
FINAL_DEPTH: Final = 2
SAFE_DEPTH: Final = 1
ROOM_OF_A_ROW: Final = 16


@dataclass(slots=True)
class Transaction:
    """One mined transaction; its logs are written when somebody asks, and numbered from `base` on."""

    hash: str
    base: int
    writers: list[Callable[[], list[Log]]]
    to: str = ""
    _logs: list[Log] | None = None

    def logs(self) -> list[Log]:
        if self._logs is None:
            self._logs = [log for writer in self.writers for log in writer()]
        return self._logs


@dataclass(frozen=True, slots=True)
class Block:
    """A block as it stands, or stood before it was taken back."""

    number: int
    hash: str
    parent: str
    transactions: tuple[Transaction, ...]

    @property
    def time_s(self) -> int:
        return block_time_s(self.number)


@dataclass(frozen=True, slots=True)
class Reorg:
    """Blocks that left the chain, oldest first; blocks of the same numbers took their place."""

    gone: tuple[Block, ...]


@dataclass(slots=True)
class _Held:
    """What is kept of a block: its transactions, and how often it was made anew."""

    transactions: list[Transaction] = field(default_factory=list)
    fork: int = 0


class Chain:
    """The one true chain; nodes show it, each in its own way."""

    def __init__(self, exchange: "Exchange") -> None:
        self._exchange = exchange
        self._held: dict[int, _Held] = {}
        self._number_of: dict[str, int] = {}
        self._hashes: dict[int, str] = {}
        self.on_reorg: list[Callable[[Reorg], None]] = []
        exchange.events.subscribe(self._hear)

    # --- looking -----------------------------------------------------------------------------------------------------

    @property
    def head(self) -> int:
        return head_at(self._exchange.clock.now_ms())

    @property
    def first(self) -> int:
        return max(0, self.head - KEPT_BLOCKS)

    def final(self, depth: int = FINAL_DEPTH) -> int:
        """Give the newest block that nothing takes back any more: never one that a fault is about to take."""
        doubtful = self._exchange.settlement.doubtful.values()
        return min(self.head - depth, *(number - 1 for number in doubtful)) if doubtful else self.head - depth

    def block(self, number: int) -> Block:
        held = self._held.get(number)
        return Block(number, self._hash(number), self._hash(number - 1), tuple(held.transactions) if held else ())

    def busy(self, first: int, last: int) -> list[int]:
        """Name the blocks with transactions between two, both included."""
        if last - first > len(self._held):
            return sorted(
                number for number in self._held if first <= number <= last and self._held[number].transactions
            )
        return [n for n in range(first, last + 1) if (held := self._held.get(n)) is not None and held.transactions]

    def number_of(self, block_or_transaction: str) -> int | None:
        """Find the block of a transaction, or the recent block of a hash."""
        found = self._number_of.get(block_or_transaction)
        if found is not None:
            return found
        return next((number for number, known in self._hashes.items() if known == block_or_transaction), None)

    def _hash(self, number: int) -> str:
        """Give the hash; that of a block which still collects transactions is not kept."""
        known = self._hashes.get(number)
        if known is not None:
            return known
        held = self._held.get(number)
        content = "" if held is None else f"{held.fork} {' '.join(one.hash for one in held.transactions)}"
        made = "0x" + keccak(f"{self._exchange.plan.seed} block {number} {content}".encode()).hex()
        if number <= self.head:
            if len(self._hashes) > KEPT_BLOCKS:
                del self._hashes[next(iter(self._hashes))]
            self._hashes[number] = made
        return made

    # --- what happens ------------------------------------------------------------------------------------------------

    def _hear(self, event: AnyEvent) -> None:
        match event:
            case FillsMined():
                self._settled(event)
            case FillsReverted():
                self._reverted(event)
            case ActivityHappened():
                self._moved(event)
            case MarketAdded():
                self._told(f"prepared {event.market.condition}", partial(prepared_logs, event.market))
            case MarketResolved():
                market = self._exchange.catalog.markets[event.condition]
                self._told(f"resolved {event.condition}", partial(resolved_logs, market))
            case _:
                return

    def _settled(self, event: FillsMined) -> None:
        trade, orders = event.trade, self._exchange.orders
        last = len(event.fills) - 1
        named = {fill.order_id: orders[fill.order_id].builder for fill in event.fills if fill.order_id in orders}
        settled = Settled(
            market=self._exchange.catalog.markets[trade.condition],
            fills=event.fills,
            kinds=trade.fill_kinds,
            builders={order_id: code for order_id, code in named.items() if code != ZERO_WORD},
        )
        base = event.fills[last].log_index - place_of(last)
        exchange = contract(SPENDERS[settled.market.exchange])
        self._include(Transaction(trade.transaction_hash, base, [partial(settlement_logs, settled)], exchange))

    def _moved(self, event: ActivityHappened) -> None:
        row = event.row
        if row.kind != "TRANSFER_IN":
            self._act(row.transaction_hash, partial(activity_logs, row, self._exchange.catalog))

    def carry(self, transaction_hash: str) -> None:
        """Include a transaction that did what leaves no log here."""
        self._act(transaction_hash, list)

    def _told(self, what: str, writer: Callable[[], list[Log]]) -> None:
        self._act("0x" + keccak(f"{self._exchange.plan.seed} {what}".encode()).hex(), writer)

    def _act(self, transaction_hash: str, writer: Callable[[], list[Log]]) -> None:
        """Include a transaction that is no settlement; a second writer of the same one adds its logs to it."""
        number = block_at(self._exchange.clock.now_ms())
        held = self._held.get(number)
        base = self._exchange.settlement.log_room.take(number, ROOM_OF_A_ROW)
        if held and held.transactions and held.transactions[-1].hash == transaction_hash:
            last = held.transactions[-1]
            last.writers.append(partial(_numbered, writer, base - last.base))
        else:
            self._include(Transaction(transaction_hash, base, [partial(_numbered, writer, 0)]))

    def _include(self, transaction: Transaction) -> None:
        number = block_at(self._exchange.clock.now_ms())
        self._held.setdefault(number, _Held()).transactions.append(transaction)
        self._number_of[transaction.hash] = number
        while (oldest := next(iter(self._held))) < self.first:
            for gone in self._held.pop(oldest).transactions:
                self._number_of.pop(gone.hash, None)

    def _reverted(self, event: FillsReverted) -> None:
        """Make the block of a settlement anew without it, and all blocks after it."""
        number, gone_hash = event.fills[0].block_number, event.fills[0].transaction_hash
        gone = tuple(self.block(one) for one in range(number, self.head + 1))
        held = self._held.get(number)
        if held is None:
            return
        held.transactions = [one for one in held.transactions if one.hash != gone_hash]
        self._number_of.pop(gone_hash, None)
        for one in range(number, self.head + 1):
            self._held.setdefault(one, _Held()).fork += 1
            self._hashes.pop(one, None)
        for tell in self.on_reorg if gone else ():
            tell(Reorg(gone))


def _numbered(writer: Callable[[], list[Log]], first: int) -> list[Log]:
    return [replace(log, place=first + number) for number, log in enumerate(writer())]
