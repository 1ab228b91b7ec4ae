"""The best ask must lie within the slip that the price's band allows, in cents and in percent (E18)."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.slippage import entry_slip, slip_allowed
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse a best ask above the leader's price by more than the tighter of the two; off where only bps are set."""
    if limits.slip_max is None and not limits.slip_bands:
        return None
    allowed = int(slip_allowed(signal.price, entry_slip(signal.price, limits)))
    book = snapshot.book
    if book is None or not book.asks:
        return Check(Reason.SLIPPAGE, None, allowed, "micros", passed=False)
    slipped = int(book.asks[0].price) - int(signal.price)
    return Check(Reason.SLIPPAGE, slipped, allowed, "micros", slipped <= allowed)
