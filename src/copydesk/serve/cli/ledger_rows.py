"""As much of a ledger as reading commands need: where it ends and its rows, undecoded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from copydesk.domain.events import Head, SealedRow
    from copydesk.domain.ids import AccountId


class Ledger(Protocol):
    """A ledger that is read; `wiring.open_ledger` opens one."""

    def head(self) -> int:
        """The position of the last entry, 0 if there is none."""
        ...

    def heads(self) -> dict[AccountId, Head]:
        """Where the chain of each account ends."""
        ...

    def rows(self, account: AccountId | None = None, after: int = 0) -> Iterator[SealedRow]:
        """The rows of one account or all, in order, from the first position above `after`."""
        ...
