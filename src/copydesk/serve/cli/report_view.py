"""A report as a person reads it: what was read, what was decided and why not, what it came to, and what it assumes."""

from __future__ import annotations

from shutil import get_terminal_size
from typing import TYPE_CHECKING

from rich.text import Text

from copydesk.serve.cli import format as shown
from copydesk.serve.cli import plot, words
from copydesk.serve.cli.screen import money, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rich.console import RenderableType
    from rich.table import Table

    from copydesk.run.report import ReplayReport
    from copydesk.serve.cli.recount import LedgerReport

BAR_WIDTH = 24
TOP = 5
PLOT_WIDTH = 100


def replay_view(report: ReplayReport, notes: Iterable[str], *, has_plot: bool) -> list[RenderableType]:
    """The report of a replay."""
    head = mode_line("replay", "recorded trades, simulated fills; nothing was sent")
    took = f"{report.wall_s} s · {shown.count(report.trades_per_s)} rows/s"
    return _run_view(head, report, took, notes, has_plot=has_plot)


def live_view(report: ReplayReport, notes: Iterable[str], prices: str) -> list[RenderableType]:
    """The report of a live run that has ended; `prices` says whose prices they were."""
    head = mode_line("live", f"{prices}, simulated fills; nothing was sent")
    return _run_view(head, report, f"in {report.wall_s} s", notes, has_plot=False)


def _run_view(
    head: Text, report: ReplayReport, took: str, notes: Iterable[str], *, has_plot: bool
) -> list[RenderableType]:
    equity = shown.micros_of(report.equity)
    return [
        head,
        Text(
            f"Preset {report.preset} · settings {report.settings_version} · {_curve_days(report.curve)}", style="muted"
        ),
        Text(),
        _read(report, took),
        Text(),
        *_decided(report, report.signals),
        Text(),
        *_result(report, equity),
        *(_plot(report.curve) if has_plot else []),
        *_profits(report),
        *_list("What this rests on", notes),
        _ledger_line(report.ledger_file, report.ledger_entries, report.ledger_head),
    ]


def ledger_view(report: LedgerReport, *, has_plot: bool) -> list[RenderableType]:
    """The report of a ledger, recomputed from it alone."""
    runs = f"{shown.count(report.runs)} run{'s' if report.runs != 1 else ''}"
    cut = f", {report.unfinished} cut off: run the same replay again to finish" if report.unfinished else ""
    cut += f", {report.killed} killed and gone on with" if report.killed else ""
    return [
        mode_line("ledger", "recomputed from the ledger alone"),
        Text(
            f"{runs}{cut} · preset {report.preset or shown.UNKNOWN} · settings {report.settings_version}", style="muted"
        ),
        Text(),
        *_decided(report, report.decisions),
        Text(),
        *_result(report, None),
        *(_plot(report.curve) if has_plot else []),
        *_profits(report),
        *_list("What this rests on", _seen(report)),
        _ledger_line(report.ledger_file, report.ledger_entries, report.ledger_head),
    ]


def mode_line(what: str, says: str) -> Text:
    """Paper or live, first of all and on everything that is printed."""
    return Text.assemble((f"PAPER · {what}", "paper"), (f"   {says}", "muted"))


def _read(report: ReplayReport, took: str) -> Table:
    grid = table("", "", "", is_headed=False, numbers=(1,))
    refused = sum(report.rows_refused.values())
    outside = f" · {shown.count(report.rows_outside_period)} outside the period" if report.rows_outside_period else ""
    parts = f"{shown.count(report.events)} events · {shown.count(report.duplicates)} duplicates · "
    grid.add_row("Rows read", shown.count(report.rows_read), f"{parts}{shown.count(refused)} refused{outside}")
    if refused:
        named = ", ".join(f"{name} {shown.count(number)}" for name, number in _most(report.rows_refused))
        grid.add_row("", "", Text(f"refused: {named}", style="warn"))
    if report.activities:
        grid.add_row("", "", Text(f"{shown.count(report.activities)} of the events are no trades", style="muted"))
    grid.add_row("Signals", shown.count(report.signals), f"from {shown.count(report.actions)} leader actions · {took}")
    return grid


def _decided(report: ReplayReport | LedgerReport, signals: int) -> list[RenderableType]:
    """Copied, skipped and expired, and the reasons as bars."""
    skipped = sum(report.skipped.values())
    grid = table("", "", "", is_headed=False, numbers=(1, 2))
    for name, number in (("Copied", report.copied), ("Skipped", skipped), ("Expired", report.expired)):
        grid.add_row(name, shown.count(number), shown.part_of(number, signals))
    if not report.skipped:
        return [grid]
    bars = table("", "", "", is_headed=False, numbers=(1,))
    most = max(report.skipped.values())
    for name, number in _most(report.skipped):
        bars.add_row(words.refusal(name), shown.count(number), Text(bar(number, most, BAR_WIDTH), style="bar"))
    return [grid, Text(), Text(f"Why {shown.count(skipped)} were skipped", style="head"), bars]


