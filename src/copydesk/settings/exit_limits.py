"""From the settings of exits to the plain data that exits are decided by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.exits import Exits, ProfitStep
from copydesk.settings.micros import usdc

if TYPE_CHECKING:
    from copydesk.settings.exit_settings import ExitSettings


def exit_limits(exits: ExitSettings) -> Exits:
    """How positions are left; None for an own exit that is off."""
    return Exits(
        mirror=exits.mirror,
        fixed=usdc(exits.fixed_usdc),
        take_profit=tuple(ProfitStep(step.gain_bps, step.part_bps) for step in exits.take_profit),
        stop_loss_bps=exits.stop_loss_bps,
        trailing_bps=exits.trailing_bps,
        adverse_bps=exits.adverse_bps,
        adverse_within_ms=1_000 * exits.adverse_within_s,
        hold_max_ms=_ms(exits.hold_max_s),
        before_end_ms=_ms(exits.before_end_s),
        retries_max=exits.retries_max,
        retry_after_ms=1_000 * exits.retry_after_s,
    )


def _ms(seconds: int | None) -> int | None:
    return None if seconds is None else 1_000 * seconds
