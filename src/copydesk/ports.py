"""Every socket the outside must satisfy. `wiring` plugs adapters in; the flow knows nothing else of the world."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from copydesk.domain.book import Book
    from copydesk.domain.cap_bound import CapBound, CapKey
    from copydesk.domain.control import Command
    from copydesk.domain.events import Entry
    from copydesk.domain.health import FeedHealth
    from copydesk.domain.ids import AccountId, ActionId, EventId, OrderId, TimeMs, Wallet
    from copydesk.domain.market import Market, Payout
    from copydesk.domain.money import Usdc
    from copydesk.domain.order import Order, OrderEvent
    from copydesk.domain.trade import LeaderTrade, LiveSighting, Sighting, Token


class LeaderFeed(Protocol):
    """Where leaders' doings come from."""

    def sightings(self) -> Iterator[Sighting]:
        """Yield what the source shows. Recorded feeds yield in order of (happened_at, event_id), refusals anywhere.

        Raises `Unreadable` if the source cannot be opened at all; a bad row is a `RowRefused`, never an exception.
        """
        ...


class Inbox(Protocol):
    """Where live sources put what they see: bounded, never blocking."""

    def put(self, sighting: LiveSighting) -> bool:
        """Hand over one sighting. False if there was no room: only what can be asked for again is ever turned away."""
        ...


class LiveFeed(Protocol):
    """A source of leaders' doings as they happen. Everything it shows it may show again, late, or out of order."""

    def follow(self, leaders: Mapping[Wallet, TimeMs | None]) -> None:
        """From now on show these leaders' doings and no others; may be called at any time, also while running.

        The value is the time up to which a leader's doings are known already: a feed that can look back does so from
        there. None means never followed before: such a feed then begins with a `LeaderBaseline`.
        """
        ...

    async def run(self, inbox: Inbox) -> None:
        """Put what is seen into `inbox` until cancelled. Never returns and never raises because of the venue."""
        ...

    def health(self) -> FeedHealth:
        """How the feed is doing."""
        ...


class Preparation(Protocol):
    """Something a decision needs that has to be fetched: a market's rules, a book."""

    def is_ready(self, token: Token) -> bool:
        """Whether a decision about `token` could be made now."""
        ...

    async def prepare(self, token: Token) -> None:
        """Fetch what is missing. Returns when it is there or cannot be had; bounded in time, never raises."""
        ...


class MarketDirectory(Protocol):
    """What is known of markets before they end."""

    def market(self, token: Token) -> Market:
        """The market of `token`; fields that are a guess are named in its `assumed`."""
        ...


class ResultSource(Protocol):
    """How markets ended."""

    def payout(self, token: Token) -> Payout | None:
        """What `token` paid, or None if no result is known or the sources disagree."""
        ...


class LiveResults(ResultSource, Protocol):
    """Results as they become known; each that does is put into the inbox as `MarketEnded`."""

    def watch(self, tokens: Collection[Token]) -> None:
        """From now on ask for the results of these tokens' markets and no others."""
        ...


class BookSource(Protocol):
    """Order books as a trader could have seen them."""

    def observe(self, trade: LeaderTrade) -> None:
        """Take a print into account. Called in order of time, once an event; on paper the venue passes prints on."""
        ...

    def book(self, token: Token, at: TimeMs) -> Book | None:
        """The book of `token` as it stood at `at`, using nothing later than `at`; None if there is none to trust."""
        ...


class Venue(Protocol):
    """Where orders go. A venue that sends bytes must not send any before the order's intent is durable (I3)."""

    def observe(self, trade: LeaderTrade) -> None:
        """Take a print into account: a paper venue fills by it and shows it to its books, a real one ignores it."""
        ...

    def submit(self, order: Order) -> None:
        """Hand over one order. Its events come from `events`."""
        ...

    def due_at(self) -> TimeMs | None:
        """When the next event is due, or None if nothing is on its way."""
        ...

    def events(self, now: TimeMs) -> Sequence[OrderEvent]:
        """What has happened to submitted orders up to `now`, oldest first; each event is given once."""
        ...


