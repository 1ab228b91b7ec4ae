"""The ledger in memory, for tests and dry runs: the same promises as a file, gone with the process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.adapters.storage.claims import action_keys, event_keys, keys_of, words_of
from copydesk.domain.errors import Broken, require
from copydesk.domain.events import Head, SealedRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from copydesk.domain.events import Entry
    from copydesk.domain.ids import AccountId, ActionId, EventId


class MemoryLedgerStore:
    """A `ports.LedgerStore` without a file. What a step holds is there once the step is done."""

    def __init__(self, opener: Callable[[SealedRow], Entry]) -> None:
        self._open_row = opener
        self._rows: list[SealedRow] = []
        self._step: list[SealedRow] = []
        self._heads: dict[AccountId, Head] = {}
        self._claims: dict[bytes, int] = {}
        self._is_closed = False

    def head(self) -> int:
        """The position of the last entry of a step that was done, 0 if there is none."""
        return len(self._rows)

    def heads(self) -> dict[AccountId, Head]:
        """Where the chain of each account ends."""
        return dict(sorted(self._heads.items()))

    def append(self, entry: Entry, events: Sequence[EventId], actions: Sequence[ActionId]) -> None:
        """Add one entry to the step at hand. Raises `Broken` naming the field if something is claimed already."""
        require(not self._is_closed, "nothing is appended to a store that is closed")
        position = len(self._rows) + len(self._step) + 1
        for key in keys_of(entry.account, entry.fact, events, actions):
            earlier = self._claims.setdefault(key, position)
            if earlier != position:
                raise Broken(f"I1: the {words_of(key)} of the entry at position {position} was claimed at {earlier}")
        self._step.append(
            SealedRow(
                position=position,
                account=entry.account,
                seq=entry.seq,
                recorded_at=entry.recorded_at,
                kind=str(type(entry.fact).__struct_config__.tag),
                origin=entry.origin,
                hash=entry.hash,
                body=entry.body,
            )
        )

    def step_done(self) -> None:
        """Keep the step."""
        for row in self._step:
            head = self._heads.get(row.account)
            if row.seq != (head.seq if head is not None else 0) + 1:
                raise Broken(f"I9: entry {row.seq} of {row.account} does not follow what is stored")
            self._heads[row.account] = Head(seq=row.seq, hash=row.hash)
        self._rows += self._step
        self._step = []

    def flush(self) -> None:
        """Nothing to wait for. Raises `Broken` inside a step."""
        require(not self._step, "a ledger is flushed between steps, never inside one")

    def rows(self, account: AccountId | None = None, after: int = 0) -> Iterator[SealedRow]:
        """Yield the rows of one account or all, in order, undecoded."""
        return (row for row in self._rows[after:] if account is None or row.account == account)

    def entries(self, account: AccountId | None = None, after: int = 0) -> Iterator[tuple[int, Entry]]:
        """Yield (position, entry) of one account or all, in order, from the first position above `after`."""
        return ((row.position, self._open_row(row)) for row in self.rows(account, after))

    def claimed(self, events: Sequence[EventId], up_to: int) -> frozenset[EventId]:
        """Which of `events` were claimed by an entry at a position not above `up_to`."""
        keys = zip(events, event_keys(events), strict=True)
        return frozenset(event for event, key in keys if self._claims.get(key, up_to + 1) <= up_to)

    def decided(self, account: AccountId, actions: Sequence[ActionId], up_to: int) -> frozenset[ActionId]:
        """Which of `actions` the account has decided by an entry at a position not above `up_to`."""
        keys = zip(actions, action_keys(account, actions), strict=True)
        return frozenset(action for action, key in keys if self._claims.get(key, up_to + 1) <= up_to)

    def close(self) -> None:
        """Drop a step that was not done."""
        self._step = []
        self._is_closed = True
