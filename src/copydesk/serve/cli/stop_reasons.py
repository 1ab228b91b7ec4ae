"""The wording of what the stops refuse for."""

from __future__ import annotations

from copydesk.domain.refusal import Reason
from copydesk.serve.cli.wording import Wording

STOP_REASONS: dict[Reason, Wording] = {
    Reason.DAILY_LOSS: Wording(
        gate="Loss of the day",
        refusal="Daily stop",
        said="Down {seen} on the day, open positions at cost · limit {limit}, until the next UTC day",
        sign="≤",
        setting="stops.daily_loss_max_bps",
        blind="What the day has lost is not known · limit {limit}",
    ),
    Reason.WEEKLY_LOSS: Wording(
        gate="Loss of the week",
        refusal="Weekly halt",
        said="Down {seen} on the week, open positions at cost · limit {limit}",
        sign="≤",
        setting="stops.weekly_loss_max_bps",
        blind="What the week has lost is not known · limit {limit}",
    ),
    Reason.DRAWDOWN: Wording(
        gate="Drawdown",
        refusal="Drawdown",
        said="Down {seen} from the highest equity · limit {limit}",
        sign="≤",
        setting="stops.drawdown_max_bps",
        blind="The fall from the highest equity is not known · limit {limit}",
    ),
    Reason.LEADER_DRAWDOWN: Wording(
        gate="Leader's drawdown",
        refusal="Leader's drawdown",
        said="Copies of this leader fell {seen} of the stake · limit {limit}",
        sign="≤",
        setting="stops.leader_drawdown_max_bps",
        blind="How copies of this leader did is not known · limit {limit}",
    ),
    Reason.LEADER_LOSSES: Wording(
        gate="Leader's losses in a row",
        refusal="Losses in a row",
        said="{seen} losses in a row with this leader · limit {limit}",
        sign="<",
        setting="stops.leader_losses_max",
        blind="How copies of this leader did is not known · limit {limit}",
    ),
    Reason.RELATION_LOSS: Wording(
        gate="Copy stop-loss",
        refusal="Copy stop-loss",
        said="Copies of this leader lost {seen} · limit {limit}",
        sign="≤",
        setting="stops.relation_loss_max_usdc, stops.relation_loss_max_bps",
        blind="How copies of this leader did is not known · limit {limit}",
    ),
    Reason.RELATION_PROFIT: Wording(
        gate="Copy take-profit",
        refusal="Copy take-profit",
        said="Copies of this leader won {seen} · limit {limit}",
        sign="≤",
        setting="stops.relation_profit_max_usdc, stops.relation_profit_max_bps",
        blind="How copies of this leader did is not known · limit {limit}",
    ),
    Reason.LOSS_GUARD: Wording(
        gate="Loss guard",
        refusal="Loss guard",
        said="Many losses lately: paused for another {seen}",
        bound="no pause",
        setting="stops.guard_losses_max, stops.guard_within_s, stops.guard_pause_s",
        blind="When there were losses is not known",
    ),
    Reason.COOL_DOWN: Wording(
        gate="Cool-down",
        refusal="Cool-down",
        said="Cooling down after a loss for another {seen}",
        bound="no pause",
        setting="stops.cool_down_s, stops.cool_down_of",
        blind="When there was a loss is not known",
    ),
    Reason.LEADER_LOCK: Wording(
        gate="Low-profit lock",
        refusal="Low-profit lock",
        said="This leader's last results brought too little: locked for another {seen}",
        bound="no lock",
        setting="stops.leader_profit_min_usdc, stops.leader_profit_trades, stops.leader_lock_s",
        blind="How copies of this leader did is not known",
    ),
}
