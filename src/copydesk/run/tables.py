"""What the ledger says as two plain tables: leaders' trades, and our positions (S4.27).

A row of the first is what a decision was made about: all fills of a leader in one token and side within a window. It
is written once, whoever copies it. The tables follow the durable ledger and can be made again from it at any time.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from copydesk.domain.events import DecisionMade
from copydesk.domain.money import NO_SHARES, average_price, decimal_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from copydesk.domain.events import Entry
    from copydesk.domain.ids import AccountId, TimeMs
    from copydesk.domain.position import Position
    from copydesk.domain.signal import Signal
    from copydesk.flow.desk import Desk
    from copydesk.ports import LedgerStore, Table

TRADE_COLUMNS = (
    *("entry", "happened_at", "seen_at", "leader", "side", "shares", "price", "amount", "outcome", "title"),
    *("market", "token", "fills", "transactions", "event"),
)
POSITION_COLUMNS = (
    *("account", "leader", "outcome", "title", "category", "state", "shares", "cost", "average", "realised", "fees"),
    *("fills", "market", "token"),
)
Row = tuple[str, ...]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EVENT = -1


class LedgerTables:
    """The two tables of one ledger."""

    def __init__(self, store: LedgerStore, trades: Table, positions: Table) -> None:
        self._store, self._trades, self._positions = store, trades, positions
        self._position = 0
        self._event = ""
        self._held: list[Row] | None = None

    def begin(self) -> None:
        """Go on where an earlier run stopped writing; begin anew where the table is not this ledger's."""
        last = self._trades.last()
        if last is not None and last[0].isdecimal():
            self._position, self._event = int(last[0]), last[_EVENT]
            if self._is_in_ledger():
                return
        self._position, self._event = 0, ""
        self._trades.replace(self._new())

    def catch_up(self, desks: Mapping[AccountId, Desk]) -> None:
        """Write what has become durable since the last call, and the positions as they are now."""
        self._trades.append(list(self._new()))
        held = list(position_rows(desks))
        if held != self._held:
            self._positions.replace(held)
            self._held = held

    def _is_in_ledger(self) -> bool:
        """Whether the entry that the table's last row names is about the event that it names."""
        place, entry = next(self._store.entries(after=self._position - 1), (0, None))
        signal = None if entry is None else _signal(entry)
        return place == self._position and signal is not None and signal.events[0] == self._event

    def _new(self) -> Iterator[Row]:
        """A row for each leader trade in what is new. Those who copy it stand side by side in the ledger."""
        for place, entry in self._store.entries(after=self._position):
            self._position = place
            signal = _signal(entry)
            if signal is not None and signal.events[0] != self._event:
                self._event = signal.events[0]
                yield _trade(place, signal)


def position_rows(desks: Mapping[AccountId, Desk]) -> Iterator[Row]:
    """A row for each position there is or was, in order of account, leader and token."""
    for account, desk in sorted(desks.items()):
        portfolio = desk.portfolio
        yield from _positions(account, portfolio.positions.values(), "held")
        yield from _positions(account, portfolio.settled.values(), "settled")


def _positions(account: AccountId, positions: Iterable[Position], state: str) -> Iterator[Row]:
    for each in sorted(positions, key=lambda position: (position.leader, position.token)):
        average = decimal_text(average_price(each.basis, each.shares)) if each.shares > NO_SHARES else ""
        yield (
            *(account, each.leader, each.outcome, each.title, each.category),
            *(state if each.is_open or state == "settled" else "sold", decimal_text(each.shares)),
            *(decimal_text(each.basis), average, decimal_text(each.realised), decimal_text(each.fees)),
            *(str(each.fills), each.market, each.token),
        )


def _signal(entry: Entry) -> Signal | None:
    """What was decided about; None for any other fact, and for what a leader merely held when we came."""
    if not isinstance(entry.fact, DecisionMade) or entry.fact.decision.signal.is_existing:
        return None
    signal = entry.fact.decision.signal
    return signal if signal.exit is None else None


def _trade(place: int, signal: Signal) -> Row:
    token = signal.leader_token
    return (
        *(str(place), _moment(signal.happened_at), _moment(signal.seen_at), signal.leader, signal.side),
        *(decimal_text(signal.shares), decimal_text(signal.leader_price), decimal_text(signal.leader_notional)),
        *(token.outcome, token.title, token.market, token.id),
        *(str(len(signal.events)), " ".join(signal.tx_hashes), signal.events[0]),
    )


def _moment(at: TimeMs) -> str:
    """ISO 8601 in UTC, to the millisecond."""
    return (_EPOCH + timedelta(milliseconds=at)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
