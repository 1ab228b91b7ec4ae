"""What a leader held before we followed is bought at the leader's average cost or better, or not at all (C26)."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check:
    """Refuse a best ask above what the shares cost the leader."""
    average = int(signal.price)
    if snapshot.book is None or not snapshot.book.asks:
        return Check(Reason.EXISTING_PRICE, None, average, "micros", passed=False)
    ask = int(snapshot.book.asks[0].price)
    return Check(Reason.EXISTING_PRICE, ask, average, "micros", ask <= average)
