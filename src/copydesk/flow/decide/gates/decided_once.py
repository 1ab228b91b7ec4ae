"""A leader's action is decided once for an account, whatever comes in later under the same action (I1, I20)."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check:
    """Refuse a signal that holds an action already decided for this account."""
    seen = "decided" if snapshot.is_decided else "new"
    return Check(Reason.ACTION_ALREADY_DECIDED, seen, "new", "text", not snapshot.is_decided)
