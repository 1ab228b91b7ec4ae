"""Without a book there is no price to judge: no entry (K12)."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check:
    """Refuse where no book, no ask, or a crossed book is known."""
    book = snapshot.book
    if book is None or not book.asks:
        return Check(Reason.NO_BOOK, None, "ask", "text", passed=False)
    crossed = bool(book.bids) and book.bids[0].price >= book.asks[0].price
    return Check(Reason.NO_BOOK, "crossed" if crossed else book.origin, "ask", "text", not crossed)
