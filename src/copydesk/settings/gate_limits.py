"""From the settings of the gates to the limits they compare with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.limits import Gates
from copydesk.settings.micros import maybe_usdc, price, usdc

if TYPE_CHECKING:
    from copydesk.settings.gate_settings import GateSettings


def gate_limits(gates: GateSettings) -> Gates:
    """The limits of all gates; None, or an empty list, for one that is off."""
    return Gates(
        ttl_ms=gates.ttl_s * 1000,
        age_max_ms=gates.age_max_s * 1000,
        sides=gates.sides,
        markets_allowed=_folded(gates.markets_allowed),
        markets_denied=_folded(gates.markets_denied),
        outcomes_denied=_folded(gates.outcomes_denied),
        price_min=price(gates.price_min),
        price_max=price(gates.price_max),
        price_moved_max_bps=gates.price_moved_max_bps,
        spread_max=None if gates.spread_max is None else price(gates.spread_max),
        depth_min=maybe_usdc(gates.depth_min_usdc),
        depth_within=price(gates.depth_within),
        leader_notional_min=usdc(gates.leader_notional_min_usdc),
        resolution_floor_ms=gates.resolution_floor_s * 1000,
        allow_unknown_end=gates.unknown_end == "allow",
        positions_max=gates.positions_max,
    )


def _folded(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word.casefold() for word in words)