def bar(number: int, most: int, width: int) -> str:
    """A bar as long as `number` is of `most`, in eighths of a character; never empty for a number above zero."""
    eighths = max(number * width * 8 // most, 1) if number and most else 0
    return "█" * (eighths // 8) + ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")[eighths % 8]


def _result(report: ReplayReport | LedgerReport, equity: int | None) -> list[RenderableType]:
    grid = table("", "", "", is_headed=False, numbers=(1,))
    deposited, realised = shown.micros_of(report.deposited), report.realised_micros
    grid.add_row("Started with", shown.dollars(deposited), "")
    ended = ", ".join(f"{shown.count(number)} {name.replace('_', ' ')}" for name, number in report.orders.items())
    grid.add_row("Orders", shown.count(sum(report.orders.values())), ended)
    gap = shown.UNKNOWN if report.copy_gap_bps is None else shown.bps(report.copy_gap_bps)
    settled = f"{shown.count(report.settled_fills)} in markets that resolved"
    grid.add_row("Fills", shown.count(report.fills), settled)
    grid.add_row("Fees", shown.dollars(shown.micros_of(report.fees)), "")
    grid.add_row("Copy gap", gap, "our price against the leaders', by size; + is worse for us")
    grid.add_row("Realised", money(realised), "net of all fees")
    grid.add_row("Unrealised", *_unrealised(report))
    unmarked = getattr(report, "positions_unmarked", 0)
    at_cost = f"  with {shown.count(unmarked)} positions at cost" if unmarked else ""
    if equity is not None:
        grid.add_row(
            Text("Equity", style="head"),
            Text(shown.dollars(equity), style="head"),
            Text.assemble(
                money(equity - deposited), f"  {shown.signed_part_of(equity - deposited, deposited)}", at_cost
            ),
        )
    else:
        bankroll = shown.dollars(shown.micros_of(report.bankroll)) if hasattr(report, "bankroll") else shown.UNKNOWN
        grid.add_row(Text("Bankroll", style="head"), Text(bankroll, style="head"), "cash, and positions at cost")
    return [Text("Result", style="head"), grid]


def _unrealised(report: ReplayReport | LedgerReport) -> tuple[Text, str]:
    is_open = f"{shown.count(report.positions_open)} positions open"
    if report.unrealised is None:
        return Text(shown.UNKNOWN), f"{is_open}; a ledger holds no prices of now"
    unmarked = getattr(report, "positions_unmarked", 0)
    if unmarked and unmarked == report.positions_open:
        return Text(shown.UNKNOWN), f"{is_open}, none with a price to sell at"
    missing = f", {shown.count(unmarked)} of them without a price and left out" if unmarked else ""
    return money(shown.micros_of(report.unrealised)), f"{is_open}{missing}"


def _plot(points: tuple[tuple[int, str], ...]) -> list[RenderableType]:
    values = [(at, shown.micros_of(text)) for at, text in points]
    width = min(get_terminal_size((PLOT_WIDTH, 24)).columns, PLOT_WIDTH)
    drawn = [Text(line, no_wrap=True) for line in plot.curve(values, width)]
    head = Text.assemble(("Bankroll over time", "head"), (f"   positions at cost, {plot.told(values)}", "muted"))
    return [Text(), head, *drawn]


def _profits(report: ReplayReport | LedgerReport) -> list[RenderableType]:
    """Profit by leader, market and category: the best and the worst of each."""
    parts: list[RenderableType] = []
    named: tuple[tuple[str, Mapping[str, str], Mapping[str, str]], ...] = (
        ("Profit by leader", report.pnl_by_wallet, {}),
        ("Profit by market", report.pnl_by_market, report.market_titles),
        ("Profit by category", report.pnl_by_category, {}),
    )
    for title, profits, titles in named:
        if profits:
            parts += [Text(), Text(title, style="head"), _ranking(profits, titles)]
    return [*parts, Text()]


def _ranking(profits: Mapping[str, str], titles: Mapping[str, str]) -> Table:
    """The most profitable and the least, with how many are between."""
    grid = table("", "", is_headed=False, numbers=(0,))
    ranked = list(profits.items())
    left_out = len(ranked) - 2 * TOP
    shown_rows = ranked if left_out <= 0 else [*ranked[:TOP], None, *ranked[-TOP:]]
    for row in shown_rows:
        if row is None:
            grid.add_row("", Text(f"… {shown.count(left_out)} more", style="muted"))
        else:
            name = shown.line(titles.get(row[0], "")) or shown.short(row[0])
            grid.add_row(money(shown.micros_of(row[1])), Text(name, overflow="ellipsis", no_wrap=True))
    return grid


def _seen(report: LedgerReport) -> list[str]:
    """What the decisions in a ledger rested on, as they themselves recorded it."""
    books = [f"{shown.count(number)} decisions saw a {name} order book" for name, number in report.books.items()]
    ends = f"{shown.count(report.unknown_ends)} decisions did not know when the market ends, and were allowed to"
    return [*books, *([ends] if report.unknown_ends else []), "Orders filled on paper: nothing was sent"]


def _list(title: str, notes: Iterable[str]) -> list[RenderableType]:
    return [Text(title, style="head"), *(Text(f"· {note}") for note in notes), Text()]


def _ledger_line(file: str | None, entries: int, heads: Mapping[str, str]) -> Text:
    where = f"Ledger {file}" if file else "Ledger not kept: name one with --ledger FILE"
    ends = ", ".join(f"{account} {seal[:16]}" for account, seal in heads.items())
    return Text(f"{where} · {shown.count(entries)} entries · head {ends or shown.UNKNOWN}", style="muted")


def _curve_days(points: tuple[tuple[int, str], ...]) -> str:
    if not points:
        return "nothing happened"
    return f"{shown.to_the_minute(points[0][0])} to {shown.to_the_minute(points[-1][0])} UTC"


def _most(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
