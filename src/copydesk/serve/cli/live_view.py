"""A running desk as lines of text: mode, money, what was seen and decided, the sources, decisions and positions.

Everything fits a width and a height; what does not is counted. Drawn by hand rather than as tables: it is done twice a
second on the thread that decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from copydesk.domain.decision import Approved
from copydesk.domain.health import FeedState
from copydesk.domain.money import NO_SHARES, average_price, proceeds
from copydesk.domain.trade import Side
from copydesk.serve.cli import format as shown
from copydesk.serve.cli import words
from copydesk.serve.cli.control_view import in_short
from copydesk.serve.cli.told import MARKS, market, outcome, verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from copydesk.domain.health import FeedHealth
    from copydesk.domain.live_status import Copy, Followed, Holding, LiveStatus, SourceLag

REAL, LOCAL = "real prices", "prices of a local market"
MODES = {
    "paper": "{prices}, simulated fills; nothing is sent",
    "dry_run": "{prices}, dry run: everything is decided, nothing is filled",
}
STATES = {
    FeedState.LIVE: ("●", "gain"),
    FeedState.CONNECTING: ("○", "muted"),
    FeedState.SILENT: ("!", "warn"),
    FeedState.OFF: ("✗", "warn"),
}
STYLES = {"copied": "gain", "skipped": "warn", "expired": "warn"}
REASONS_SHOWN = 3
POSITIONS_LEAST = 3
_LABEL = 13
_SECOND = 1_000
_FEED_WIDTHS = (16, 14, 11, 10, 8, 10, 10, 6)
_WHAT_PERCENT = 45
_PRICES = 16


def view(status: LiveStatus, width: int, height: int, prices: str = REAL) -> Text:
    """The whole screen, at most `height` lines of `width` columns. `prices` says whose prices they are."""
    top = [_head(status, width, prices), _told(status), *_named(status), *_halts(status), *_warnings(status), Text()]
    top += [*_money(status), *_counts(status), Text(), *_feeds(status), Text()]
    order = "newest first" if status.copies else "none yet"
    decisions = [_title("Decisions", order), *(_decision(copy, width) for copy in reversed(status.copies))]
    room = height - len(top) - len(decisions) - 3
    positions = _positions(status.holdings, width, max(room, POSITIONS_LEAST))
    lines = [*top, *decisions, Text(), *positions][:height]
    for line in lines:
        line.truncate(width, overflow="ellipsis")
    return Text("\n").join(lines)


def _head(status: LiveStatus, width: int, prices: str) -> Text:
    """Paper or live, first of all, and for how long."""
    left = "" if status.ends_at is None else f" · {seconds(status.ends_at - status.now)} left"
    told = f"up {seconds(status.now - status.began_at)}{left}"
    head = Text.assemble(("PAPER · live", "paper"), (f"   {MODES[status.mode].format(prices=prices)}", "muted"))
    head.truncate(max(width - cell_len(told) - 2, 0), overflow="ellipsis", pad=True)
    return head.append(f"  {told}", style="muted")


def seconds(ms: int) -> str:
    """A duration to the whole second: `0 s`, `45 s`, `12 min`."""
    whole = ms // _SECOND * _SECOND
    return shown.duration(whole) if whole > 0 else "0 s"


def _told(status: LiveStatus) -> Text:
    """Whom we copy, and when any of them was last seen to trade (K24)."""
    number = len(status.leaders)
    leaders = f"Copying {shown.count(number)} leader{'' if number == 1 else 's'}"
    last = "no leader trade seen yet"
    if status.last_trade_at is not None:
        last = f"last leader trade seen {shown.age(status.now - status.last_trade_at)} ago"
    line = Text(f"{leaders} · {last} · {shown.count(status.queue)} waiting")
    stopped = f" · {shown.count(status.leaders_stopped)} cut off or paused" if status.leaders_stopped else ""
    return line.append(stopped, style="warn")


def _halts(status: LiveStatus) -> list[Text]:
    """By whom it is halted, since when, why, and what lifts it."""
    return [Text(line, style="warn") for line in in_short(status.halts, is_by_settings=status.is_halted)]


def _named(status: LiveStatus) -> list[Text]:
    """Which wallet each leader is, where it has a name."""
    named = [f"{shown.short(who)} {shown.short(each.wallet)}" for each in status.leaders if (who := name_of(each))]
    return [Text(" · ".join(named), style="muted")] if named else []


def name_of(leader: Followed) -> str:
    """What a leader goes by: the profile's name, else what the settings call it; empty for a mere address."""
    return leader.name or ("" if leader.given.lower() == leader.wallet else leader.given)


