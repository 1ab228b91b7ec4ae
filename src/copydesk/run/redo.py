"""Finishing a run that was cut off: run it again and compare, until everything stored has come up a second time.

A replay is a function of its input, so what was stored before the cut must come out again entry by entry. Comparing
proves it; what comes after the last stored entry is appended. See docs/decisions/0007.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from copydesk.domain.events import Entry
    from copydesk.domain.ids import AccountId, ActionId, EventId
    from copydesk.ports import LedgerStore


class Redo:
    """A ledger store that takes entries it already holds as long as they are the same, and appends from there on."""

    def __init__(self, store: LedgerStore, position: int) -> None:
        self._store = store
        self._stored = store.entries(after=position)
        self._next = next(self._stored, None)
        self.compared = 0

    def head(self) -> int:
        """As `LedgerStore.head`."""
        return self._store.head()

    def append(self, entry: Entry, events: Sequence[EventId], actions: Sequence[ActionId]) -> None:
        """Compare with what is stored, or append. Raises `BadInput` at the first entry that is not the same."""
        if self._next is None:
            self._store.append(entry, events, actions)
            return
        place, stored = self._next
        if stored.hash != entry.hash:
            raise BadInput(
                f"unfinished run, entry {place}",
                found=f"{entry.body[:200].decode(errors='replace')}",
                allowed=f"{stored.body[:200].decode(errors='replace')}",
                remedy="finish it with the same sources and settings, or name another ledger",
            )
        self.compared += 1
        self._next = next(self._stored, None)

    def step_done(self) -> None:
        """As `LedgerStore.step_done`; a step that was only compared has nothing to commit."""
        if self._next is None:
            self._store.step_done()

    def flush(self) -> None:
        """As `LedgerStore.flush`."""
        self._store.flush()

    def entries(self, account: AccountId | None = None, after: int = 0) -> Iterator[tuple[int, Entry]]:
        """As `LedgerStore.entries`."""
        return self._store.entries(account, after)

    def claimed(self, events: Sequence[EventId], up_to: int) -> frozenset[EventId]:
        """As `LedgerStore.claimed`: `up_to` keeps claims of what is only about to be compared out of the answer."""
        return self._store.claimed(events, up_to)

    def decided(self, account: AccountId, actions: Sequence[ActionId], up_to: int) -> frozenset[ActionId]:
        """As `LedgerStore.decided`, likewise."""
        return self._store.decided(account, actions, up_to)

    def close(self) -> None:
        """As `LedgerStore.close`."""
        self._store.close()
