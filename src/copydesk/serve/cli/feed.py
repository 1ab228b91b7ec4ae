"""The decision feed: for each signal when, the verdict, the leader's trade, and our result or the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from copydesk.domain.money import Shares, Usdc, average_price
from copydesk.serve.cli import format as shown
from copydesk.serve.cli import words
from copydesk.serve.cli.card import STYLES
from copydesk.serve.cli.screen import table
from copydesk.serve.cli.told import MARKS, market, outcome, trade

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.table import Table

    from copydesk.serve.cli.stories import Story


def feed(stories: Iterable[Story], *, is_narrow: bool) -> Table:
    """Two lines for each decision, newest last; the second has the id that `decisions show` takes.

    Where it `is_narrow` the result is a third line under the trade.
    """
    grid = table("Time (UTC)", "Verdict", "Leader's trade", *([] if is_narrow else ["Result"]))
    for story in stories:
        signal = story.decision.signal
        day, _, clock = shown.moment(story.decision.decided_at).partition(" ")
        what = Text.assemble((outcome(signal), "head"), f"  {market(signal)}\n", (_who(story), "muted"))
        came_of_it = Text(result(story), style="gain" if story.verdict == "copied" else "warn")
        grid.add_row(
            Text.assemble(f"{clock}\n", (day, "muted")),
            Text.assemble((MARKS[story.verdict], STYLES[story.verdict]), (f"\n{signal.id[:12]}", "muted")),
            *([Text.assemble(what, "\n", came_of_it)] if is_narrow else [what, came_of_it]),
        )
    return grid


def result(story: Story) -> str:
    """What came of it: amount, price and copy gap for a copy, the reason with its numbers for a skip."""
    if story.verdict != "copied":
        return words.why(story.decision)
    amount = sum(int(booked.fill.amount) for booked in story.fills)
    bought = sum(abs(int(booked.fill.shares)) for booked in story.fills)
    if not bought:
        return words.ENDINGS[story.ended.ending].capitalize() if story.ended else "On its way"
    average = shown.price(int(average_price(Usdc(amount), Shares(bought))))
    gap = "" if story.gap_bps is None else f"  {shown.bps(story.gap_bps)}"
    return f"{shown.dollars(amount)} @ {average}{gap}"


def _who(story: Story) -> str:
    signal = story.decision.signal
    return f"{shown.short(signal.leader)} {trade(signal)}"
