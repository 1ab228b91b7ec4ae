"""What each rule saved or cost, as a person reads it and as JSON has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from copydesk.domain.money import Usdc
from copydesk.run.regret import MARKETS_LEAST, Rule, Verdict, total_saved
from copydesk.serve.cli import format as shown
from copydesk.serve.cli import words
from copydesk.serve.cli.report_view import mode_line
from copydesk.serve.cli.screen import money, table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import RenderableType

    from copydesk.domain.refusal import Reason

VERDICTS = {
    Verdict.SAVES: ("saves", "gain"),
    Verdict.COSTS: ("costs", "loss"),
    Verdict.OPEN: ("not settled", "muted"),
    Verdict.FEW: ("too few markets", "muted"),
}
RULES = (
    "Had each been copied one for one at the leader's price, less the taker fee, and held to the result: + was saved by"
    " not copying, − was given up.",
    "The range holds 95 of 100 redraws of whole markets; not settled means it holds zero.",
    "Each trade counts for the first rule that refused it; the rules behind it were not asked.",
)


def gates_view(rules: Mapping[Reason, Rule], span: str, seed: int) -> list[RenderableType]:
    """A line for each rule, and what it rests on."""
    head = [mode_line("gates", "what not copying saved or cost"), Text(span, style="muted"), Text()]
    if not rules:
        return [*head, "Nothing was skipped, so there is nothing to follow."]
    notes = [*RULES, f"Seed of the redraws: {seed}. Fewer than {MARKETS_LEAST} markets give no range."]
    return [*head, _table(rules), Text(), *_apart(rules), *(Text(f"· {note}") for note in notes)]


def _table(rules: Mapping[Reason, Rule]) -> RenderableType:
    grid = table("Why not", "Skips", "Known", "Markets", "Lost", "Saved", "95% range", "", numbers=(1, 2, 3, 4, 5))
    ranked = sorted(rules.items(), key=lambda item: (item[1].saved, item[0]))
    for reason, rule in ranked:
        grid.add_row(
            words.refusal(reason),
            shown.count(rule.skipped),
            shown.count(rule.followed),
            shown.count(len(rule.by_market)),
            shown.part_of(rule.would_have_lost, rule.followed),
            money(rule.saved) if rule.followed else shown.UNKNOWN,
            _range(rule),
            Text(*VERDICTS[rule.verdict]) if rule.followed else "",
        )
    followed = sum(rule.followed for rule in rules.values())
    grid.add_row(
        Text("All", style="head"),
        shown.count(sum(rule.skipped for rule in rules.values())),
        shown.count(followed),
        "",
        shown.part_of(sum(rule.would_have_lost for rule in rules.values()), followed),
        money(int(total_saved(rules.values()))),
    )
    return grid


def _range(rule: Rule) -> str:
    if rule.interval is None:
        return ""
    return f"{shown.signed_dollars(rule.interval.low)} to {shown.signed_dollars(rule.interval.high)}"


def _apart(rules: Mapping[Reason, Rule]) -> list[RenderableType]:
    """What is in no sum, and why."""
    told = (
        ("unknown", "have no known result and are in no sum"),
        ("unpriced", "have no fee on record and are in no sum"),
        ("beside", "were decided before, or were sales of nothing: there was nothing to follow"),
    )
    sums = [(sum(getattr(rule, name) for rule in rules.values()), words_) for name, words_ in told]
    return [Text(f"· {shown.count(number)} {words_}") for number, words_ in sums if number]


def document(rules: Mapping[Reason, Rule], seed: int) -> dict[str, object]:
    """The same as JSON; money is decimal text in dollars."""
    from copydesk.run.report import dollars

    return {
        "mode": "paper",
        "seed": seed,
        "saved": dollars(total_saved(rules.values())),
        "gates": [_rule_document(reason, rule) for reason, rule in rules.items()],
    }


def _rule_document(reason: Reason, rule: Rule) -> dict[str, object]:
    from copydesk.run.report import dollars

    ends = rule.interval
    return {
        "reason": reason,
        "skipped": rule.skipped,
        "followed": rule.followed,
        "unknown_result": rule.unknown,
        "unpriced": rule.unpriced,
        "nothing_to_follow": rule.beside,
        "markets": len(rule.by_market),
        "would_have_lost": rule.would_have_lost,
        "leader_moved": dollars(Usdc(rule.put_in)),
        "saved": dollars(Usdc(rule.saved)),
        "saved_low": None if ends is None else dollars(Usdc(ends.low)),
        "saved_high": None if ends is None else dollars(Usdc(ends.high)),
        "verdict": rule.verdict,
    }
