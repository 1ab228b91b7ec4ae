"""The low-profit lock: a leader whose last results brought too little rests for a while (E46)."""

from __future__ import annotations

from copydesk.domain.ids import TimeMs
from copydesk.domain.leader_record import Result
from copydesk.domain.limits import Limits
from copydesk.domain.money import Usdc
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse while the lock that began with the last such result is not over; seen is what is left of it."""
    stops = limits.stops
    if stops.leader_profit_min is None:
        return None
    record = snapshot.leader_record
    if record is None:
        return Check(Reason.LEADER_LOCK, None, 0, "ms", passed=False)
    begun = _begun_at(record.results, stops.leader_profit_trades, stops.leader_profit_min)
    left = 0 if begun is None else max(0, begun + stops.leader_lock_ms - snapshot.now)
    return Check(Reason.LEADER_LOCK, left, 0, "ms", left <= 0)


def _begun_at(results: tuple[Result, ...], trades: int, least: Usdc) -> TimeMs | None:
    """When so many results in a row last came to less than that, counted at the last of them."""
    for last in range(len(results) - 1, trades - 1, -1):
        if results[last].total - results[last - trades].total < least:
            return results[last].at
    return None
