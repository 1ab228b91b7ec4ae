"""The wording of the reasons for which people and the desk itself stop copying: halts, pauses, cut-offs."""

from __future__ import annotations

from copydesk.domain.refusal import Reason
from copydesk.serve.cli.wording import Wording

CONTROL_REASONS: dict[Reason, Wording] = {
    Reason.HALTED: Wording(
        gate="Not halted",
        refusal="Halted",
        said="Halted by {seen}: no new entries",
        bound="",
        setting="halted",
    ),
    Reason.PROCESSING_FAILED: Wording(
        gate="Could be decided",
        refusal="Could not be decided",
        said="Could not be decided: {seen}",
        bound="",
    ),
    Reason.FROZEN: Wording(
        gate="Not frozen",
        refusal="Frozen",
        said="Frozen by {seen}: no exits either",
        bound="",
    ),
    Reason.PAUSED: Wording(
        gate="Not paused",
        refusal="Paused",
        said="Paused: {seen}",
        bound="",
    ),
    Reason.NOT_COPYING: Wording(
        gate="Relation copies",
        refusal="Relation paused or stopped",
        said="The relation with this leader is {seen}",
        bound="",
        setting="leaders[].state",
    ),
    Reason.OPPOSITE_UNKNOWN: Wording(
        gate="Opposite outcome known",
        refusal="Opposite outcome unknown",
        said="Inverse copy: the opposite outcome is not known",
        bound="",
        setting="leaders[].inverse",
        blind="Inverse copy: the opposite outcome is not known",
    ),
    Reason.LEADER_CUT_OFF: Wording(
        gate="Leader not cut off",
        refusal="Leader cut off",
        said="Leader cut off by {seen}",
        bound="",
    ),
}
