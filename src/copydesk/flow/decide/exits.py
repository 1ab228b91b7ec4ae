"""How much to sell when the leader sells: the same share of what we hold as the leader sold of theirs (E5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.decision import SizingLine
from copydesk.domain.money import NO_SHARES, NO_USDC, Shares, decimal_text, lot_below, portion
from copydesk.domain.refusal import Reason
from copydesk.flow.decide.entries import Sizing
from copydesk.flow.decide.rounding import sell_limit, smallest_order

if TYPE_CHECKING:
    from copydesk.domain.limits import Limits
    from copydesk.domain.signal import Signal
    from copydesk.flow.decide.snapshot import Snapshot


def size_exit(signal: Signal, snapshot: Snapshot, limits: Limits) -> Sizing:
    """Size one mirrored exit: never more than we hold (I8), in whole lots.

    A leader whose holding we do not know, or who sold more than we know of, counts as having sold everything. A sale
    too small for the venue, or one that would leave too little to sell later, becomes a sale of all we hold.
    """
    market = snapshot.market
    limit = sell_limit(signal.price, limits.exit_slip_max_bps, market)
    wanted, note = mirrored(signal, snapshot.held)
    shares = lot_below(wanted, market.lot)
    least = smallest_order(limit, market)
    lines = [
        SizingLine("held, shares", None, int(snapshot.held)),
        SizingLine("mirrored, shares", None, int(shares), note),
    ]
    all_held = lot_below(snapshot.held, market.lot)
    if shares < least or NO_SHARES < all_held - shares < least:
        shares = all_held
        lines.append(SizingLine("all held, shares", int(least), int(shares), "the rest would be below the minimum"))
    if shares < least:
        return Sizing(NO_SHARES, limit, NO_USDC, tuple(lines), None, Reason.BELOW_MINIMUM)
    return Sizing(shares, limit, NO_USDC, tuple(lines), None, None)


def mirrored(signal: Signal, held: Shares) -> tuple[Shares, str]:
    """What the leader's sale is of our holding, rounded down, and the words for it."""
    before = signal.leader_held
    if before is None or before <= signal.shares:
        return held, "leader sold all we know of" if before is not None else "leader's holding unknown: all"
    return portion(held, int(signal.shares), int(before)), _sold(signal.shares, before)


def _sold(part: Shares, whole: Shares) -> str:
    return f"leader sold {decimal_text(part)} of {decimal_text(whole)} shares"
