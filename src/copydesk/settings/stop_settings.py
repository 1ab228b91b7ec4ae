"""The settings of the stops: every limit, its unit, bounds and default. docs/stops.md has them in a table."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from copydesk.domain.stops import CoolDown
from copydesk.settings.fields import Bps, Money, Part

CopyStop = Annotated[int, Field(ge=500, le=9_500)]
"""Between 5 and 95 percent, as copy stop-losses are elsewhere (E3)."""

SignedMoney = Annotated[Decimal, Field(decimal_places=6, max_digits=18)]


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
    guard_losses_max: Annotated[int | None, Field(ge=1, le=50)] = None
    """No entry for `guard_pause_s` after so many losses within `guard_within_s` (E46)."""
    guard_within_s: Annotated[int, Field(ge=1)] = 3_600
    """Within which time the losses of the guard are counted (E46)."""
    guard_pause_s: Annotated[int, Field(ge=1)] = 3_600
    """How long the guard pauses entries (E46)."""
    cool_down_s: Annotated[int | None, Field(ge=1)] = None
    """No entry for so long after a loss (E46)."""
    cool_down_of: CoolDown = CoolDown.LEADER
    """Whose loss that is: one of the same leader, or any of the account (E46)."""
    leader_profit_min_usdc: SignedMoney | None = None
    """A leader rests for `leader_lock_s` if its last `leader_profit_trades` results brought less in all (E46)."""
    leader_profit_trades: Annotated[int, Field(ge=1, le=50)] = 10
    """How many results of a leader that looks back on (E46)."""
    leader_lock_s: Annotated[int, Field(ge=1)] = 86_400
    """How long such a leader rests (E46)."""
