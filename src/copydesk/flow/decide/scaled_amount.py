"""Amounts that scale how much the leader puts in: a range, tiers, and the weight of the position (S1.2, K23)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.decision import SizingLine
from copydesk.domain.money import NO_SHARES, Usdc, proceeds, share_of
from copydesk.flow.decide.snapshot import room

if TYPE_CHECKING:
    from copydesk.domain.limits import AmountRange, Tier
    from copydesk.domain.signal import Signal
    from copydesk.flow.decide.snapshot import Snapshot

Lines = tuple[SizingLine, ...]


def in_range(signal: Signal, span: AmountRange) -> Lines:
    """The leader's notional, between their least and most, at the same place between our least and most."""
    notional = min(max(signal.notional, span.leader_least), span.leader_most)
    above, width = int(notional - span.leader_least), int(span.leader_most - span.leader_least)
    stake = int(span.least) + int(span.most - span.least) * above // width
    return _of_notional(signal, "place in the range", stake, f"{above * 1_000_000 // width} millionths of the way")


def in_tiers(signal: Signal, tiers: tuple[Tier, ...]) -> Lines:
    """A part of the leader's notional that goes by the band it falls in."""
    for number, tier in enumerate(tiers, start=1):
        if tier.below is None or signal.notional < tier.below:
            stake = share_of(signal.notional, tier.factor_bps)
            return _of_notional(signal, "tier", int(stake), f"tier {number}: {tier.factor_bps} bps")
    return _of_notional(signal, "tier", 0, "in no tier")


def by_weight(signal: Signal, snapshot: Snapshot, theirs: Usdc) -> Lines:
    """What is missing for our position to weigh in our bankroll what the leader's, after this trade, does in theirs.

    What the leader held before is counted as far as we saw it: less than it is makes the copy smaller, never larger.
    """
    before = NO_SHARES if signal.is_existing or signal.leader_held is None else signal.leader_held
    value = proceeds(before + signal.shares, signal.price)
    target = Usdc(int(snapshot.bankroll) * int(value) // int(theirs))
    note = "" if signal.leader_held is not None else ", as far as seen"
    weight = f"{int(value) * 1_000_000 // int(theirs)} millionths of the leader's bankroll{note}"
    return (
        SizingLine("leader's position", None, int(value), weight),
        SizingLine("same weight of the bankroll", None, int(target)),
        SizingLine("less what is at stake", None, int(room(target, snapshot.position_exposure))),
    )


def _of_notional(signal: Signal, rule: str, stake: int, note: str) -> Lines:
    return (SizingLine("leader's notional", None, int(signal.notional)), SizingLine(rule, None, stake, note))
