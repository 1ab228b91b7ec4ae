"""An exit that no trade set a price for needs somebody who buys: its limit goes by the best bid."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse where no bid is known; what the leader traded has a price of its own."""
    if signal.exit is None:
        return None
    bid = snapshot.bid
    return Check(Reason.NO_BID, None if bid is None else int(bid), 1, "micros", bid is not None)
