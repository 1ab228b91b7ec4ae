"""An exit of our own must be due by today's rules too: what it saw stands beside its limit (S2.21)."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.money import average_price
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.own_exits.arbiter import RULES
from copydesk.flow.decide.own_exits.seen import Seen
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check:
    """Refuse an exit whose rule is off, cannot see, or does not say out."""
    out, leaving = signal.exit, snapshot.leaving
    if out is None or leaving is None or int(snapshot.held) <= 0:
        return Check(Reason.EXIT_NOT_DUE, None, None, "text", passed=False)
    seen = Seen(
        now=snapshot.now,
        sellable=snapshot.sellable,
        average=average_price(snapshot.basis, snapshot.held),
        bid=snapshot.bid,
        peak=out.peak,
        ends_at=snapshot.market.ends_at,
        leaving=leaving,
    )
    reading = RULES[out.cause](seen, limits.exits)
    if reading is None:
        return Check(Reason.EXIT_NOT_DUE, "off", str(out.cause), "text", passed=False)
    return Check(Reason.EXIT_NOT_DUE, reading.seen, reading.limit, reading.unit, reading.is_out)
