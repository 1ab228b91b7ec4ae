"""With a list of allowed categories, nothing else is entered (S3.18)."""

from __future__ import annotations

from copydesk.domain.category import UNKNOWN_CATEGORIES
from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse a category that is not listed, and a market of which nobody can say what it is about."""
    allowed, category = limits.gates.categories_allowed, snapshot.market.category
    if not allowed:
        return None
    if category in UNKNOWN_CATEGORIES:
        return Check(Reason.CATEGORY_NOT_ALLOWED, None, len(allowed), "count", passed=False)
    return Check(Reason.CATEGORY_NOT_ALLOWED, category, len(allowed), "count", category in allowed)
