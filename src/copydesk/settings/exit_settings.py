"""The settings of exits: how leaders' exits are followed, and which are our own. docs/exits.md has them in a table."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from copydesk.domain.exits import MirrorStyle
from copydesk.settings.fields import Bps, Money, Part


class ProfitStepSettings(Part):
    """One step of the take-profit ladder."""

    gain_bps: Annotated[int, Field(gt=0, le=1_000_000)]
    """At this gain of the best bid over our average cost (S2.21)."""
    part_bps: Annotated[int, Field(gt=0, le=10_000)] = 10_000
    """Sell this part of what is left then (E24)."""


class ExitSettings(Part):
    """How positions are left; `null` switches an exit off where the type allows it."""

    mirror: MirrorStyle = MirrorStyle.PROPORTIONAL
    """How much of ours is sold when the leader sells (E5, C27)."""
    fixed_usdc: Money = Decimal(25)
    """What one sale of `mirror: fixed` sells (E5)."""
    take_profit: tuple[ProfitStepSettings, ...] = ()
    """The take-profit ladder, in order of gain; `selective` sells all at 30 % (S2.21, E24)."""
    stop_loss_bps: Annotated[Bps | None, Field(gt=0)] = None
    """Out when the best bid is this far below our average cost; `selective` at 12 % (S2.21)."""
    trailing_bps: Annotated[Bps | None, Field(gt=0)] = None
    """Out when the best bid is this far below the highest we saw since the position was opened (E24)."""
    adverse_bps: Annotated[Bps | None, Field(gt=0)] = None
    """Out when the best bid is this far below our average cost within `adverse_within_s` of our last buy (S2.21)."""
    adverse_within_s: Annotated[int, Field(gt=0, le=86_400)] = 60
    """For how long after a buy `adverse_bps` looks (S2.21)."""
    hold_max_s: Annotated[int | None, Field(gt=0)] = None
    """Out of what was held for so long (S2.21)."""
    before_end_s: Annotated[int | None, Field(gt=0)] = None
    """Out this long before the market ends, unless bought later; `selective` 4 h (C25, S2.21)."""
    retries_max: Annotated[int, Field(ge=0, le=20)] = 5
    """How often what an exit did not sell is tried again; 0 for never (K6)."""
    retry_after_s: Annotated[int, Field(gt=0, le=3_600)] = 5
    """How long to wait before the first of these; each wait is twice the last (K6)."""

    @field_validator("take_profit")
    @classmethod
    def _rises(cls, steps: tuple[ProfitStepSettings, ...]) -> tuple[ProfitStepSettings, ...]:
        gains = [step.gain_bps for step in steps]
        if gains != sorted(set(gains)):
            raise PydanticCustomError("take_profit", "steps whose gains rise")
        return steps
