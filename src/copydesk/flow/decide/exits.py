"""How much to sell when the leader sells: by default the same share of ours as the leader sold of theirs (E5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.decision import SizingLine
from copydesk.domain.exits import Exit, ExitCause, MirrorStyle
from copydesk.domain.money import BPS, MICROS, NO_SHARES, NO_USDC, Price, Shares, Usdc, decimal_text, lot_below, portion
from copydesk.domain.refusal import Reason
from copydesk.flow.decide.entries import Sizing
from copydesk.flow.decide.rounding import smallest_order
from copydesk.flow.decide.slippage import exit_limit

if TYPE_CHECKING:
    from copydesk.domain.exits import Exits
    from copydesk.domain.limits import Limits
    from copydesk.domain.signal import Signal
    from copydesk.flow.decide.snapshot import Snapshot


def size_exit(signal: Signal, snapshot: Snapshot, limits: Limits) -> Sizing:
    """Size one mirrored exit: never more than we hold and are not selling already (I8), in whole lots.

    A leader whose holding we do not know, or who sold more than we know of, counts as having sold everything. A sale
    too small for the venue, or one that would leave too little to sell later, becomes a sale of all we hold.
    """
    market = snapshot.market
    price = priced_by(signal, snapshot)
    limit = exit_limit(price, limits, market)
    wanted, note = mirrored(signal, snapshot, price, limits.exits)
    shares = lot_below(wanted, market.lot)
    least = smallest_order(limit, market)
    lines = [
        SizingLine("held, shares", None, int(snapshot.held)),
        *_being_sold(snapshot),
        SizingLine(_rule_of(signal), None, int(shares), note),
    ]
    all_held = lot_below(snapshot.sellable, market.lot)
    if shares < least or NO_SHARES < all_held - shares < least:
        shares = all_held
        lines.append(SizingLine("all held, shares", int(least), int(shares), "the rest would be below the minimum"))
    if shares < least:
        return Sizing(NO_SHARES, limit, NO_USDC, tuple(lines), None, Reason.BELOW_MINIMUM)
    return Sizing(shares, limit, NO_USDC, tuple(lines), None, None)


def _rule_of(signal: Signal) -> str:
    return "mirrored, shares" if signal.exit is None or not signal.exit.is_own else "own exit, shares"


def priced_by(signal: Signal, snapshot: Snapshot) -> Price:
    """What the limit goes by: the leader's price, or the best bid where nobody traded."""
    return signal.price if signal.exit is None else snapshot.bid or Price(0)


def mirrored(signal: Signal, snapshot: Snapshot, price: Price, exits: Exits) -> tuple[Shares, str]:
    """What the leader's sale sells of ours under the style of `exits`, rounded down, and the words for it."""
    sellable = snapshot.sellable
    if signal.exit is not None and signal.exit.is_own:
        return _own(signal.exit, snapshot, exits)
    if _has_gone(signal):
        return sellable, "the leader holds none any more"
    match exits.mirror:
        case MirrorStyle.SAME_SHARES:
            return min(signal.shares, sellable), f"as many as the leader, {decimal_text(signal.shares)}"
        case MirrorStyle.FIXED:
            return min(Shares(int(exits.fixed) * MICROS // max(int(price), 1)), sellable), _for(exits.fixed, price)
        case MirrorStyle.ALL_OUT:
            return sellable, "all at the leader's first sale"
        case _:
            return _proportional(signal, sellable)


def _own(out: Exit, snapshot: Snapshot, exits: Exits) -> tuple[Shares, str]:
    """What an exit of our own sells, and the words for it."""
    sellable, leaving = snapshot.sellable, snapshot.leaving
    if out.cause is ExitCause.UNFILLED and leaving is not None:
        return min(leaving.owed, sellable), "what an earlier exit did not sell"
    if out.cause is ExitCause.TAKE_PROFIT and 0 < out.step <= len(exits.take_profit):
        part = exits.take_profit[out.step - 1].part_bps
        return portion(sellable, part, BPS), f"step {out.step} of the ladder"
    return sellable, "all of it"


def _has_gone(signal: Signal) -> bool:
    """Whether the venue shows that nothing is left to the leader: no further exit to follow will come (C26)."""
    if signal.exit is None or signal.exit.cause is not ExitCause.LEADER_LEFT:
        return False
    return signal.leader_held is None or signal.leader_held <= signal.shares


def _proportional(signal: Signal, sellable: Shares) -> tuple[Shares, str]:
    before = signal.leader_held
    if before is None or before <= signal.shares:
        return sellable, "leader sold all we know of" if before is not None else "leader's holding unknown: all"
    return portion(sellable, int(signal.shares), int(before)), _sold(signal.shares, before)


def _for(dollars: Usdc, price: Price) -> str:
    return f"for {decimal_text(dollars)} dollars at {decimal_text(price)}"


def _being_sold(snapshot: Snapshot) -> tuple[SizingLine, ...]:
    if snapshot.selling == NO_SHARES:
        return ()
    return (SizingLine("not being sold, shares", None, int(snapshot.sellable)),)


def _sold(part: Shares, whole: Shares) -> str:
    return f"leader sold {decimal_text(part)} of {decimal_text(whole)} shares"
