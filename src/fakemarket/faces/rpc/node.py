"""One node's view of the chain: usually the truth, sometimes behind it, sometimes beside it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final

from fakemarket.world.chain.chain import Block, Reorg
from fakemarket.world.chain.logs import ORDER_FILLED, Log, data_of, topic_of
from fakemarket.world.chain.slots import block_at, block_ms
from fakemarket.world.exchange import Exchange
from fakemarket.world.hashing import keccak

LIE_PLACE: Final = 7
_AMOUNTS: Final = (2, 4)  # the words of an OrderFilled that say what was given and got


@dataclass(frozen=True, slots=True)
class Placed:
    """A log in its block."""

    log: Log
    block: Block
    transaction_hash: str
    transaction_index: int
    index: int


@dataclass(frozen=True, slots=True)
class Shown:
    """What a subscriber hears: a block that came or went, with its logs in the order they are told."""

    block: Block
    logs: tuple[Placed, ...]
    removed: bool


Listener = Callable[[Shown], None]


class Node:
    """One provider, by number. A lie, once told of a block, is told again: that node has it so."""

    def __init__(self, exchange: Exchange, number: int) -> None:
        self._exchange = exchange
        self.chain = exchange.chain
        self.name = str(number)
        self._lies: dict[str, tuple[str, Log] | None] = {}
        self._told = -1
        self._listeners: list[Listener] = []
        self.chain.on_reorg.append(self._taken_back)

    # --- what it knows -----------------------------------------------------------------------------------------------

    @property
    def head(self) -> int:
        lag = self._exchange.faults.active("rpc_lags")
        behind = int(lag.number("blocks")) if lag is not None and lag.matches({"node": self.name}) else 0
        return self.chain.head - behind

    def tagged(self, tag: str) -> int | None:
        """Give the number that a tag means to this node now, None where it is no tag."""
        tags = {
            "latest": self.head,
            "pending": self.head,
            "safe": min(self.head, self.chain.final(1)),
            "finalized": min(self.head, self.chain.final()),
            "earliest": self.chain.first,
        }
        return tags.get(tag)

    def logs(self, block: Block) -> list[Placed]:
        """Give the logs of a block as this node has them."""
        found = [
            Placed(log, block, transaction.hash, place, transaction.base + log.place)
            for place, transaction in enumerate(block.transactions)
            for log in transaction.logs()
        ]
        return self._with_lies(block, found)

    # --- telling -----------------------------------------------------------------------------------------------------

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Hear every block from now on; call the answer to stop."""
        if not self._listeners:
            self._told = self.head
            self._wait()
        self._listeners.append(listener)

        def leave() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return leave

    def _wait(self) -> None:
        clock = self._exchange.clock
        clock.schedule(block_ms(block_at(clock.now_ms()) + 1), self._tick)

    def _tick(self) -> None:
        """Tell what is new since the last time; nobody listening, stop."""
        if not self._listeners:
            return
        self._wait()
        self._tell_upto(self.head)

    def _tell_upto(self, head: int) -> None:
        for number in range(self._told + 1, head + 1):
            block = self.chain.block(number)
            self._tell(Shown(block, tuple(self.logs(block)), removed=False))
        self._told = max(self._told, head)

    def _tell(self, shown: Shown) -> None:
        for listener in tuple(self._listeners):
            listener(shown)

    def _taken_back(self, reorg: Reorg) -> None:
        """Take back what was told of these blocks, the newest log first, and tell what stands in their place."""
        gone = [block for block in reorg.gone if block.number <= self._told] if self._listeners else []
        for block in reversed(gone):
            self._tell(Shown(block, tuple(reversed(self.logs(block))), removed=True))
        if gone:
            self._told = gone[0].number - 1
            self._tell_upto(min(self.head, reorg.gone[-1].number))

    # --- lying -------------------------------------------------------------------------------------------------------

    def _with_lies(self, block: Block, found: list[Placed]) -> list[Placed]:
        fills = [one for one in found if one.log.topics[0] == ORDER_FILLED]
        if not fills:
            return found
        if block.hash not in self._lies:
            fault = self._exchange.faults.strikes("rpc_lies", node=self.name)
            kind = fault.text("kind", "extra") if fault is not None else ""
            wallet = fault.text("wallet") if fault is not None else ""
            self._lies[block.hash] = (kind, _forged(fills[0].log, kind, wallet)) if kind else None
        lie = self._lies[block.hash]
        return found if lie is None else _told_wrongly(found, fills[0], lie)


def _forged(log: Log, kind: str, wallet: str) -> Log:
    """Make a fill that was not: twice the amounts, and another order, or another wallet where one is named."""
    words = [int(log.data[2 + 64 * place :][:64], 16) for place in range((len(log.data) - 2) // 64)]
    doubled = [word * 2 if _AMOUNTS[0] <= place < _AMOUNTS[1] else word for place, word in enumerate(words)]
    topics = list(log.topics)
    if kind == "extra":
        topics[1] = "0x" + keccak(topics[1].encode()).hex()
        topics[2] = topic_of(wallet) if wallet else topics[2]
    return replace(log, topics=tuple(topics), data=data_of(*doubled))


def _told_wrongly(found: Iterable[Placed], victim: Placed, lie: tuple[str, Log]) -> list[Placed]:
    kind, forged = lie
    if kind == "missing":
        return [one for one in found if one.transaction_hash != victim.transaction_hash]
    if kind == "altered":
        return [replace(one, log=forged) if one is victim else one for one in found]
    made_up = "0x" + keccak(victim.transaction_hash.encode()).hex()
    count = len(victim.block.transactions)
    extra = Placed(forged, victim.block, made_up, count, max(one.index for one in found) + LIE_PLACE)
    return [*found, extra]
