"""The decision card: one signal with every gate, the sizing step by step, and what became of the order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from copydesk.domain.decision import Approved
from copydesk.domain.money import average_price
from copydesk.domain.refusal import Reason
from copydesk.serve.cli import format as shown
from copydesk.serve.cli import words
from copydesk.serve.cli.instant import instant
from copydesk.serve.cli.reasons import REASONS
from copydesk.serve.cli.screen import table
from copydesk.serve.cli.told import MARKS, market, outcome, trade, verdict

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from copydesk.domain.decision import Decision, SizingLine
    from copydesk.domain.refusal import Check
    from copydesk.serve.cli.stories import Story

STYLES = {"copied": "gain", "skipped": "warn", "expired": "warn"}


def card(story: Story) -> list[RenderableType]:
    """The whole card, part by part."""
    return [
        *decision_card(story.decision),
        *instant(story),
        *_order(story),
        Text("Ids", style="head"),
        _ids(story),
    ]


def decision_card(decision: Decision) -> list[RenderableType]:
    """The part of a card that is the decision: the signal, every gate, the sizing."""
    return [_head(decision), Text(), *_gates(decision), Text(), *_sizing(decision)]


def _head(decision: Decision) -> Text:
    signal, is_so = decision.signal, verdict(decision)
    head = Text("PAPER", style="paper")
    head.append(f"  {MARKS[is_so]}", style=STYLES[is_so])
    head.append(f"  {signal.id[:12]}\n", style="muted")
    head.append(f"{market(signal)}", style="head")
    head.append(f"  ·  {outcome(signal)}\n")
    head.append(f"{shown.short(signal.leader)} {trade(signal)}  ·  {shown.moment(signal.happened_at)} UTC")
    if why := words.why(decision):
        head.append(f"\n{why}", style="warn")
    return head


def _gates(decision: Decision) -> list[RenderableType]:
    """Every gate that was asked, in order; the first failure is marked, and no gate behind it was asked."""
    checks = decision.checks
    grid = table("", "", "", "", "", is_headed=False)
    for check in checks:
        grid.add_row(*_gate(check))
    if checks and not checks[-1].passed:
        grid.add_row("·", Text("the gates behind it", style="muted"), Text("not checked", style="muted"), "", "")
    return [_title("Gates", f"{sum(check.passed for check in checks)} passed"), grid]


def _gate(check: Check) -> tuple[RenderableType, ...]:
    wording = REASONS[check.reason]
    seen = words.value(check, check.seen)
    if check.passed:
        note = _passed_note(check)
        return Text("✓", style="gain"), wording.gate, seen, Text(words.limit(check), style="muted"), note
    change = f"◀ decided here{f'; set by {wording.setting}' if wording.setting else ''}"
    return (
        Text("✗", style="warn"),
        Text(wording.gate, style="head"),
        Text(seen, style="warn"),
        words.limit(check),
        Text(change, style="warn"),
    )


def _passed_note(check: Check) -> str:
    """Why a check passed where its numbers alone do not say so."""
    if check.limit is None:
        return ""
    if check.seen is None:
        return "not known; the settings allow that"
    is_full = check.reason is Reason.POSITIONS_OPEN and isinstance(check.seen, int) and check.seen >= int(check.limit)
    return "adds to one of them" if is_full else ""


def _sizing(decision: Decision) -> list[RenderableType]:
    if not decision.sizing:
        return []
    grid = table("", "", "", "", is_headed=False, numbers=(1, 2))
    if isinstance(decision, Approved):
        marked, mark = decision.binding_cap, "◀ binding"
    else:
        marked, mark = str(decision.reason), f"◀ decided here; set by {REASONS[decision.reason].setting}"
    for line in decision.sizing:
        grid.add_row(*_step(line, mark if line.rule == marked else ""))
    if isinstance(decision, Approved):
        at_most = f"at most {shown.dollars(int(decision.reserve))} with the fee" if decision.reserve else ""
        grid.add_row(
            Text("Order", style="head"), "", Text(f"{shown.shares(int(decision.shares))} shares", style="head"),
            f"at {shown.price(int(decision.limit))} or better  {at_most}",
        )  # fmt: skip
    return [_title("Size", ""), grid, Text()]


def _step(line: SizingLine, mark: str) -> tuple[RenderableType, ...]:
    """One line of the arithmetic; `mark` says that it settled the amount."""
    unit = " shares" if line.rule.endswith(words.SHARES_SUFFIX) else ""
    bound = ""
    if line.limit is not None:
        bound = f"{'minimum' if unit else 'room'} {words.amount(line, line.limit)}"
    left = f"{words.amount(line, line.amount)}{unit}"
    note = Text(" · ".join(filter(None, (mark, line.note))), style="warn" if mark else "muted")
    return words.rule(line), Text(bound, style="muted"), left, note


def _order(story: Story) -> list[RenderableType]:
    """What became of the order: each fill with its fee, how it ended, the copy gap, the market's result."""
    if story.order is None:
        return []
    grid = table("", "", "", "", is_headed=False, numbers=(1,))
    for booked in story.fills:
        fill = booked.fill
        amount = shown.dollars(int(fill.amount))
        bought = f"{shown.shares(abs(int(fill.shares)))} @ {shown.price(_price(int(fill.amount), int(fill.shares)))}"
        grid.add_row("Fill", bought, f"{amount} · fee {shown.dollars(int(fill.fee))}", shown.moment(booked.at))
    if story.ended is not None:
        ended = words.ENDINGS[story.ended.ending]
        grid.add_row("Ended", ended, shown.line(story.ended.words) or _released(story), "")
    grid.add_row("Copy gap", _gap(story.gap_bps), "our price against the leader's, + is worse for us", "")
    _add_result(grid, story)
    return [_title("Order", ""), grid, Text()]


def _released(story: Story) -> str:
    released = int(story.ended.released) if story.ended is not None else 0
    return f"{shown.dollars(released)} of the reserve free again" if released else ""


def _add_result(grid: Table, story: Story) -> None:
    settled = story.settled
    if settled is None:
        return
    told = f"the position of {shown.shares(int(settled.shares))} shares brought {shown.dollars(int(settled.payout))}"
    profit = f"{told}, {shown.signed_dollars(int(settled.realised))} on its cost"
    grid.add_row("Market result", f"pays {shown.price(int(settled.per_share))}", profit, "")


def _gap(gap_bps: int | None) -> str:
    return shown.UNKNOWN if gap_bps is None else shown.bps(gap_bps)


def _price(amount: int, shares: int) -> int:
    from copydesk.domain.money import Shares, Usdc

    return int(average_price(Usdc(amount), Shares(abs(shares)))) if shares else 0


def _ids(story: Story) -> Table:
    """The full ids, to copy."""
    decision, signal = story.decision, story.decision.signal
    grid = table("", "", is_headed=False)
    rows = [
        ("Signal", signal.id),
        ("Leader", signal.leader),
        ("Leader's transaction", ", ".join(signal.tx_hashes) or shown.UNKNOWN),
        ("Market", signal.token.market),
        ("Token", signal.token.id),
        ("Order", story.order.id if story.order else shown.UNKNOWN),
        ("Settings", decision.settings_version),
        ("Decided", f"{shown.moment(decision.decided_at)} UTC, account {decision.account}"),
        ("Ledger entry", shown.count(story.position)),
    ]
    for name, text in rows:
        grid.add_row(Text(name, style="muted"), Text(shown.line(text), overflow="fold"))
    return grid


def _title(name: str, beside: str) -> Text:
    return Text.assemble((name, "head"), (f"   {beside}" if beside else "", "muted"))
