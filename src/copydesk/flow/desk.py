"""What a pipeline is made of: what it is plugged into, the rules it runs under, and the accounts it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from copydesk.domain.ids import AccountId
from copydesk.domain.limits import Relation
from copydesk.domain.money import Usdc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copydesk.domain.control import Command
    from copydesk.flow.ledger.seal import Sealer
    from copydesk.flow.portfolio.fold import Portfolio
    from copydesk.ports import BookSource, CommandSource, DecisionLog, LedgerStore, MarketDirectory, ResultSource, Venue

ERRORS_MAX, ERRORS_WINDOW_MS = 5, 600_000


class NobodyCommands:
    """A `CommandSource` for runs nobody can speak to: a replay, most tests."""

    def commands(self) -> Sequence[Command]:
        """As `CommandSource.commands`: nothing."""
        return ()

    def halt_words(self) -> str | None:
        """As `CommandSource.halt_words`: no file."""
        return None


class Plugs(NamedTuple):
    """What the pipeline is plugged into."""

    markets: MarketDirectory
    results: ResultSource
    books: BookSource
    venue: Venue
    store: LedgerStore
    log: DecisionLog
    control: CommandSource = NobodyCommands()


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What the pipeline runs under: who copies whom, how time is cut, and what an account starts with.

    `bankrolls` has the accounts that start with something else than `bankroll`. `errors_max` failures in a row, or
    within `errors_window_ms`, halt an account.
    """

    run: str
    preset: str
    settings_version: str
    relations: tuple[Relation, ...]
    bankroll: Usdc
    scan_window_ms: int
    detection_lag_ms: int
    is_halted: bool = False
    bankrolls: dict[AccountId, Usdc] = {}
    errors_max: int = ERRORS_MAX
    errors_window_ms: int = ERRORS_WINDOW_MS

    def starts_with(self, account: AccountId) -> Usdc:
        """What a new account is given."""
        return self.bankrolls.get(account, self.bankroll)


class Desk:
    """One account: what it holds, and the seal of its ledger chain."""

    def __init__(self, account: AccountId, portfolio: Portfolio, sealer: Sealer) -> None:
        self.account, self.portfolio, self.sealer = account, portfolio, sealer
        self.has_begun = False
