"""What a ledger alone says: every figure of a report recomputed from its entries, and nothing taken from elsewhere."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeVar

import msgspec

from copydesk.domain.control import CommandTaken
from copydesk.domain.decision import Approved
from copydesk.domain.events import DecisionMade, RunFinished, RunStarted
from copydesk.domain.money import NO_USDC
from copydesk.domain.refusal import Reason
from copydesk.flow.ledger.seal import open_entry
from copydesk.flow.portfolio.fold import Portfolio
from copydesk.run.recall import LIVE
from copydesk.run.report import dollars, ranked, realised_profit, settled_profit, titles, total

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from copydesk.domain.decision import Decision
    from copydesk.domain.events import Entry, Fact, SealedRow
    from copydesk.domain.ids import AccountId, EventId, TimeMs
    from copydesk.domain.money import Usdc
    from copydesk.domain.position import Position

_Name = TypeVar("_Name", bound=str)
POINTS_MAX = 512
DECISION_KIND = "decision_made"
DECISION_TAG = b'"decision":{"type":"'
AUDIT_RULE = "as the leader, shares"
"""The sizing step of a copy one for one: profit then counts settled positions only, as in the replay's report."""


class LedgerReport(msgspec.Struct, frozen=True, kw_only=True):
    """A report on everything in a ledger. Names mean what they mean in a replay's report.

    A ledger holds no prices of now: with a position open, `unrealised` and `equity` are not known. `bankroll` has
    positions at cost.
    `runs` counts runs, `unfinished` replays that were cut off, `killed` live runs
    that were, and gone on with since. `market_titles` names the markets of `pnl_by_market`.
    """

    preset: str
    settings_version: str
    runs: int
    unfinished: int
    killed: int
    decisions: int
    copied: int
    skipped: dict[str, int]
    expired: int
    orders: dict[str, int]
    fills: int
    settled_fills: int
    fees: str
    realised: str
    realised_micros: int
    unrealised: str | None
    equity: str | None
    bankroll: str
    deposited: str
    positions_open: int
    copy_gap_bps: int | None
    pnl_by_wallet: dict[str, str]
    pnl_by_market: dict[str, str]
    pnl_by_category: dict[str, str]
    market_titles: dict[str, str]
    books: dict[str, int]
    unknown_ends: int
    curve: tuple[tuple[int, str], ...]
    ledger_file: str
    ledger_entries: int
    ledger_head: dict[str, str]


class Recount:
    """The running recount of a ledger: holdings by account, and what the holdings do not remember."""

    def __init__(self) -> None:
        self.portfolios: dict[AccountId, Portfolio] = {}
        self.heads: dict[AccountId, Entry] = {}
        self.entries = 0
        self.last: Entry | None = None
        self.last_decision: Decision | None = None
        self.started: RunStarted | None = None
        self.commands: set[EventId] = set()
        self.runs = self.finished = self.killed = 0
        self._open: dict[AccountId, RunStarted] = {}
        self.books: Counter[str] = Counter()
        self.unknown_ends = 0
        self.is_audit = False
        self.curve: list[tuple[TimeMs, Usdc]] = []

    def take(self, entry: Entry) -> None:
        """Take in the next entry of the ledger."""
        portfolio = self.portfolios.get(entry.account)
        if portfolio is None:
            portfolio = self.portfolios[entry.account] = Portfolio()
        portfolio.apply(entry.fact, entry.recorded_at)
        self.entries += 1
        self.last = self.heads[entry.account] = entry
        self._follow_runs(entry)
        self._remember(entry.fact)
        if entry.postings:
            self._point(entry.recorded_at)

    @property
    def unfinished(self) -> int:
        """Replays that were cut off: each can be run again to its end. A live run is gone on with instead."""
        return sum(started.kind != LIVE for started in self._open.values())

    def _follow_runs(self, entry: Entry) -> None:
        if isinstance(entry.fact, RunStarted):
            self.killed += entry.account in self._open
            self._open[entry.account] = entry.fact
        elif isinstance(entry.fact, RunFinished):
            self._open.pop(entry.account, None)

    def _remember(self, fact: Fact) -> None:
        match fact:
            case DecisionMade():
                self.last_decision = fact.decision
                self._observe(fact.decision)
            case RunStarted():
                self.started = fact
                self.runs += 1
            case RunFinished():
                self.finished += 1
            case CommandTaken():
                self.commands.add(fact.command.id)
            case _:
                return

    def _observe(self, decision: Decision) -> None:
        """Count what the decision rested on: which book was seen, and whether the market's end was known."""
        if isinstance(decision, Approved):
            self.is_audit = decision.sizing[0].rule == AUDIT_RULE
        for check in decision.checks:
            if check.reason is Reason.NO_BOOK and isinstance(check.seen, str):
                self.books[check.seen] += 1
            elif check.reason is Reason.RESOLVES_SOON and check.seen is None and check.passed:
                self.unknown_ends += 1

    def _point(self, at: TimeMs) -> None:
        bankroll = total(portfolio.bankroll for portfolio in self.portfolios.values())
        if self.curve and self.curve[-1][0] == at:
            self.curve.pop()
        self.curve.append((at, bankroll))
        if len(self.curve) > POINTS_MAX:
            self.curve = self.curve[::2]


