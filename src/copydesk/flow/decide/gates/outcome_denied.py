"""Outcomes on the deny list are never entered (S4.10)."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse an outcome listed by name or token id, case aside."""
    denied, token = limits.gates.outcomes_denied, signal.token
    if not denied:
        return None
    named = token.outcome.casefold() in denied or token.id.casefold() in denied
    return Check(Reason.OUTCOME_DENIED, token.outcome, len(denied), "count", not named)
