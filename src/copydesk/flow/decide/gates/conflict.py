"""When leaders disagree on a market: the first has it, the net of them is copied, or none is (E22)."""

from __future__ import annotations

from copydesk.domain.limits import Conflict, Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.conflicts import net_notional, opposed
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse by the policy: `first` behind an earlier leader, `none` beside any, `net` unless this side has more.

    Leaders disagree where they hold different tokens of one market, as far as we were shown. One leader on both sides
    is no disagreement; under `net` both sides count all the same.
    """
    policy = limits.gates.conflict
    if policy is Conflict.BOTH:
        return None
    if policy is Conflict.NET:
        net = int(net_notional(signal, snapshot))
        return Check(Reason.CONFLICT, net, 0, "micros", net > 0)
    against = opposed(signal, snapshot)
    if policy is Conflict.FIRST:
        own = snapshot.stances.get((signal.leader, signal.token.id))
        since = signal.happened_at if own is None else own.since
        against = [each for each in against if each.since <= since]
    return Check(Reason.CONFLICT, len(against), 0, "count", not against)
