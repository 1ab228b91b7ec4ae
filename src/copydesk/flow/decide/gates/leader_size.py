"""A trade far above the leader's usual size is another kind of trade: it is bounded in size, or refused (S3.14)."""

from __future__ import annotations

from copydesk.domain.leader import UnusualSize
from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.probation import size_bound
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse an unusual size, unless the settings bound it; where nothing says what is usual, it counts as unusual."""
    rules = limits.track_record
    if rules.size_max_bps is None:
        return None
    is_bounded = snapshot.leader is not None and rules.unusual_size is UnusualSize.BOUND
    most = None if snapshot.leader is None else size_bound(snapshot.leader, rules.size_max_bps)
    if most is None:
        return Check(Reason.LEADER_SIZE, None, None, "micros", is_bounded)
    passed = is_bounded or signal.notional <= most
    return Check(Reason.LEADER_SIZE, int(signal.notional), int(most), "micros", passed)
