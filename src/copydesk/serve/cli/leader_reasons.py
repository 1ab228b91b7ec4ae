"""The wording of what a leader's track record decides."""

from __future__ import annotations

from copydesk.domain.refusal import Reason
from copydesk.serve.cli import format as shown
from copydesk.serve.cli.wording import Wording

LEADER_REASONS: dict[Reason, Wording] = {
    Reason.LEADER_STALE: Wording(
        gate="Leader's score fresh",
        refusal="Leader's score too old",
        said="The leader's results are known up to {seen} ago · limit {limit}",
        sign="≤",
        setting="gates.leader_age_max_s",
        blind="Nothing is known of the leader · limit {limit}",
    ),
    Reason.LEADER_SAMPLE: Wording(
        gate="Leader's closed trades",
        refusal="Too few results of the leader",
        said="{seen} closed trades of the leader · minimum {limit}",
        sign="≥",
        setting="gates.leader_trades_min, gates.thin_sample",
        blind="Nothing is known of the leader · minimum {limit}",
    ),
    Reason.LEADER_SCORE: Wording(
        gate="Leader's score",
        refusal="Leader's score too low",
        said="Leader's score {seen} · minimum {limit}",
        sign="≥",
        setting="gates.leader_score_min_bps, gates.thin_sample",
        blind="The leader has no score yet · minimum {limit}",
    ),
    Reason.LEADER_RATIO: Wording(
        gate="Leader's ratio",
        refusal="Leader's ratio too low",
        said="Leader's Sharpe-like ratio {seen} · minimum {limit}",
        sign="≥",
        setting="gates.leader_ratio_min_bps, gates.thin_sample",
        blind="The leader has no ratio yet · minimum {limit}",
    ),
    Reason.LEADER_SIZE: Wording(
        gate="Leader's usual size",
        refusal="Far above the leader's usual size",
        said="Leader traded {seen} · usual up to {limit}",
        sign="≤",
        setting="gates.leader_size_max_bps, gates.unusual_size",
        blind="Nothing says what size is usual for the leader",
    ),
    Reason.LEADER_EDGE: Wording(
        gate="Leader's edge",
        refusal="No edge left at our price",
        said="The leader's edge leaves {seen} at our price · more than {limit}",
        sign=">",
        micros=shown.price,
        setting="amount.mode",
        blind="Nothing is known of the leader's edge",
    ),
    Reason.CAP_PROBATION: Wording(
        gate="Probation",
        refusal="Leader on probation",
        said="Probation leaves {seen} · {limit}",
        setting="caps.probation_bps",
    ),
    Reason.CAP_UNUSUAL_SIZE: Wording(
        gate="Unusual size",
        refusal="Unusual size of the leader's trade",
        said="An unusual trade gets {seen} · {limit}",
        setting="caps.probation_bps",
    ),
}
