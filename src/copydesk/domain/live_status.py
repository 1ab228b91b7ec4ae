"""How a running desk stands: everything a live screen shows, at one moment, as plain data (K24)."""

from __future__ import annotations

from typing import Protocol

import msgspec

from copydesk.domain.control import Halted
from copydesk.domain.decision import Decision
from copydesk.domain.health import FeedHealth
from copydesk.domain.ids import AccountId, TimeMs, Wallet
from copydesk.domain.money import Price, Shares, Usdc
from copydesk.domain.order import Ending
from copydesk.domain.position import Position


class Followed(msgspec.Struct, frozen=True, kw_only=True):
    """A leader as the settings name it, and whom that means: the wallet, its profile's name, and how it was found."""

    given: str
    wallet: Wallet
    name: str
    how: str


class SourceLag(msgspec.Struct, frozen=True, kw_only=True):
    """How late one source is: from the leader's trade to our first sight of it, None before the first."""

    source: str
    first: int
    missed: int
    p50_ms: int | None
    p99_ms: int | None


class Copy(msgspec.Struct, frozen=True, kw_only=True):
    """A decision and what has become of it: `spent` for `shares` so far; `ending` is None while the order works."""

    decision: Decision
    spent: Usdc
    shares: Shares
    ending: Ending | None


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """An open position and what one share of it would bring now, None if nobody can say."""

    position: Position
    mark: Price | None


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """What reached the desk since it started, and what it made of it. `shed` is what a full inbox turned away."""

    events: int
    duplicates: int
    refused: int
    signals: int
    copied: int
    expired: int
    skipped: dict[str, int]
    shed: int


class Cash(msgspec.Struct, frozen=True, kw_only=True):
    """The money of all accounts. `realised` is net of `fees`; `equity` has positions at their marks, else at cost."""

    deposited: Usdc
    free: Usdc
    reserved: Usdc
    deployed: Usdc
    realised: Usdc
    fees: Usdc
    equity: Usdc
    unmarked: int


class LiveStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A running desk at `now`; all times are its clock's.

    `copies` are the latest decisions, oldest first; `holdings` the open positions; `warnings` sentences for a person.
    `halts` are those of the ledger by account, `is_halted` is that of the settings; `leaders_stopped` counts cut-offs
    and pauses. `lags` has a record for each source, `queue` how many sightings wait.
    """

    mode: str
    began_at: TimeMs
    now: TimeMs
    ends_at: TimeMs | None
    is_halted: bool
    leaders: tuple[Followed, ...]
    feeds: tuple[FeedHealth, ...]
    last_trade_at: TimeMs | None
    counts: Counts
    copies: tuple[Copy, ...]
    holdings: tuple[Holding, ...]
    cash: Cash
    lags: tuple[SourceLag, ...]
    queue: int
    warnings: tuple[str, ...] = ()
    halts: tuple[tuple[AccountId, Halted], ...] = ()
    leaders_stopped: int = 0


class Screen(Protocol):
    """Somebody who looks at a running desk."""

    def show(self, status: LiveStatus) -> None:
        """Show how it stands. Called about once a second of the machine's time; must not take long."""
        ...
