"""From the settings of the stops to the limits they compare with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.stops import Stops

if TYPE_CHECKING:
    from copydesk.settings.stop_settings import StopSettings


def stop_limits(stops: StopSettings) -> Stops:
    """The limits of all stops; None for one that is off."""
    return Stops(
        daily_loss_max_bps=stops.daily_loss_max_bps,
        weekly_loss_max_bps=stops.weekly_loss_max_bps,
        drawdown_max_bps=stops.drawdown_max_bps,
    )
