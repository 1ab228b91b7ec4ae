"""What a replay came to, as one document: counts that add up, money in decimal text, profit by whom, where and what."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeVar

import msgspec

from copydesk.domain.ids import TimeMs
from copydesk.domain.limits import AmountMode
from copydesk.domain.money import MICROS, NO_SHARES, NO_USDC, Price, Usdc, proceeds
from copydesk.domain.trade import Token

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from copydesk.domain.book import Book
    from copydesk.domain.ids import TokenId
    from copydesk.domain.position import Position
    from copydesk.flow.pipeline import Pipeline
    from copydesk.flow.portfolio.fold import Portfolio
    from copydesk.run.replay import Finished

_Name = TypeVar("_Name", bound=str)


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """One refused row, for a person to look at."""

    file: str
    line: int
    reason: str
    found: str
    allowed: str


class ReplayReport(msgspec.Struct, frozen=True, kw_only=True):
    """A replay's results. Money is decimal text in dollars; `_micros` fields are whole micro-dollars.

    Holds always: rows_read = events + duplicates + the sum of rows_refused; decisions = copied + the sum of skipped +
    expired (I20). `realised` and `unrealised` are net of the fees paid; `unrealised` leaves out unmarked positions.
    `copy_gap_bps` is our price against the leader's, weighted by size: positive is worse for us. In an audit (amount
    `exact`) realised profit counts only positions whose market result is known: that is what it is held against.
    """

    preset: str
    settings_version: str
    rows_read: int
    rows_refused: dict[str, int]
    rows_outside_period: int
    events: int
    duplicates: int
    activities: int
    actions: int
    signals: int
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
    unrealised: str
    equity: str
    deposited: str
    positions_open: int
    positions_unmarked: int
    copy_gap_bps: int | None
    pnl_by_wallet: dict[str, str]
    pnl_by_market: dict[str, str]
    pnl_by_category: dict[str, str]
    market_titles: dict[str, str]
    refused_rows: tuple[Refused, ...]
    curve: tuple[tuple[int, str], ...]
    ledger_file: str | None
    ledger_entries: int
    ledger_compared: int
    ledger_head: dict[str, str]
    wall_s: float
    trades_per_s: int


class Profit:
    """Net profit of some accounts: in all, and in micro-dollars by leader, market and category."""

    def __init__(self) -> None:
        self.net = NO_USDC
        self.by_wallet: Counter[str] = Counter()
        self.by_market: Counter[str] = Counter()
        self.by_category: Counter[str] = Counter()


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What a report says that the pipeline does not know."""

    ledger_file: str | None
    wall_ms: int
    curve: tuple[tuple[TimeMs, Usdc], ...]


def report_of(finished: Finished, surroundings: Surroundings) -> ReplayReport:
    """The report of a finished replay: counts of this run, money of all its accounts since they began."""
    pipeline, tally = finished.pipeline, finished.pipeline.tally
    portfolios = [desk.portfolio for desk in pipeline.desks.values()]
    opens = [portfolio.unrealised(marks(pipeline, portfolio)) for portfolio in portfolios]
    profit = settled_profit(portfolios) if _is_audit(pipeline) else realised_profit(portfolios)
    unrealised = total(each.profit for each in opens)
    wall_ms = max(surroundings.wall_ms, 1)
    return ReplayReport(
        preset=pipeline.rules.preset,
        settings_version=pipeline.rules.settings_version,
        rows_read=tally.rows_read,
        rows_refused=dict(sorted(tally.refused.items())),
        rows_outside_period=finished.outside_period,
        events=tally.events,
        duplicates=tally.duplicates,
        activities=tally.activities,
        actions=tally.actions,
        signals=tally.signals,
        decisions=tally.decisions,
        copied=tally.copied,
        skipped={str(reason): count for reason, count in sorted(tally.skipped.items())},
        expired=tally.expired,
        orders={str(ending): count for ending, count in sorted(tally.orders.items())},
        fills=tally.fills,
        settled_fills=tally.settled_fills,
        fees=dollars(total(each.fees for each in portfolios)),
        realised=dollars(profit.net),
        realised_micros=int(profit.net),
        unrealised=dollars(unrealised),
        equity=dollars(total(each.bankroll for each in portfolios) + unrealised),
        deposited=dollars(total(each.deposited for each in portfolios)),
        positions_open=sum(each.positions_open for each in portfolios),
        positions_unmarked=sum(each.unmarked for each in opens),
        copy_gap_bps=portfolios[0].results.gap.bps if len(portfolios) == 1 else None,
        pnl_by_wallet=ranked(profit.by_wallet),
        pnl_by_market=ranked(profit.by_market),
        pnl_by_category=ranked(profit.by_category),
        market_titles=titles(portfolios),
        refused_rows=tuple(
            Refused(file=row.file, line=row.line, reason=row.reason, found=row.found, allowed=row.allowed)
            for row in tally.shown
        ),
        curve=tuple((int(at), dollars(value)) for at, value in surroundings.curve),
        ledger_file=surroundings.ledger_file,
        ledger_entries=pipeline.position,
        ledger_compared=finished.compared,
        ledger_head={str(account): desk.sealer.hash.hex() for account, desk in sorted(pipeline.desks.items())},
        wall_s=wall_ms / 1000,
        trades_per_s=tally.rows_read * 1000 // wall_ms,
    )


