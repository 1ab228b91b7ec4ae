"""A comparison of decisions as a person reads it and as JSON has it: how many agree, what changed, the first change."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.text import Text

from copydesk.serve.cli import format as shown
from copydesk.serve.cli import words
from copydesk.serve.cli.card import decision_card
from copydesk.serve.cli.report_view import mode_line
from copydesk.serve.cli.screen import table

if TYPE_CHECKING:
    from rich.console import RenderableType

    from copydesk.run.redecide import Agreement, Pair


class Compared(NamedTuple):
    """A comparison and what it was between."""

    ledger: str
    preset: str
    version: str
    agreement: Agreement


def against_view(compared: Compared) -> list[RenderableType]:
    """Agreement, changes by reason, what was missing, and the first change as two cards."""
    agreement = compared.agreement
    settings = f"{compared.ledger} under preset {compared.preset} · settings {compared.version}"
    parts: list[RenderableType] = [
        mode_line("replay --against", settings),
        Text(_judged(agreement), style="head"),
        Text(),
        _counts(agreement),
    ]
    if agreement.changes:
        parts += [Text(), Text("What changed", style="head"), _changes(agreement)]
    if agreement.missing:
        parts += [Text(), Text("What could not be decided again, for want of", style="head"), _missing(agreement)]
    if agreement.elsewhere:
        parts.append(f"{shown.count(agreement.elsewhere)} decisions of other accounts were left out.")
    return [*parts, *_first(agreement.first)]


def document(compared: Compared) -> dict[str, object]:
    """The same as JSON."""
    agreement, first = compared.agreement, compared.agreement.first
    changes = [{"then": then, "now": now, "count": count} for (then, now), count in agreement.changes.most_common()]
    return {
        "mode": "paper",
        "ledger_file": compared.ledger,
        "preset": compared.preset,
        "settings_version": compared.version,
        "decisions": agreement.decisions,
        "same_settings": agreement.same_version,
        "identical": agreement.identical,
        "other_numbers": agreement.other_numbers,
        "changed": agreement.changed,
        "missing": dict(agreement.missing.most_common()),
        "other_accounts": agreement.elsewhere,
        "changes": changes,
        "first": None if first is None else _pair_document(first),
    }


def _pair_document(pair: Pair) -> dict[str, object]:
    return {
        "position": pair.position,
        "id": pair.then.signal.id,
        "then": pair.then,
        "now": pair.now,
        "why_not": pair.why_not or None,
    }


def _judged(agreement: Agreement) -> str:
    """The result in one sentence."""
    if agreement.changed:
        return f"✗ {shown.count(agreement.changed)} of {shown.count(agreement.decisions)} decisions came out otherwise"
    if agreement.missing:
        left = shown.count(sum(agreement.missing.values()))
        return f"? No change is known, but {left} decisions could not be made again"
    if agreement.identical == agreement.decisions:
        return f"✓ All {shown.count(agreement.decisions)} decisions came out again, byte for byte"
    return f"✓ All {shown.count(agreement.decisions)} decisions had the same outcome"


def _counts(agreement: Agreement) -> RenderableType:
    grid = table("", "", "", "", is_headed=False, numbers=(1, 2))
    other = "same outcome; a limit, a check or a step of the sizing is another"
    rows = (
        ("Identical", agreement.identical, "byte for byte, but for the name of the settings"),
        ("Other numbers", agreement.other_numbers, other),
        ("Changed", agreement.changed, ""),
        ("Missing", sum(agreement.missing.values()), ""),
    )
    for name, number, says in rows:
        if number or name in {"Identical", "Changed"}:
            part = shown.part_of(number, agreement.decisions)
            grid.add_row(name, shown.count(number), part, Text(says, style="muted"))
    return grid


def _changes(agreement: Agreement) -> RenderableType:
    grid = table("", "Then", "Now", numbers=(0,))
    for (then, now), count in agreement.changes.most_common():
        grid.add_row(shown.count(count), words.refusal(then), words.refusal(now))
    return grid


def _missing(agreement: Agreement) -> RenderableType:
    grid = table("", "", is_headed=False, numbers=(0,))
    for what, count in agreement.missing.most_common():
        grid.add_row(shown.count(count), what)
    return grid


def _first(pair: Pair | None) -> list[RenderableType]:
    if pair is None:
        return []
    title = f"The first change: entry {shown.count(pair.position)}"
    now = ["This leader is not followed under these settings."] if pair.now is None else decision_card(pair.now)
    return [
        Text(),
        Text(title, style="head"),
        Text(),
        Text("─── then", style="muted"),
        *decision_card(pair.then),
        Text("─── now", style="muted"),
        *now,
    ]
