"""The first amount of a copy, before any cap: each mode of the settings has its arithmetic here or beside (C20)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.decision import SizingLine
from copydesk.domain.limits import AmountMode
from copydesk.domain.money import NO_USDC, Usdc, share_of
from copydesk.flow.decide.record_amount import by_record
from copydesk.flow.decide.scaled_amount import by_weight, in_range, in_tiers
from copydesk.flow.decide.snapshot import AMOUNTS_BY_RECORD

if TYPE_CHECKING:
    from copydesk.domain.limits import Limits
    from copydesk.domain.signal import Signal
    from copydesk.flow.decide.snapshot import Snapshot


def first_amount(signal: Signal, snapshot: Snapshot, limits: Limits) -> tuple[SizingLine, ...]:
    """The arithmetic that leads to the first stake, in micro-dollars rounded down; the last line holds it."""
    mode = limits.amount.mode
    if mode is AmountMode.FIXED:
        return (SizingLine("fixed stake", None, int(limits.amount.fixed)),)
    if mode is AmountMode.EQUAL:
        return _equal(snapshot, limits)
    if mode is AmountMode.RANGE:
        return in_range(signal, limits.amount.range)
    if mode is AmountMode.TIERED:
        return in_tiers(signal, limits.amount.tiers)
    if mode in AMOUNTS_BY_RECORD:
        return by_record(signal, snapshot, limits)
    by_bankroll = mode in _BY_BANKROLL
    return _by_bankroll(signal, snapshot, limits) if by_bankroll else _copy_factor(signal, limits, "")


def _equal(snapshot: Snapshot, limits: Limits) -> tuple[SizingLine, ...]:
    """Total exposure allowed, divided by the leaders followed (S0.23), then by the parts of one leader's share."""
    total = limits.caps.total_max or share_of(snapshot.bankroll, limits.caps.total_bps)
    leader = int(total) // max(snapshot.leaders_followed, 1)
    return (
        SizingLine("exposure allowed", None, int(total)),
        SizingLine("one leader's equal share", None, leader, f"of {snapshot.leaders_followed} followed"),
        SizingLine("one stake of it", None, leader // limits.amount.parts, f"1 of {limits.amount.parts} parts"),
    )


_BY_BANKROLL = (AmountMode.PRO_RATA, AmountMode.PORTFOLIO_WEIGHT)


def _by_bankroll(signal: Signal, snapshot: Snapshot, limits: Limits) -> tuple[SizingLine, ...]:
    """What goes by the leader's bankroll; without it, the copy factor (C21)."""
    theirs = limits.amount.leader_bankroll
    if theirs is None or theirs <= NO_USDC:
        return _copy_factor(signal, limits, "leader bankroll unknown: ratio used")
    if limits.amount.mode is AmountMode.PORTFOLIO_WEIGHT:
        return by_weight(signal, snapshot, theirs)
    return _pro_rata(signal, snapshot, theirs)


def _pro_rata(signal: Signal, snapshot: Snapshot, theirs: Usdc) -> tuple[SizingLine, ...]:
    """The same share of our bankroll as the leader put in of theirs (S3.24)."""
    stake = Usdc(int(snapshot.bankroll) * int(signal.notional) // int(theirs))
    share = int(signal.notional) * 1_000_000 // int(theirs)
    return (
        SizingLine("leader's notional", None, int(signal.notional), f"{share} millionths of the leader's bankroll"),
        SizingLine("same share of the bankroll", None, int(stake)),
    )


def _copy_factor(signal: Signal, limits: Limits, note: str) -> tuple[SizingLine, ...]:
    """A part of the leader's notional (S4.8)."""
    stake = share_of(signal.notional, limits.amount.factor_bps)
    return (
        SizingLine("leader's notional", None, int(signal.notional)),
        SizingLine("copy factor", None, int(stake), note or f"{limits.amount.factor_bps} bps"),
    )
