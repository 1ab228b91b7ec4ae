"""No entry into a market that has closed or resolved."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check:
    """Refuse a market that is known to be over."""
    is_open = snapshot.market.is_open and not snapshot.is_resolved
    return Check(Reason.MARKET_CLOSED, "open" if is_open else "closed", "open", "text", is_open)
