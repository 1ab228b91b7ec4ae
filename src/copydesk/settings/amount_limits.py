"""From the amount as settings to the plain data that sizing uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.limits import Amount, AmountRange, Tier
from copydesk.settings.micros import maybe_usdc, usdc

if TYPE_CHECKING:
    from copydesk.settings.amount_settings import AmountSettings
    from copydesk.settings.relation_settings import LeaderSettings


def amount_limits(amount: AmountSettings, leader: LeaderSettings | None) -> Amount:
    """The amount of one relation."""
    return Amount(
        mode=amount.mode,
        fixed=usdc(amount.fixed_usdc),
        factor_bps=amount.factor_bps,
        parts=amount.parts,
        leader_bankroll=None if leader is None else maybe_usdc(leader.bankroll_usdc),
        kelly_damping_bps=amount.kelly_damping_bps,
        kelly_edge_max_bps=amount.kelly_edge_max_bps,
        conviction_min_bps=amount.conviction_min_bps,
        conviction_max_bps=amount.conviction_max_bps,
        range=AmountRange(
            least=usdc(amount.range_min_usdc),
            most=usdc(amount.range_max_usdc),
            leader_least=usdc(amount.range_leader_min_usdc),
            leader_most=usdc(amount.range_leader_max_usdc),
        ),
        tiers=tuple(Tier(below=maybe_usdc(tier.below_usdc), factor_bps=tier.factor_bps) for tier in amount.tiers),
    )
