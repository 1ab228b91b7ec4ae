"""How much to buy: the first amount, the caps, the venue's grid, the below-minimum policy, and the caps once more."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from copydesk.domain.decision import SizingLine
from copydesk.domain.limits import BelowMinimum
from copydesk.domain.money import NO_SHARES, NO_USDC, Price, Shares, Usdc
from copydesk.domain.refusal import Reason
from copydesk.flow.decide.amount import first_amount
from copydesk.flow.decide.caps import Capped, chain, rooms
from copydesk.flow.decide.conflicts import netted
from copydesk.flow.decide.probation import probation_caps
from copydesk.flow.decide.put_aside import put_aside, with_rest
from copydesk.flow.decide.rounding import Sized, all_in, shares_within, smallest_order
from copydesk.flow.decide.slippage import entry_limit

if TYPE_CHECKING:
    from copydesk.domain.limits import Limits
    from copydesk.domain.market import Market
    from copydesk.domain.signal import Signal
    from copydesk.flow.decide.snapshot import Snapshot


class Sizing(NamedTuple):
    """The outcome of sizing: an order's numbers, or the reason there is none; and the arithmetic either way."""

    shares: Shares
    limit: Price
    reserve: Usdc
    lines: tuple[SizingLine, ...]
    binding: Reason | None
    refused: Reason | None


def size_entry(signal: Signal, snapshot: Snapshot, limits: Limits) -> Sizing:
    """Size one copy. No cap is exceeded after rounding, whatever the below-minimum policy (K9)."""
    own = netted(first_amount(signal, snapshot, limits), signal, snapshot, limits)
    lines = with_rest(own, snapshot, limits)
    stake = Usdc(lines[-1].amount)
    caps = (*probation_caps(signal, snapshot, limits), *rooms(snapshot, limits.caps))
    limit = entry_limit(signal, snapshot, limits)
    if snapshot.free < stake and snapshot.free < (before_reserve := chain(stake, caps[:-1])).stake:
        short = SizingLine("free balance", int(snapshot.free), int(before_reserve.stake), "short of funds")
        return _refuse(Reason.BALANCE, limit, (*lines, *before_reserve.lines, short), before_reserve.binding)
    capped = chain(stake, caps)
    sizing = _fit(capped, (*lines, *capped.lines), limit, snapshot.market, limits)
    if sizing.refused is Reason.BELOW_MINIMUM and limits.below_minimum is BelowMinimum.ACCUMULATE and stake > NO_USDC:
        return _refuse(Reason.PUT_ASIDE, limit, put_aside(sizing.lines, stake, snapshot, limits), None)
    return sizing


def _fit(capped: Capped, lines: tuple[SizingLine, ...], limit: Price, market: Market, limits: Limits) -> Sizing:
    """Put a capped stake on the venue's grid, or say why it does not fit."""
    if int(limit) <= 0:
        return _refuse(Reason.BELOW_MINIMUM, limit, lines, capped.binding)
    sized = shares_within(capped.stake, limit, market)
    least = smallest_order(limit, market)
    lines = (*lines, SizingLine("whole lots, shares", int(least), int(sized.shares)))
    if sized.shares >= least and capped.stake >= limits.caps.trade_min:
        return Sizing(sized.shares, limit, sized.reserve, lines, capped.binding, None)
    if limits.below_minimum is BelowMinimum.RAISE:
        raised = _raised(least, limit, market, limits)
        lines = (*lines, SizingLine("raised to the minimum", int(capped.least_room), int(raised.reserve)))
        if raised.reserve <= capped.least_room:
            return Sizing(raised.shares, limit, raised.reserve, lines, capped.binding, None)
    return _refuse(capped.binding or Reason.BELOW_MINIMUM, limit, lines, capped.binding)


def _raised(least: Shares, limit: Price, market: Market, limits: Limits) -> Sized:
    """The smallest order that meets both the venue's minimum and the client's smallest stake."""
    reserve = all_in(least, limit, market)
    if reserve >= limits.caps.trade_min:
        return Sized(least, reserve)
    sized = shares_within(limits.caps.trade_min, limit, market)
    return sized if sized.shares >= least else Sized(least, reserve)


def _refuse(reason: Reason, limit: Price, lines: tuple[SizingLine, ...], binding: Reason | None) -> Sizing:
    return Sizing(NO_SHARES, limit, NO_USDC, lines, binding, reason)
