"""The latest decisions of a run and what has become of them, kept as the facts are recorded."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from copydesk.domain.events import DecisionMade, FillBooked, OrderEnded, OrderPlanned
from copydesk.domain.ids import OrderId, SignalId
from copydesk.domain.live_status import Copy
from copydesk.domain.money import NO_SHARES, NO_USDC, Shares

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copydesk.domain.decision import Decision
    from copydesk.domain.events import Entry
    from copydesk.domain.ids import AccountId, ActionId, EventId
    from copydesk.domain.order import Ending
    from copydesk.ports import LedgerStore

KEPT = 8


class _Story:
    """One decision on its way."""

    __slots__ = ("decision", "ending", "shares", "spent")

    def __init__(self, decision: Decision) -> None:
        self.decision = decision
        self.spent, self.shares = NO_USDC, NO_SHARES
        self.ending: Ending | None = None

    def told(self) -> Copy:
        return Copy(decision=self.decision, spent=self.spent, shares=self.shares, ending=self.ending)


class Lately:
    """The last `kept` decisions of all accounts."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._stories: OrderedDict[tuple[AccountId, SignalId], _Story] = OrderedDict()
        self._orders: dict[OrderId, _Story] = {}

    def take(self, entry: Entry) -> None:
        """Take in what was recorded."""
        match entry.fact:
            case DecisionMade(decision=decision):
                self._stories[entry.account, decision.signal.id] = _Story(decision)
                if len(self._stories) > self._kept:
                    self._stories.popitem(last=False)
            case OrderPlanned(order=order):
                story = self._stories.get((entry.account, order.signal))
                if story is not None:
                    self._orders[order.id] = story
            case FillBooked() as fill if fill.order in self._orders:
                story = self._orders[fill.order]
                story.spent += fill.amount
                story.shares += Shares(abs(int(fill.shares)))
            case OrderEnded() as ended if ended.order in self._orders:
                self._orders.pop(ended.order).ending = ended.ending
            case _:
                return

    def copies(self) -> tuple[Copy, ...]:
        """The latest decisions, oldest first."""
        return tuple(story.told() for story in self._stories.values())


class ObservedStore:
    """A ledger store that shows each entry to somebody as it is appended."""

    def __init__(self, store: LedgerStore, lately: Lately) -> None:
        self._store, self._lately = store, lately
        self.head, self.step_done, self.flush = store.head, store.step_done, store.flush
        self.entries, self.claimed, self.decided = store.entries, store.claimed, store.decided
        self.close = store.close

    def append(self, entry: Entry, events: Sequence[EventId], actions: Sequence[ActionId]) -> None:
        """As `LedgerStore.append`."""
        self._store.append(entry, events, actions)
        self._lately.take(entry)
