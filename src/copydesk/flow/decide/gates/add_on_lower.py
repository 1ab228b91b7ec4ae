"""With this policy a position is only added to below what it cost: no buying into a rise (E6)."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.money import MICROS, NO_SHARES, average_price
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse an addition at a best ask that is not below our average; while none is known, nothing is added."""
    if not limits.gates.add_on_lower or snapshot.is_new_position:
        return None
    book, held = snapshot.book, snapshot.held
    if book is None or not book.asks or held <= NO_SHARES:
        return Check(Reason.ADD_ON_PRICE, None, None, "micros", passed=False)
    ask, average = book.asks[0].price, average_price(snapshot.held_cost, held)
    is_lower = int(ask) * int(held) < int(snapshot.held_cost) * MICROS
    return Check(Reason.ADD_ON_PRICE, int(ask), int(average), "micros", is_lower)
