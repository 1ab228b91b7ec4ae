"""The settings of the entry gates: every limit, its unit, bounds and default. docs/gates.md has them in a table."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from copydesk.domain.category import CATEGORIES
from copydesk.domain.limits import RESOLUTION_FLOOR_MS, Conflict, spaced
from copydesk.settings.fields import Bps, Money, PriceOnGrid, Words
from copydesk.settings.leader_gate_settings import LeaderGateSettings

ENTRY_AGE_LEAST_S = 12
"""An entry age below the time after which a settlement counts as unknown would expire what is still settling (C10)."""


def _said(text: str) -> str:
    """A keyword; one without a letter or digit would be in every text."""
    if not spaced(text).strip():
        raise PydanticCustomError("keyword", "a word with a letter or digit")
    return text


def _listed(text: str) -> str:
    """One of the stable categories."""
    if text not in CATEGORIES:
        raise PydanticCustomError("category", "one of {listed}", {"listed": ", ".join(CATEGORIES)})
    return text


Keywords = tuple[Annotated[str, AfterValidator(_said)], ...]
CategoryName = Annotated[str, AfterValidator(_listed)]


class GateSettings(LeaderGateSettings):
    """Limits of the entry gates; `null` switches a gate off where the type allows it."""

    ttl_s: Annotated[int, Field(gt=0)] = 300
    """A signal older than this is dropped, entries and exits alike (S0.34, C10)."""
    age_max_s: Annotated[int, Field(ge=ENTRY_AGE_LEAST_S)] = 30
    """No entry later than this after the leader's trade (C10)."""
    sides: tuple[Literal["BUY", "SELL"], ...] = ("BUY", "SELL")
    """Which sides of a leader are copied (E7)."""
    markets_allowed: Words = ()
    """Only these markets, by condition id, slug or title; none means all (E19)."""
    markets_denied: Words = ()
    """Never these markets (S4.10)."""
    outcomes_denied: Words = ()
    """Never these outcomes, by name (S4.10)."""
    price_min: PriceOnGrid = Decimal("0.03")
    """No entry at a leader's price below this (E19)."""
    price_max: PriceOnGrid = Decimal("0.97")
    """No entry at a leader's price above this (E19)."""
    price_moved_max_bps: Bps | None = 400
    """No entry if the best ask is this much above the leader's price (S2.3)."""
    spread_max: PriceOnGrid | None = Decimal("0.03")
    """No entry where best ask and best bid are further apart, in dollars a share (S2.5)."""
    depth_min_usdc: Money | None = Decimal(150)
    """No entry where less is on offer near the best ask (S2.4)."""
    depth_within: PriceOnGrid = Decimal("0.02")
    """How far above the best ask counts as near, in dollars a share (S2.4)."""
    leader_notional_min_usdc: Money = Decimal(5)
    """A leader's trade smaller than this is not copied (E15, S4.11)."""
    resolution_floor_s: Annotated[int, Field(ge=RESOLUTION_FLOOR_MS // 1000)] = RESOLUTION_FLOOR_MS // 1000
    """No entry into a market that ends sooner; ten minutes can be raised and never lowered (S3.22, C25)."""
    unknown_end: Literal["refuse", "allow"] = "refuse"
    """Whether a market whose end nobody knows is entered (C25)."""
    positions_max: Annotated[int | None, Field(ge=1)] = 15
    """No new position while so many are open (S3.20, C24)."""
    events_allowed: Words = ()
    """Only markets of these events, by slug; none means all (E19)."""
    events_denied: Words = ()
    """Never markets of these events, by slug (E19)."""
    series_allowed: Words = ()
    """Only markets of these series of events, by slug; none means all (E19)."""
    series_denied: Words = ()
    """Never markets of these series of events, by slug (E19)."""
    words_allowed: Keywords = ()
    """Only markets with one of these words in title or slug; none means all (E19)."""
    words_denied: Keywords = ()
    """Never markets with one of these words in title or slug (E19)."""
    categories_allowed: tuple[CategoryName, ...] = ()
    """Only markets of these categories; none means all (S3.18)."""
    leader_notional_max_usdc: Money | None = None
    """A leader's trade larger than this is not copied (E15)."""
    resolution_max_s: Annotated[int | None, Field(gt=RESOLUTION_FLOOR_MS // 1000)] = None
    """No entry into a market that ends later (E19)."""
    fee_max_bps: Bps | None = None
    """No entry where the taker fee is a larger part of the most we would pay (E19)."""
    price_fell_max_bps: Bps | None = None
    """No entry if the best ask is this much below the leader's price (S2.3, K25)."""
    depth_top_min_usdc: Money | None = None
    """No entry where less is on offer at the best ask itself (S2.4)."""
    orders_hour_max: Annotated[int | None, Field(ge=1)] = None
    """No entry after so many in the hour before (E15)."""
    orders_day_max: Annotated[int | None, Field(ge=1)] = None
    """No entry after so many in the 24 hours before (E15)."""
    add_on: Literal["allow", "once", "lower", "never"] = "allow"
    """Whether a position is added to: any time, once, only below what it cost, or never (E6)."""
    entries_max: Annotated[int | None, Field(ge=1)] = None
    """So many entries into one position at most (E6)."""
    repeat_after_s: Annotated[int | None, Field(ge=1)] = None
    """No entry so soon after the last into the same token behind the same leader (E6)."""
    conflict: Conflict = Conflict.BOTH
    """Where leaders disagree on a market: copy both, the first, the net of them, or none (E22)."""
    consensus_min: Annotated[int | None, Field(ge=2)] = None
    """Copy only what so many followed leaders bought (E23)."""
    consensus_within_s: Annotated[int, Field(ge=1)] = 3_600
    """Within so long before the trade they must have bought it (E23)."""
