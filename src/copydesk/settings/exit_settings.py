"""The settings of exits: how leaders' exits are followed, and which are our own. docs/exits.md has them in a table."""

from __future__ import annotations

from decimal import Decimal

from copydesk.domain.exits import MirrorStyle
from copydesk.settings.fields import Money, Part


class ExitSettings(Part):
    """How positions are left; `null` switches an exit off where the type allows it."""

    mirror: MirrorStyle = MirrorStyle.PROPORTIONAL
    """How much of ours is sold when the leader sells (E5, C27)."""
    fixed_usdc: Money = Decimal(25)
    """What one sale of `mirror: fixed` sells (E5)."""
