"""With a list of words, only markets whose title or slug has one of them are entered (E19)."""

from __future__ import annotations

from copydesk.domain.limits import Limits, word_found
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse a market that has none of the words, whole and case aside; one without title and slug has none."""
    allowed = limits.gates.words_allowed
    if not allowed:
        return None
    found = word_found(allowed, signal.token.title, signal.token.slug)
    return Check(Reason.WORDS_NOT_ALLOWED, found, len(allowed), "count", bool(found))
