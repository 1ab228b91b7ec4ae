"""The market must not have run away since the leader traded (S2.3)."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.money import BPS
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse a best ask too far above the leader's price, in bps of that price, rounded up; below it passes."""
    most = limits.gates.price_moved_max_bps
    if most is None:
        return None
    book = snapshot.book
    if book is None or not book.asks:
        return Check(Reason.PRICE_MOVED, None, most, "bps", passed=False)
    price = int(signal.price)
    moved = -((price - int(book.asks[0].price)) * BPS // price)
    return Check(Reason.PRICE_MOVED, moved, most, "bps", moved <= most)
