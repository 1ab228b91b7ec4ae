"""No entry near certainty: a share at 99 cents has a cent to win and 99 to lose."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check:
    """Refuse a leader's price outside the band; the limit shown is the end of the band it is nearer to."""
    gates, price = limits.gates, signal.price
    limit = gates.price_min if price < gates.price_min else gates.price_max
    return Check(Reason.PRICE_BAND, int(price), int(limit), "micros", gates.price_min <= price <= gates.price_max)
