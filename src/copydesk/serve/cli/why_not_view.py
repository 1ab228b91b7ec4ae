"""Why trades were not copied, as a person reads it and as JSON has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from copydesk.serve.cli import format as shown
from copydesk.serve.cli import words
from copydesk.serve.cli.reasons import REASONS
from copydesk.serve.cli.report_view import mode_line
from copydesk.serve.cli.screen import table

if TYPE_CHECKING:
    from rich.console import RenderableType

    from copydesk.domain.ids import TimeMs
    from copydesk.domain.refusal import Check, Reason
    from copydesk.run.skips import Asked, Example, Group, WhyNot


def why_not_view(found: WhyNot) -> list[RenderableType]:
    """The sum by reason, then examples of each."""
    head = [mode_line("why not", whose(found)), Text(span(found.asked), style="muted"), Text()]
    if not found.decisions:
        latest = shown.UNKNOWN if found.latest is None else f"{shown.moment(found.latest)} UTC"
        return [*head, f"Nothing was decided in this time, so nothing was skipped. The last decision was at {latest}."]
    if not found.skipped:
        return [*head, f"Nothing was skipped: all {shown.count(found.decisions)} were copied."]
    parts: list[RenderableType] = [*head, _numbers(found), Text(), _reasons(found), Text()]
    return [*parts, Text("The latest of each", style="head"), _examples(found)]


def whose(found: WhyNot) -> str:
    """Whose trades these were."""
    if not found.asked.leader:
        return f"all {shown.count(len(found.leaders))} leaders"
    return ", ".join(shown.short(leader) for leader in found.matching)


def span(asked: Asked) -> str:
    """From when to when, in UTC."""
    since = "the beginning" if asked.since is None else f"{shown.moment(asked.since)} UTC"
    until = "the end" if asked.until is None else f"{shown.moment(asked.until)} UTC"
    return f"decided from {since} to {until} of the ledger"


def document(found: WhyNot) -> dict[str, object]:
    """The same as JSON; money is decimal text in dollars."""
    return {
        "mode": "paper",
        "leaders": found.matching,
        "since": found.asked.since,
        "until": found.asked.until,
        "decisions": found.decisions,
        "copied": found.copied,
        "skipped": found.skipped,
        "first_decided_at": found.begins,
        "last_decided_at": found.ends,
        "reasons": [_reason_document(reason, group) for reason, group in found.by_count()],
    }


def _reason_document(reason: Reason, group: Group) -> dict[str, object]:
    from copydesk.domain.money import Usdc
    from copydesk.run.report import dollars

    return {
        "reason": reason,
        "count": group.count,
        "leader_bought": dollars(Usdc(group.bought)),
        "leader_sold": dollars(Usdc(group.sold)),
        "limits": [{"limit": check.limit, "unit": check.unit, "count": count} for check, count in _limits(group)],
        "setting": REASONS[reason].setting or None,
        "examples": [_example_document(example) for example in group.examples],
    }


def _example_document(example: Example) -> dict[str, object]:
    signal = example.decision.signal
    return {
        "id": signal.id,
        "position": example.position,
        "decided_at": example.decision.decided_at,
        "leader": signal.leader,
        "why": words.why(example.decision),
    }


def _numbers(found: WhyNot) -> RenderableType:
    grid = table("", "", "", is_headed=False, numbers=(1, 2))
    for name, number in (("Copied", found.copied), ("Not copied", found.skipped)):
        grid.add_row(name, shown.count(number), shown.part_of(number, found.decisions))
    bought = sum(group.bought for group in found.groups.values())
    grid.add_row("Leader put in", shown.dollars(bought + found.copied_bought), "")
    grid.add_row("of it not copied", shown.dollars(bought), shown.part_of(bought, bought + found.copied_bought))
    return grid


def _reasons(found: WhyNot) -> RenderableType:
    grid = table("Why", "Skips", "", "Leader put in", "Limit", "Changed by", numbers=(1, 2, 3))
    for reason, group in found.by_count():
        grid.add_row(
            words.refusal(reason),
            shown.count(group.count),
            shown.part_of(group.count, found.skipped),
            shown.dollars(group.bought) if group.bought else "",
            _limits_said(group),
            Text(REASONS[reason].setting, style="muted"),
        )
    return grid


def _limits(group: Group) -> list[tuple[Check, int]]:
    return sorted(group.limits.items(), key=lambda item: (-item[1], str(item[0].limit)))


def _limits_said(group: Group) -> str:
    """The limit, or all there were with how often, where the settings changed on the way."""
    limits = _limits(group)
    if len(limits) == 1:
        return words.limit(limits[0][0])
    return ", ".join(f"{words.limit(check)} ({shown.count(count)})" for check, count in limits)


def _examples(found: WhyNot) -> RenderableType:
    grid = table("", "", "", is_headed=False)
    for reason, group in found.by_count():
        for example in reversed(group.examples):
            at: TimeMs = example.decision.decided_at
            why = words.why(example.decision) or words.refusal(reason)
            grid.add_row(Text(example.decision.signal.id[:12], style="muted"), shown.moment(at), why)
    return grid
