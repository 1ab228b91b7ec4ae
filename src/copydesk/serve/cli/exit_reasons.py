"""The wording of every reason that concerns exits alone."""

from __future__ import annotations

from copydesk.domain.refusal import Reason
from copydesk.serve.cli import format as shown
from copydesk.serve.cli.wording import Wording

EXIT_REASONS: dict[Reason, Wording] = {
    Reason.EXIT_NOT_MIRRORED: Wording(
        gate="Exits mirrored",
        refusal="Leader's exit not mirrored",
        said="Exits of leaders are not mirrored: {seen}",
        bound="",
        setting="exits.mirror",
    ),
    Reason.EXIT_UNDER_WAY: Wording(
        gate="Not being sold",
        refusal="Exit under way",
        said="All that is held is being sold already",
        bound="more than 0",
        micros=shown.shares,
    ),
    Reason.EXIT_NOT_DUE: Wording(
        gate="Own exit due",
        refusal="Own exit not due",
        said="Own exit saw {seen} · limit {limit}",
        setting="exits.stop_loss_bps, exits.before_end_s",
        micros=shown.shares,
        blind="Own exit could not see · limit {limit}",
    ),
    Reason.NO_BID: Wording(
        gate="Bid known",
        refusal="Nobody to sell to",
        said="No bid is known",
        bound="more than 0",
        micros=shown.price,
        blind="No bid is known",
    ),
}
