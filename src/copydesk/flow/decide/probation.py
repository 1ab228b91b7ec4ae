"""Probation: how much is put behind a leader of whom little is known, or a trade of an unusual size (C22, S3.14).

Both are bounds like any other cap: they can only reduce, and they are named where they bind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.leader import SAMPLE_FLOOR, SIZES_LEAST, ThinSample
from copydesk.domain.limits import AmountMode
from copydesk.domain.money import Usdc, share_of
from copydesk.domain.refusal import Reason
from copydesk.flow.decide.caps import Cap

if TYPE_CHECKING:
    from copydesk.domain.leader import LeaderKnowledge
    from copydesk.domain.limits import Limits
    from copydesk.domain.signal import Signal
    from copydesk.flow.decide.snapshot import Snapshot


def is_thin(known: LeaderKnowledge | None, limits: Limits) -> bool:
    """Whether too few results of the leader are known to judge by: fewer than the settings ask for, or than 30."""
    return known is None or known.closed < (limits.track_record.trades_min or SAMPLE_FLOOR)


def is_excused(known: LeaderKnowledge | None, limits: Limits) -> bool:
    """Whether the settings let a leader with a thin sample pass, on probation."""
    return known is not None and limits.track_record.thin_sample is ThinSample.PROBATION and is_thin(known, limits)


def size_bound(known: LeaderKnowledge, size_max_bps: int) -> Usdc | None:
    """The largest trade that is usual for a leader; None where too few were seen to tell."""
    return share_of(known.size_high, size_max_bps) if known.sizes >= SIZES_LEAST else None


def probation_size(snapshot: Snapshot, limits: Limits) -> Usdc:
    """A small part of the bankroll, but never less than the smallest stake."""
    return max(share_of(snapshot.bankroll, limits.track_record.probation_bps), limits.caps.trade_min)


def probation_caps(signal: Signal, snapshot: Snapshot, limits: Limits) -> tuple[Cap, ...]:
    """The bounds that hold for this leader and this trade, none where nothing looks at track records.

    Each leaves room for the smallest stake: probation is little, and never nothing.
    """
    rules, known = limits.track_record, snapshot.leader
    room = probation_size(snapshot, limits)
    caps: tuple[Cap, ...] = ()
    if _is_on_probation(known, limits):
        caps = (Cap(Reason.CAP_PROBATION, room),)
    if rules.size_max_bps is not None:
        most = None if known is None else size_bound(known, rules.size_max_bps)
        if most is None or signal.notional > most:
            caps = (*caps, Cap(Reason.CAP_UNUSUAL_SIZE, room))
    return caps


def _is_on_probation(known: LeaderKnowledge | None, limits: Limits) -> bool:
    """Whether too little is known of a leader for what the gates or the amount go by."""
    mode = limits.amount.mode
    if mode is AmountMode.CONVICTION and (known is None or known.sizes < SIZES_LEAST):
        return True
    by_skill = limits.track_record.judges_skill or mode in {AmountMode.DYNAMIC, AmountMode.KELLY}
    return by_skill and is_thin(known, limits)
