"""Which way each safety limit is tighter, and whether a lower layer's is: it may tighten what binds, never loosen it.

The direction is in the name of most limits: less is tighter for `..._max...` and for a cap in basis points, more for
`..._min...`, fewer for `..._allowed`, more of them for `..._denied`. The others are listed here. A limit that is
neither cannot be changed by a lower layer at all. `null` is off, and so the loosest.
"""

from __future__ import annotations

from decimal import Decimal
from enum import Enum

from copydesk.domain.leader import ThinSample, UnusualSize
from copydesk.domain.limits import Conflict
from copydesk.domain.stops import CoolDown


class Tighter(Enum):
    """What makes a limit tighter, in the words of the refusal."""

    LESS = "at most"
    MORE = "at least"
    FEWER = "none but"
    MORE_OF_THEM = "at least all of"
    SAME = "exactly"


SAFETY = ("gates", "caps", "stops", "slip_max_bps")
"""The groups and settings that a lower layer can only tighten, as far as this version has them."""

LISTED: dict[str, Tighter] = {
    "stops.guard_within_s": Tighter.MORE,
    "stops.guard_pause_s": Tighter.MORE,
    "stops.cool_down_s": Tighter.MORE,
    "stops.leader_profit_trades": Tighter.SAME,
    "stops.leader_lock_s": Tighter.MORE,
    "gates.ttl_s": Tighter.LESS,
    "gates.sides": Tighter.FEWER,
    "gates.depth_within": Tighter.LESS,
    "gates.repeat_after_s": Tighter.MORE,
    "gates.consensus_within_s": Tighter.LESS,
    "gates.resolution_floor_s": Tighter.MORE,
    "caps.reserve_bps": Tighter.MORE,
    "caps.groups": Tighter.MORE_OF_THEM,
}
ORDERED: dict[str, tuple[object, ...]] = {
    "gates.unknown_end": ("allow", "refuse"),
    "gates.add_on": ("allow", "lower", "never"),
    "gates.conflict": (Conflict.BOTH, Conflict.FIRST, Conflict.NONE),
    "gates.thin_sample": (ThinSample.PROBATION, ThinSample.REFUSE),
    "gates.unusual_size": (UnusualSize.BOUND, UnusualSize.REFUSE),
    "stops.cool_down_of": (CoolDown.LEADER, CoolDown.ACCOUNT),
}
"""Limits that are words, from the loosest to the tightest; what is not named is between the ends."""
EMPTY_IS_ALL = "_allowed"
"""An empty list of what is allowed allows everything."""


def direction(path: str) -> Tighter | None:
    """Which way the limit at a dotted path is tighter; None if nobody said."""
    if path in LISTED:
        return LISTED[path]
    if path in ORDERED:
        return Tighter.MORE
    group, _, name = path.rpartition(".")
    words = name.split("_")
    if "max" in words or (group == "caps" and words[-1] == "bps"):
        return Tighter.LESS
    if "min" in words:
        return Tighter.MORE
    ends = {"allowed": Tighter.FEWER, "denied": Tighter.MORE_OF_THEM}
    return ends.get(words[-1])


def is_tighter(path: str, wanted: object, limit: object) -> bool:
    """Whether `wanted` binds at least as tightly as `limit`, the value of the layer above."""
    way = direction(path)
    if wanted == limit or limit is None:
        return way is not None or wanted == limit
    if wanted is None:
        return False
    if path in ORDERED:
        order = ORDERED[path]
        if wanted not in order or limit not in order:
            return _is_between(order, wanted, limit)
        return order.index(wanted) >= order.index(limit)
    if isinstance(wanted, tuple) and isinstance(limit, tuple):
        return _is_tighter_list(path, way, set(wanted), set(limit))
    return _is_tighter_number(way, wanted, limit)


def _is_between(order: tuple[object, ...], wanted: object, limit: object) -> bool:
    """A word that is not in the order is tighter than the first of it and looser than the last, and that is all."""
    return limit == order[0] or (wanted == order[-1] and limit != wanted)


def _is_tighter_list(path: str, way: Tighter | None, wanted: set[object], limit: set[object]) -> bool:
    if way is Tighter.MORE_OF_THEM:
        return wanted >= limit
    if path.endswith(EMPTY_IS_ALL):
        return bool(wanted) and (not limit or wanted <= limit)
    return way is Tighter.FEWER and wanted <= limit


def _is_tighter_number(way: Tighter | None, wanted: object, limit: object) -> bool:
    if not isinstance(wanted, int | Decimal) or not isinstance(limit, int | Decimal):
        return False
    return (way is Tighter.LESS and wanted <= limit) or (way is Tighter.MORE and wanted >= limit)
