"""From the settings of the gates to the limits they compare with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.limits import Gates, spaced
from copydesk.settings.micros import maybe_price, maybe_usdc, price, usdc

if TYPE_CHECKING:
    from copydesk.settings.gate_settings import GateSettings

_ENTRIES = {"never": 1, "once": 2}


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
        spread_max=maybe_price(gates.spread_max),
        depth_min=maybe_usdc(gates.depth_min_usdc),
        depth_within=price(gates.depth_within),
        leader_notional_min=usdc(gates.leader_notional_min_usdc),
        resolution_floor_ms=gates.resolution_floor_s * 1000,
        allow_unknown_end=gates.unknown_end == "allow",
        positions_max=gates.positions_max,
        events_allowed=_folded(gates.events_allowed),
        events_denied=_folded(gates.events_denied),
        series_allowed=_folded(gates.series_allowed),
        series_denied=_folded(gates.series_denied),
        words_allowed=tuple(spaced(word) for word in gates.words_allowed),
        words_denied=tuple(spaced(word) for word in gates.words_denied),
        categories_allowed=gates.categories_allowed,
        leader_notional_max=maybe_usdc(gates.leader_notional_max_usdc),
        resolution_max_ms=None if gates.resolution_max_s is None else gates.resolution_max_s * 1000,
        fee_max_bps=gates.fee_max_bps,
        price_fell_max_bps=gates.price_fell_max_bps,
        depth_top_min=maybe_usdc(gates.depth_top_min_usdc),
        orders_hour_max=gates.orders_hour_max,
        orders_day_max=gates.orders_day_max,
        entries_max=_entries_max(gates),
        add_on_lower=gates.add_on == "lower",
        repeat_after_ms=None if gates.repeat_after_s is None else gates.repeat_after_s * 1000,
        conflict=gates.conflict,
        consensus_min=gates.consensus_min,
        consensus_within_ms=gates.consensus_within_s * 1000,
    )


def _entries_max(gates: GateSettings) -> int | None:
    """The fewest entries that either setting allows: a policy of `never` is one, of `once` is two."""
    said = [most for most in (gates.entries_max, _ENTRIES.get(gates.add_on)) if most is not None]
    return min(said) if said else None


def _folded(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word.casefold() for word in words)
