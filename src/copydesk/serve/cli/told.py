"""How a signal and its verdict are told in a few words, wherever they are listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.decision import Approved, Expired
from copydesk.domain.exits import ExitCause
from copydesk.domain.trade import Side
from copydesk.serve.cli import format as shown

if TYPE_CHECKING:
    from copydesk.domain.decision import Decision
    from copydesk.domain.signal import Signal
    from copydesk.domain.trade import Token

MARKS = {"copied": "✓ Copied", "skipped": "⊘ Skipped", "expired": "⊘ Expired"}
EXITS: dict[ExitCause, str] = {
    ExitCause.LEADER_MERGED: "merged complete sets",
    ExitCause.LEADER_CONVERTED: "converted shares",
    ExitCause.LEADER_TRANSFERRED: "moved shares away",
    ExitCause.LEADER_LEFT: "holds less, without a trade we saw",
    ExitCause.UNFILLED: "· our exit, tried again",
    ExitCause.TIME_EXIT: "· our exit, before the end",
    ExitCause.STOP_LOSS: "· our exit, stop-loss",
    ExitCause.ADVERSE_MOVE: "· our exit, price turned at once",
    ExitCause.TRAILING_STOP: "· our exit, trailing stop",
    ExitCause.HOLD_MAX: "· our exit, held long enough",
    ExitCause.TAKE_PROFIT: "· our exit, take-profit",
}
DID = {Side.BUY: "bought", Side.SELL: "sold"}


def verdict(decision: Decision) -> str:
    """`copied`, `skipped` or `expired`."""
    if isinstance(decision, Approved):
        return "copied"
    return "expired" if isinstance(decision, Expired) else "skipped"


def trade(signal: Signal) -> str:
    """What the leader did: `bought 1,240 @ 68.4¢ · $848.16`; or what else made us leave."""
    if signal.exit is not None:
        return EXITS[signal.exit.cause]
    moved = f"{shown.shares(int(signal.shares))} @ {shown.price(int(signal.leader_price))}"
    told = f"{DID[signal.side]} {moved} · {shown.dollars(int(signal.leader_notional))}"
    return told if signal.opposite_of is None else f"{told} of {_named(signal.opposite_of)}, copied the other way round"


def market(signal: Signal) -> str:
    """The market's question, or what the record has instead of one."""
    return shown.line(signal.token.title) or shown.line(signal.token.slug) or shown.short(signal.token.market)


def outcome(signal: Signal) -> str:
    """The outcome token's name; its id where the record has no name."""
    return _named(signal.token)


def _named(token: Token) -> str:
    return shown.line(token.outcome) or f"token {shown.short(token.id)}"