class CapCounters(Protocol):
    """What is counted against each cap where several processes place orders for the same money (I17)."""

    def reserve(self, holder: OrderId, amount: Usdc, bounds: Sequence[CapBound]) -> CapBound | None:
        """Count `amount` against every cap for `holder`, or against none: then the first without room is returned.

        The same again is a repetition and counts once. Raises `Broken` if `holder` has reserved something else.
        """
        ...

    def give_back(self, holder: OrderId, amount: Usdc) -> None:
        """Count `amount` less for `holder`: unspent, sold or settled. Raises `Broken` if it does not hold as much."""
        ...

    def used(self, key: CapKey) -> Usdc:
        """What is counted against a cap."""
        ...


class LedgerStore(Protocol):
    """The durable, append-only store of entries, and the durable memory of what was already decided.

    Entries are global-ordered by `position`, counted from 1 over all accounts. Appends are queued to one writer and
    committed in groups; `flush` waits until all that was appended is on disk.
    """

    def head(self) -> int:
        """The position of the last durable entry, 0 if there is none."""
        ...

    def append(self, entry: Entry, events: Sequence[EventId], actions: Sequence[ActionId]) -> None:
        """Queue one entry, claiming `events` and (for the entry's account) `actions` with it in one transaction.

        A group is never committed between two entries of one step: see `step_done`.
        """
        ...

    def step_done(self) -> None:
        """Everything appended since the last call belongs together: it is committed as a whole or not at all."""
        ...

    def flush(self) -> None:
        """Return when everything appended is durable. Raises what the writer raised."""
        ...

    def entries(self, account: AccountId | None = None, after: int = 0) -> Iterator[tuple[int, Entry]]:
        """Yield (position, entry) of one account or all, in order, from the first position above `after`."""
        ...

    def claimed(self, events: Sequence[EventId], up_to: int) -> frozenset[EventId]:
        """Which of `events` were claimed by an entry at a position not above `up_to`."""
        ...

    def decided(self, account: AccountId, actions: Sequence[ActionId], up_to: int) -> frozenset[ActionId]:
        """Which of `actions` the account has decided by an entry at a position not above `up_to`."""
        ...

    def close(self) -> None:
        """Flush and let go of the store."""
        ...


class CommandSource(Protocol):
    """What people command a running desk with. Asked before every signal, so an answer of "nothing new" is cheap."""

    def commands(self) -> Sequence[Command]:
        """What was given since the last call, in order; all there ever was the first time. Never raises."""
        ...

    def halt_words(self) -> str | None:
        """What the halt file says, or why nobody can tell whether there is one; None while there is none."""
        ...


class DecisionLog(Protocol):
    """One JSON line for each decision (S2.26)."""

    def write(self, lines: Iterable[bytes]) -> None:
        """Append whole lines, without their line feeds."""
        ...


class Table(Protocol):
    """Rows of text for a person's own tools. Whatever it says can be written again from the ledger (S4.27)."""

    def last(self) -> tuple[str, ...] | None:
        """The last row; None if there is none yet, or something else stands in its place."""
        ...

    def append(self, rows: Iterable[Sequence[str]]) -> None:
        """Add rows."""
        ...

    def replace(self, rows: Iterable[Sequence[str]]) -> None:
        """Have these rows and no others."""
        ...


class Clock(Protocol):
    """What time it is."""

    def now(self) -> TimeMs:
        """Milliseconds since 1970-01-01 UTC."""
        ...


class LiveClock(Clock, Protocol):
    """Time as it passes. In a trial against a fast local venue it may run faster than the machine's."""

    def elapsed_ms(self) -> int:
        """Milliseconds since some moment, never going back: timers and time-outs count by it (I23)."""
        ...

    async def sleep(self, ms: int) -> None:
        """Return when `ms` milliseconds of this clock have passed."""
        ...


class Dice(Protocol):
    """Chance, as an argument: jitter is drawn from it."""

    def below(self, bound: int) -> int:
        """Draw a whole number from 0 up to, but not including, `bound`; each is as likely. `bound` is at least 1."""
        ...
