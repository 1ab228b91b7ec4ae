"""The settings of the stops: every limit, its unit, bounds and default. docs/stops.md has them in a table."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from copydesk.settings.fields import Bps, Money, Part

CopyStop = Annotated[int, Field(ge=500, le=9_500)]
"""Between 5 and 95 percent, as copy stop-losses are elsewhere (E3)."""


class StopSettings(Part):
    """When to stop entering; exits always go on. `null` switches a stop off."""

    daily_loss_max_bps: Bps | None = 500
    """No entry for the rest of a UTC day that has lost more of its first equity (S2.10, S3.19, C23)."""
    weekly_loss_max_bps: Bps | None = 3_000
    """Halt if a UTC week has lost more of its first equity; a person must resume (S2.11, C23)."""
    drawdown_max_bps: Bps | None = None
    """Halt if equity has fallen further than this from its highest; a person must resume (E46)."""
    leader_drawdown_max_bps: Bps | None = 2_000
    """A leader whose copies have fallen further from their highest profit is cut off (S2.12)."""
    leader_losses_max: Annotated[int | None, Field(ge=1)] = 5
    """A leader is cut off after so many losses in a row (S2.12)."""
    relation_loss_max_usdc: Money | None = None
    """A leader whose copies have lost more in all is cut off (E3)."""
    relation_loss_max_bps: CopyStop | None = None
    """The same, as a part of what may be at stake behind the leader (E3)."""
    relation_profit_max_usdc: Money | None = None
    """A leader whose copies have won more in all is cut off (E3)."""
    relation_profit_max_bps: Annotated[int | None, Field(gt=0)] = None
    """The same, as a part of what may be at stake behind the leader (E3)."""
