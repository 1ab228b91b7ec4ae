"""No entry under rules that nobody could tell: an unknown tick, minimum, fee or exchange is no zero (K11)."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check:
    """Refuse a market of which a live source could not tell everything an order needs."""
    unknown = snapshot.market.unknown
    return Check(Reason.MARKET_UNKNOWN, ", ".join(unknown) or "nothing", "nothing", "text", not unknown)
