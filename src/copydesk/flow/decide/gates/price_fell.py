"""The market must not have fallen away below the leader either: whoever sold since may know why (S2.3, K25)."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.money import BPS
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse a best ask too far below the leader's price, in bps of that price, rounded up; above it passes."""
    most = limits.gates.price_fell_max_bps
    if most is None:
        return None
    book = snapshot.book
    if book is None or not book.asks:
        return Check(Reason.PRICE_FELL, None, most, "bps", passed=False)
    price = int(signal.price)
    fell = -((int(book.asks[0].price) - price) * BPS // price)
    return Check(Reason.PRICE_FELL, fell, most, "bps", fell <= most)
