"""A taker fee that eats what there is to win: no entry where it is too large a part of the price (E19)."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.money import MICROS
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.slippage import entry_limit
from copydesk.flow.decide.snapshot import Snapshot

FEE = "taker_fee_bps"


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse a fee above the limit in bps of the price we would pay at most, rounded up; an unknown fee refuses."""
    most = limits.gates.fee_max_bps
    if most is None:
        return None
    if FEE in snapshot.market.unknown:
        return Check(Reason.FEE_DRAG, None, most, "bps", passed=False)
    limit = entry_limit(signal, snapshot, limits)
    drag = -(-snapshot.market.taker_fee_bps * (MICROS - int(limit)) // MICROS)
    return Check(Reason.FEE_DRAG, drag, most, "bps", drag <= most)
