"""What a stop leaves in the ledger that only a person lifts: a halt of the account, or a leader cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.control import Halted, HaltSource, LeaderCutOff
from copydesk.domain.decision import Skipped
from copydesk.domain.refusal import Reason

if TYPE_CHECKING:
    from copydesk.domain.decision import Decision

HALTS: dict[Reason, str] = {
    Reason.WEEKLY_LOSS: "lost {seen} bps of the week's equity, limit {limit}",
    Reason.DRAWDOWN: "fell {seen} bps from the highest equity, limit {limit}",
}
"""Stops after which nothing is entered until somebody resumes (S2.11, C28)."""

CUT_OFFS: dict[Reason, str] = {
    Reason.LEADER_DRAWDOWN: "copies fell {seen} bps of the stake, limit {limit}",
    Reason.LEADER_LOSSES: "{seen} losses in a row, limit {limit}",
    Reason.RELATION_LOSS: "copies lost {seen} micro-dollars, limit {limit}",
    Reason.RELATION_PROFIT: "copies won {seen} micro-dollars, limit {limit}",
}
"""Stops after which a leader is not copied until somebody restores it (S2.12, E3)."""


def stopped_by(decision: Decision) -> Halted | LeaderCutOff | None:
    """The fact that holds what `decision` was refused for. What could not be seen holds nothing beyond its refusal."""
    if not isinstance(decision, Skipped) or not decision.checks:
        return None
    last = decision.checks[-1]
    if last.passed or last.seen is None:
        return None
    at = decision.decided_at
    if (words := HALTS.get(last.reason)) is not None:
        return Halted(source=HaltSource.LOSS, since=at, words=words.format(seen=last.seen, limit=last.limit))
    if (words := CUT_OFFS.get(last.reason)) is not None:
        said = words.format(seen=last.seen, limit=last.limit)
        return LeaderCutOff(leader=decision.signal.leader, source=HaltSource.LOSS, since=at, words=said)
    return None