def _warnings(status: LiveStatus) -> list[Text]:
    return [Text(f"! {shown.line(warning)}", style="warn") for warning in status.warnings]


def _money(status: LiveStatus) -> list[Text]:
    cash = status.cash
    profit = int(cash.equity) - int(cash.deposited)
    style = "gain" if profit > 0 else "loss" if profit < 0 else ""
    equity = _label("Equity").append(shown.dollars(int(cash.equity)), style="head")
    equity.append(f"  {shown.signed_dollars(profit)}  {shown.signed_part_of(profit, int(cash.deposited))}", style=style)
    at_cost = f" · {shown.count(cash.unmarked)} at cost" if cash.unmarked else ""
    parts = f"{shown.dollars(int(cash.free))} free · {shown.dollars(int(cash.deployed))} deployed"
    reserved = f" · {shown.dollars(int(cash.reserved))} reserved" if cash.reserved else ""
    earned = f"realised {shown.signed_dollars(int(cash.realised))} after {shown.dollars(int(cash.fees))} fees"
    return [equity, _label("Money").append(f"{parts}{reserved} · {earned}{at_cost}", style="muted")]


def _counts(status: LiveStatus) -> list[Text]:
    counts = status.counts
    skipped = sum(counts.skipped.values())
    seen = [f"{shown.count(counts.events)} events", f"{shown.count(counts.duplicates)} duplicates"]
    seen += [f"{shown.count(number)} {name}" for number, name in ((counts.refused, "refused"),) if number]
    decided = (
        f"{shown.count(counts.copied)} copied · {shown.count(skipped)} skipped · {shown.count(counts.expired)} expired"
    )
    most = list(counts.skipped.items())[:REASONS_SHOWN]
    why = ", ".join(f"{words.refusal(name).lower()} {shown.count(number)}" for name, number in most)
    left = skipped - sum(number for _, number in most)
    lines = [
        _label("Seen").append(" · ".join(seen)),
        _label("Signals").append(f"{shown.count(counts.signals)} · {decided}"),
    ]
    if why:
        more = f", others {shown.count(left)}" if left else ""
        lines.append(_label("Why skipped").append(f"{why}{more}", style="muted"))
    return lines


def _feeds(status: LiveStatus) -> list[Text]:
    """Each source: its state, its last sign of life, how late it shows things, what went wrong."""
    names = ("Source", "State", "Last data", "Received", "First", "Lag p50", "p99", "Lost")
    lags = {lag.source: lag for lag in status.lags}
    lines = [Text(_cells(names, _FEED_WIDTHS), style="muted")]
    for feed in status.feeds:
        lines += _feed(feed, lags.get(feed.name), status.now)
    return lines


def _feed(feed: FeedHealth, lag: SourceLag | None, now: int) -> list[Text]:
    mark, style = STATES[feed.state]
    last = shown.UNKNOWN if feed.last_data_at is None else f"{shown.age(now - feed.last_data_at)} ago"
    late = [
        shown.UNKNOWN if ms is None else shown.duration(ms)
        for ms in ((lag.p50_ms, lag.p99_ms) if lag else (None, None))
    ]
    first = shown.UNKNOWN if lag is None else shown.count(lag.first)
    state = f"{mark} {feed.state}"
    cells = (feed.name, state, last, shown.count(feed.received), first, *late, shown.count(feed.gaps + feed.shed))
    line = Text(_cells(cells, _FEED_WIDTHS))
    line.stylize(style, _FEED_WIDTHS[0], _FEED_WIDTHS[0] + _FEED_WIDTHS[1])
    words_of_it = [Text(f"{'':{_FEED_WIDTHS[0]}}{shown.line(feed.words)}", style="warn")] if feed.words else []
    return [line, *words_of_it]


