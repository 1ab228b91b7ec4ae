"""Markets whose title or slug has a word on the deny list are never entered (E19)."""

from __future__ import annotations

from copydesk.domain.limits import Limits, word_found
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse a market that has one of the words, whole and case aside, and one without title and slug."""
    denied = limits.gates.words_denied
    if not denied:
        return None
    found = word_found(denied, signal.token.title, signal.token.slug)
    return Check(Reason.WORDS_DENIED, found, len(denied), "count", found == "")
