"""The settings of the entry gates: every limit, its unit, bounds and default. docs/gates.md has them in a table."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from copydesk.domain.limits import RESOLUTION_FLOOR_MS
from copydesk.settings.fields import Bps, Money, Part, PriceOnGrid, Words

ENTRY_AGE_LEAST_S = 12
"""An entry age below the time after which a settlement counts as unknown would expire what is still settling (C10)."""


class GateSettings(Part):
    """Limits of the entry gates; `null` switches a gate off where the type allows it."""

    ttl_s: Annotated[int, Field(gt=0)] = 300
    age_max_s: Annotated[int, Field(ge=ENTRY_AGE_LEAST_S)] = 30
    sides: tuple[Literal["BUY", "SELL"], ...] = ("BUY", "SELL")
    markets_allowed: Words = ()
    markets_denied: Words = ()
    outcomes_denied: Words = ()
    price_min: PriceOnGrid = Decimal("0.03")
    price_max: PriceOnGrid = Decimal("0.97")
    price_moved_max_bps: Bps | None = 400
    spread_max: PriceOnGrid | None = Decimal("0.03")
    depth_min_usdc: Money | None = Decimal(150)
    depth_within: PriceOnGrid = Decimal("0.02")
    leader_notional_min_usdc: Money = Decimal(5)
    resolution_floor_s: Annotated[int, Field(ge=RESOLUTION_FLOOR_MS // 1000)] = RESOLUTION_FLOOR_MS // 1000
    unknown_end: Literal["refuse", "allow"] = "refuse"
    positions_max: Annotated[int | None, Field(ge=1)] = 15