def _decision(copy: Copy, width: int) -> Text:
    """One decision on one line: when, the verdict, what the leader traded, what came of it or why not."""
    signal, said = copy.decision.signal, verdict(copy.decision)
    clock = shown.moment(copy.decision.decided_at)[11:19]
    what = f"{signal.side.lower()} {outcome(signal)} · {market(signal)}"
    room = max(width - 21, 20)
    line = Text(f"{clock}  ", style="muted")
    line.append(f"{MARKS[said]:<10}", style=STYLES[said])
    line.append(f" {_fitted(what, room * _WHAT_PERCENT // 100)}  ", style="")
    return line.append(result(copy), style="gain" if said == "copied" else "warn")


def result(copy: Copy) -> str:
    """What came of a decision: the fill and the copy gap, how the order ended, or why there was none."""
    if not isinstance(copy.decision, Approved):
        return words.why(copy.decision)
    if not copy.shares:
        return "on its way" if copy.ending is None else words.ENDINGS[copy.ending]
    price = average_price(copy.spent, copy.shares)
    return f"{shown.dollars(int(copy.spent))} @ {shown.price(int(price))}  {shown.bps(_gap_bps(copy))}"


def _gap_bps(copy: Copy) -> int:
    """Our price against the leader's; positive is worse for us."""
    signal = copy.decision.signal
    as_leader = int(copy.shares) * int(signal.price)
    worse = int(copy.spent) * shown.MICROS - as_leader
    worse = worse if signal.side is Side.BUY else -worse
    return (2 * worse * shown.BPS + as_leader) // (2 * as_leader) if as_leader else 0


def _positions(holdings: Sequence[Holding], width: int, room: int) -> list[Text]:
    """The dearest positions that fit, each with its average and mark."""
    if not holdings:
        return [_title("Positions", "none")]
    shown_now = holdings if len(holdings) <= room else holdings[: room - 1]
    lines = [_title("Positions", shown.count(len(holdings))), *(_position(each, width) for each in shown_now)]
    left = len(holdings) - len(shown_now)
    return [*lines, Text(f"… {shown.count(left)} more", style="muted")] if left else lines


def _position(holding: Holding, width: int) -> Text:
    position, mark = holding.position, holding.mark
    name = shown.line(position.title) or shown.short(position.market)
    average = (
        shown.price(int(average_price(position.basis, position.shares)))
        if position.shares > NO_SHARES
        else shown.UNKNOWN
    )
    line = Text(f"{shown.dollars(int(position.basis)):>10}  {shown.shares(int(position.shares)):>9}  ")
    room = max(width - cell_len(line.plain) - _PRICES - 14, 10)
    line.append(_fitted(f"{shown.line(position.outcome)} · {name}", room))
    if mark is None:
        return line.append(f"  {average} → {shown.UNKNOWN}", style="muted")
    profit = int(proceeds(position.shares, mark)) - int(position.basis)
    line.append(f"  {f'{average} → {shown.price(int(mark))}':<{_PRICES}}", style="muted")
    return line.append(
        f"  {shown.signed_dollars(profit)}", style="gain" if profit > 0 else "loss" if profit < 0 else ""
    )


def _title(name: str, beside: str) -> Text:
    return Text.assemble((name, "head"), (f"  {beside}", "muted"))


def _label(name: str) -> Text:
    return Text(f"{name:<{_LABEL}}")


def _cells(cells: Iterable[str], widths: Iterable[int]) -> str:
    return "".join(set_cell_size(cell, width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _fitted(text: str, room: int) -> str:
    """Text in exactly `room` columns, cut with an ellipsis."""
    return set_cell_size(text, room) if cell_len(text) <= room else f"{set_cell_size(text, room - 1)}…"
