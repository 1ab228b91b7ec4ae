"""The instant of a decision on its card: the book and the market's rules as they were, and the way there by legs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET
from rich.text import Text

from copydesk.domain.trade import Side
from copydesk.serve.cli import format as shown
from copydesk.serve.cli.screen import money, table

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from copydesk.domain.book import Level
    from copydesk.domain.scene import BookSeen, MarketSeen
    from copydesk.serve.cli.stories import Story

MISSED = "had it been copied one for one at the leader's price, less the taker fee, and held to the result"


def instant(story: Story) -> list[RenderableType]:
    """The book, the rules, the legs, and for what was not copied what it would have brought."""
    return [*_surroundings(story), *_legs(story), *_missed(story)]


def _surroundings(story: Story) -> list[RenderableType]:
    title = Text("At that instant", style="head")
    scene = story.scene
    if scene is None:
        return [
            title,
            Text("Not on record: the entry is older than the recording of what surrounds a decision."),
            Text(),
        ]
    grid = table("", "", "", is_headed=False)
    if scene.book is UNSET:
        why = "an exit looks at none" if story.decision.signal.side is Side.SELL else "a copy one for one looks at none"
        grid.add_row("Book", shown.UNKNOWN, why)
    elif scene.book is None:
        grid.add_row("Book", shown.UNKNOWN, "none was known")
    else:
        _add_book(grid, scene.book, story)
    grid.add_row("Market", _rules(scene.market), _ends(scene.market, story))
    return [title, grid, Text()]


def _add_book(grid: Table, book: BookSeen, story: Story) -> None:
    age = shown.duration(story.decision.decided_at - book.at)
    grid.add_row("Book", book.origin, f"as of {shown.moment(book.at)}, {age} before")
    grid.add_row("Best bid", _level(book.bid), "")
    grid.add_row("Best ask", _level(book.asks[0] if book.asks else None), f"the leader's price {_leader_price(story)}")
    if book.asks:
        offered = sum(int(level.shares) * int(level.price) for level in book.asks) // shown.MICROS
        reach = "in all" if book.reach is None else f"up to {shown.price(int(book.reach))} above it"
        levels = f"{len(book.asks)} level{'s' if len(book.asks) > 1 else ''}"
        grid.add_row("On offer", f"{shown.dollars(offered)} {reach}", levels)


def _level(level: Level | None) -> str:
    if level is None:
        return shown.UNKNOWN
    return f"{shown.price(int(level.price))} for {shown.shares(int(level.shares))} shares"


def _leader_price(story: Story) -> str:
    return shown.price(int(story.decision.signal.price))


def _rules(market: MarketSeen) -> str:
    least = f"minimum {shown.shares(int(market.shares_min))} shares and {shown.dollars(int(market.notional_min))}"
    return f"tick {shown.price(int(market.tick))}, {least}, taker fee {shown.percent(market.taker_fee_bps)} × p(1−p)"


def _ends(market: MarketSeen, story: Story) -> str:
    if market.ends_at is None:
        return "its end was not known"
    left = market.ends_at - story.decision.decided_at
    return f"ends in {shown.duration(left)}" if left >= 0 else f"had ended {shown.duration(-left)} before"


def _legs(story: Story) -> list[RenderableType]:
    """Each moment with how long after the one before it came."""
    legs = story.legs()
    whole = shown.duration(legs[-1].at - legs[0].at)
    grid = table("", "", "", is_headed=False, numbers=(1, 2))
    before = legs[0].at
    for leg in legs:
        took = "" if leg is legs[0] else f"+{shown.duration(leg.at - before)}"
        grid.add_row(leg.name, shown.moment(leg.at), took)
        before = leg.at
    return [Text.assemble(("Latency", "head"), (f"   {whole} from the leader's match on", "muted")), grid, Text()]


def _missed(story: Story) -> list[RenderableType]:
    if story.missed is None:
        return []
    grid = table("", "", "", is_headed=False, numbers=(1,))
    grid.add_row("Would have brought", money(story.missed), Text(MISSED, style="muted"))
    return [Text("Not copied", style="head"), grid, Text()]
