"""The amount as settings: how much to put into one copy before the caps."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from copydesk.domain.limits import AmountMode
from copydesk.settings.fields import Bps, Money, Part


class TierSettings(Part):
    """One band of the leader's notional, and the part of it that is staked."""

    below_usdc: Annotated[Money, Field(gt=0)] | None = None
    """The band ends below this; `null` is the last band, without an end (K23)."""
    factor_bps: Annotated[int, Field(ge=0, le=100_000)]
    """The part of the leader's notional; 10,000 is all of it (K23)."""


class AmountSettings(Part):
    """How much to put into one copy before the caps."""

    mode: AmountMode = AmountMode.PRO_RATA
    """How the first amount of a copy is found (S0.22, S1.3, C20)."""
    fixed_usdc: Money = Decimal(25)
    """The stake of mode `fixed` (S0.25)."""
    factor_bps: Bps = 1_000
    """The part of the leader's notional in `copy_factor`, and where a leader's bankroll is not known (S4.8, C21)."""
    parts: Annotated[int, Field(ge=1)] = 10
    """Into how many stakes a leader's equal share, or share by score, is divided (S0.23, S0.24)."""
    kelly_damping_bps: Bps = 2_500
    """Mode `kelly`: the part of full Kelly that is staked; 2,500 or 5,000 in the brief (S2.7, S3.25)."""
    kelly_edge_max_bps: Bps = 1_000
    """Mode `kelly`: a leader's edge counts as this at most, of a dollar a share (S2.7)."""
    conviction_min_bps: Bps = 2_500
    """Mode `conviction`: a trade smaller than usual for its leader gets this part of the fixed stake at least (C20)."""
    conviction_max_bps: Annotated[int, Field(ge=10_000, le=100_000)] = 30_000
    """Mode `conviction`: a trade larger than usual for its leader gets this part of the fixed stake at most (C20)."""
    range_min_usdc: Money = Decimal(10)
    """Mode `range`: the stake for the leader's smallest trades (S3.17, K23)."""
    range_max_usdc: Money = Decimal(200)
    """Mode `range`: the stake for the leader's largest trades (S3.17, K23)."""
    range_leader_min_usdc: Money = Decimal(10)
    """Mode `range`: up to this notional a trade of the leader counts as smallest (K23)."""
    range_leader_max_usdc: Money = Decimal(10_000)
    """Mode `range`: from this notional on a trade of the leader counts as largest (K23)."""
    tiers: tuple[TierSettings, ...] = ()
    """Mode `tiered`: bands of the leader's notional, the smallest first, the last without an end (K23)."""

    @model_validator(mode="after")
    def _are_in_order(self) -> Self:
        """A range from less to more, and tiers that rise and leave no notional without a band."""
        if self.range_min_usdc > self.range_max_usdc or self.range_leader_min_usdc >= self.range_leader_max_usdc:
            raise PydanticCustomError("range", "a range whose least is below its most")
        ends = [tier.below_usdc for tier in self.tiers]
        bounded = [end for end in ends if end is not None]
        if ends and (ends[-1] is not None or len(bounded) != len(ends) - 1 or sorted(set(bounded)) != bounded):
            raise PydanticCustomError("tiers", "tiers that rise, the last of them (and no other) without `below_usdc`")
        if self.mode is AmountMode.TIERED and not self.tiers:
            raise PydanticCustomError("tiers", "at least one tier in `amount.tiers` for mode `tiered`")
        return self
