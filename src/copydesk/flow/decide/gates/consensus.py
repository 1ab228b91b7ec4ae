"""Only what several leaders agree on is copied: so many of them bought the same token within some time (E23)."""

from __future__ import annotations

from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.flow.decide.snapshot import Snapshot


def gate(signal: Signal, snapshot: Snapshot, limits: Limits) -> Check | None:
    """Refuse until as many followed leaders hold the token and bought it lately, this one among them."""
    least = limits.gates.consensus_min
    if least is None:
        return None
    token, leader = signal.token.id, signal.leader
    since = signal.happened_at - limits.gates.consensus_within_ms
    others = sum(
        held == token and who != leader and stance.bought_at >= since
        for (who, held), stance in snapshot.stances.items()
    )
    return Check(Reason.CONSENSUS, others + 1, least, "count", others + 1 >= least)