class Glance:
    """What a status needs of a ledger: decisions, nine rows of ten, are told apart by their bytes and not decoded."""

    def __init__(self) -> None:
        self.rest = Recount()
        self.decisions: Counter[str] = Counter()
        self.entries = 0
        self.last: SealedRow | None = None
        self._last_decision: SealedRow | None = None

    def take(self, row: SealedRow) -> None:
        """Take in the next row of the ledger."""
        self.entries += 1
        self.last = row
        if row.kind == DECISION_KIND:
            self._last_decision = row
            begin = row.body.find(DECISION_TAG) + len(DECISION_TAG)
            self.decisions[row.body[begin : row.body.index(b'"', begin)].decode()] += 1
        else:
            self.rest.take(open_entry(row))

    @property
    def last_decision(self) -> Decision | None:
        """The last decision, decoded."""
        if self._last_decision is None:
            return None
        fact = open_entry(self._last_decision).fact
        return fact.decision if isinstance(fact, DecisionMade) else None


def glance(rows: Iterable[SealedRow]) -> Glance:
    """A glance at all rows of a ledger."""
    seen = Glance()
    for row in rows:
        seen.take(row)
    return seen


def recount(entries: Iterable[tuple[int, Entry]]) -> Recount:
    """The recount of all entries of a ledger."""
    counted = Recount()
    for _, entry in entries:
        counted.take(entry)
    return counted


def report_of(counted: Recount, file: str) -> LedgerReport:
    """The report on a whole ledger."""
    portfolios = list(counted.portfolios.values())
    results = [portfolio.results for portfolio in portfolios]
    reasons = _sums(each.reasons for each in results)
    profit = settled_profit(portfolios) if counted.is_audit else realised_profit(portfolios)
    is_open = any(each.positions_open for each in portfolios)
    bankroll = dollars(total(each.bankroll for each in portfolios))
    return LedgerReport(
        preset=counted.started.preset if counted.started else "",
        settings_version=counted.started.settings_version if counted.started else "",
        runs=counted.runs,
        unfinished=counted.unfinished,
        killed=counted.killed,
        decisions=sum(each.approved + each.skipped + each.expired for each in results),
        copied=sum(each.approved for each in results),
        skipped={name: number for name, number in sorted(reasons.items()) if name != Reason.SIGNAL_EXPIRED},
        expired=sum(each.expired for each in results),
        orders=dict(sorted(_sums(each.ended for each in results).items())),
        fills=sum(each.fills for each in results),
        settled_fills=sum(each.settled_fills for each in results),
        fees=dollars(total(each.fees for each in portfolios)),
        realised=dollars(profit.net),
        realised_micros=int(profit.net),
        unrealised=None if is_open else dollars(NO_USDC),
        equity=None if is_open else bankroll,
        bankroll=bankroll,
        deposited=dollars(total(each.deposited for each in portfolios)),
        positions_open=sum(each.positions_open for each in portfolios),
        copy_gap_bps=results[0].gap.bps if len(results) == 1 else None,
        pnl_by_wallet=ranked(profit.by_wallet),
        pnl_by_market=ranked(profit.by_market),
        pnl_by_category=ranked(profit.by_category),
        market_titles=titles(portfolios),
        books=dict(sorted(counted.books.items())),
        unknown_ends=counted.unknown_ends,
        curve=tuple((int(at), dollars(bankroll)) for at, bankroll in counted.curve),
        ledger_file=file,
        ledger_entries=counted.entries,
        ledger_head={account: entry.hash.hex() for account, entry in sorted(counted.heads.items())},
    )


def held(portfolio: Portfolio, *, is_all: bool) -> list[Position]:
    """The open positions, dearest first; with `is_all` the closed ones behind them."""
    closed = [*(each for each in portfolio.positions.values() if not each.is_open), *portfolio.settled.values()]
    opened = [each for each in portfolio.positions.values() if each.is_open]
    opened.sort(key=lambda each: (-int(each.basis), each.leader, each.token))
    closed.sort(key=lambda each: (-int(each.realised), each.leader, each.token))
    return [*opened, *closed] if is_all else opened


def _sums(parts: Iterable[Mapping[_Name, int]]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for part in parts:
        sums.update({str(name): number for name, number in part.items()})
    return sums
