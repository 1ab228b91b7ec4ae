"""A signal that our own code could not decide: recorded as one that was not copied, with what went wrong (S4.18)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.decision import Skipped
from copydesk.domain.refusal import Check, Reason

if TYPE_CHECKING:
    from copydesk.domain.ids import TimeMs
    from copydesk.domain.limits import Relation
    from copydesk.domain.signal import Signal

POISON = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
"""What our code raises over a signal it cannot take. `Broken` is none of them: there an invariant failed."""
WORDS_MAX = 200


def failed(signal: Signal, relation: Relation, now: TimeMs, error: Exception) -> Skipped:
    """The decision that stands in for the one that could not be made. Its check says what went wrong."""
    words = f"{type(error).__name__}: {error}"[:WORDS_MAX]
    return Skipped(
        account=relation.account,
        signal=signal,
        decided_at=now,
        settings_version=relation.limits.version,
        checks=(Check(Reason.PROCESSING_FAILED, words, "decided", "text", passed=False),),
        reason=Reason.PROCESSING_FAILED,
    )
