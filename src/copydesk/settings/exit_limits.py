"""From the settings of exits to the plain data that exits are decided by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.exits import Exits
from copydesk.settings.micros import usdc

if TYPE_CHECKING:
    from copydesk.settings.exit_settings import ExitSettings


def exit_limits(exits: ExitSettings) -> Exits:
    """How positions are left; None for an own exit that is off."""
    return Exits(mirror=exits.mirror, fixed=usdc(exits.fixed_usdc))
