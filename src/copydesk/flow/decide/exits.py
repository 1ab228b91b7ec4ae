"""How much to sell when the leader sells: by default the same share of ours as the leader sold of theirs (E5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.decision import SizingLine
from copydesk.domain.exits import MirrorStyle
from copydesk.domain.money import MICROS, NO_SHARES, NO_USDC, Shares, decimal_text, lot_below, portion
from copydesk.domain.refusal import Reason
from copydesk.flow.decide.entries import Sizing
from copydesk.flow.decide.rounding import sell_limit, smallest_order

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
    limit = sell_limit(signal.price, limits.exit_slip_max_bps, market)
    wanted, note = mirrored(signal, snapshot.sellable, limits.exits)
    shares = lot_below(wanted, market.lot)
    least = smallest_order(limit, market)
    lines = [
        SizingLine("held, shares", None, int(snapshot.held)),
        *_being_sold(snapshot),
        SizingLine("mirrored, shares", None, int(shares), note),
    ]
    all_held = lot_below(snapshot.sellable, market.lot)
    if shares < least or NO_SHARES < all_held - shares < least:
        shares = all_held
        lines.append(SizingLine("all held, shares", int(least), int(shares), "the rest would be below the minimum"))
    if shares < least:
        return Sizing(NO_SHARES, limit, NO_USDC, tuple(lines), None, Reason.BELOW_MINIMUM)
    return Sizing(shares, limit, NO_USDC, tuple(lines), None, None)


def mirrored(signal: Signal, sellable: Shares, exits: Exits) -> tuple[Shares, str]:
    """What the leader's sale sells of ours under the style of `exits`, rounded down, and the words for it."""
    match exits.mirror:
        case MirrorStyle.SAME_SHARES:
            return min(signal.shares, sellable), f"as many as the leader, {decimal_text(signal.shares)}"
        case MirrorStyle.FIXED:
            wanted = Shares(int(exits.fixed) * MICROS // max(int(signal.price), 1))
            return min(wanted, sellable), f"for {decimal_text(exits.fixed)} dollars at the leader's price"
        case MirrorStyle.ALL_OUT:
            return sellable, "all at the leader's first sale"
        case _:
            return _proportional(signal, sellable)


def _proportional(signal: Signal, sellable: Shares) -> tuple[Shares, str]:
    before = signal.leader_held
    if before is None or before <= signal.shares:
        return sellable, "leader sold all we know of" if before is not None else "leader's holding unknown: all"
    return portion(sellable, int(signal.shares), int(before)), _sold(signal.shares, before)


def _being_sold(snapshot: Snapshot) -> tuple[SizingLine, ...]:
    if snapshot.selling == NO_SHARES:
        return ()
    return (SizingLine("not being sold, shares", None, int(snapshot.sellable)),)


def _sold(part: Shares, whole: Shares) -> str:
    return f"leader sold {decimal_text(part)} of {decimal_text(whole)} shares"
