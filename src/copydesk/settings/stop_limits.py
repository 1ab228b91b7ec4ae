"""From the settings of the stops to the limits they compare with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.stops import Stops
from copydesk.settings.micros import maybe_usdc

if TYPE_CHECKING:
    from copydesk.settings.stop_settings import StopSettings


def stop_limits(stops: StopSettings) -> Stops:
    """The limits of all stops; None for one that is off."""
    return Stops(
        daily_loss_max_bps=stops.daily_loss_max_bps,
        weekly_loss_max_bps=stops.weekly_loss_max_bps,
        drawdown_max_bps=stops.drawdown_max_bps,
        leader_drawdown_max_bps=stops.leader_drawdown_max_bps,
        leader_losses_max=stops.leader_losses_max,
        relation_loss_max=maybe_usdc(stops.relation_loss_max_usdc),
        relation_loss_max_bps=stops.relation_loss_max_bps,
        relation_profit_max=maybe_usdc(stops.relation_profit_max_usdc),
        relation_profit_max_bps=stops.relation_profit_max_bps,
        guard_losses_max=stops.guard_losses_max,
        guard_within_ms=stops.guard_within_s * 1000,
        guard_pause_ms=stops.guard_pause_s * 1000,
        cool_down_ms=None if stops.cool_down_s is None else stops.cool_down_s * 1000,
        cool_down_of=stops.cool_down_of,
        leader_profit_min=maybe_usdc(stops.leader_profit_min_usdc),
        leader_profit_trades=stops.leader_profit_trades,
        leader_lock_ms=stops.leader_lock_s * 1000,
    )