def dollars(amount: Usdc) -> str:
    """Micro-dollars as decimal text with six decimals."""
    micros = int(amount)
    whole, part = divmod(abs(micros), MICROS)
    return f"{'-' if micros < 0 else ''}{whole}.{part:06d}"


def mark(position: Position, book: Book | None) -> Price | None:
    """What one share would bring if all were sold into the book's bids now, rounded down; None if they do not take it.

    A short position cannot be marked at bids and is not.
    """
    if book is None or position.shares <= NO_SHARES:
        return None
    left, bring = position.shares, NO_USDC
    for level in book.bids:
        taken = level.shares if level.shares < left else left
        bring += proceeds(taken, level.price)
        left -= taken
        if not left:
            return Price(int(bring) * MICROS // int(position.shares))
    return None


def marks(pipeline: Pipeline, portfolio: Portfolio) -> dict[TokenId, Price]:
    """Marks of the open positions. Where two leaders' positions share a token, the lower of their marks is both's."""
    marks: dict[TokenId, Price] = {}
    for position in portfolio.positions.values():
        if not position.is_open:
            continue
        token = Token(id=position.token, market=position.market, outcome=position.outcome, title=position.title)
        price = mark(position, pipeline.plugs.books.book(token, pipeline.now))
        if price is not None:
            marks[position.token] = min(price, marks.get(position.token, price))
    return marks


def total(amounts: Iterable[Usdc]) -> Usdc:
    """The sum of amounts."""
    return Usdc(sum(int(amount) for amount in amounts))


def _is_audit(pipeline: Pipeline) -> bool:
    return all(relation.limits.amount.mode is AmountMode.EXACT for relation in pipeline.rules.relations)


def realised_profit(portfolios: Iterable[Portfolio]) -> Profit:
    """All that was realised, by sales and by results, less every fee paid."""
    profit = Profit()
    for portfolio in portfolios:
        profit.net += portfolio.realised - portfolio.fees
        profit.by_wallet.update(_counted(portfolio.results.pnl_by_leader))
        profit.by_market.update(_counted(portfolio.results.pnl_by_market))
        profit.by_category.update(_counted(portfolio.results.pnl_by_category))
    return profit


def settled_profit(portfolios: Iterable[Portfolio]) -> Profit:
    """What came of the positions whose market result is known, their earlier sales included, less their fees."""
    profit = Profit()
    for portfolio in portfolios:
        for position in portfolio.settled.values():
            net = position.realised - position.fees
            profit.net += net
            profit.by_wallet[position.leader] += int(net)
            profit.by_market[position.market] += int(net)
            profit.by_category[position.category] += int(net)
    return profit


def titles(portfolios: Iterable[Portfolio]) -> dict[str, str]:
    """The titles of the markets that were ever held, where the records gave one."""
    return {
        str(position.market): position.title
        for portfolio in portfolios
        for position in (*portfolio.settled.values(), *portfolio.positions.values())
        if position.title
    }


def _counted(amounts: Mapping[_Name, Usdc]) -> dict[str, int]:
    return {str(name): int(amount) for name, amount in amounts.items()}


def ranked(amounts: Counter[str]) -> dict[str, str]:
    """Decimal text by name, most first."""
    return {
        name: dollars(Usdc(micros)) for name, micros in sorted(amounts.items(), key=lambda item: (-item[1], item[0]))
    }
