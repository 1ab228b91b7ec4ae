"""The rules one relation trades under, as plain data: what gates, sizing and exits compare with.

Amounts are micro-dollars, shares of a whole are basis points, times are milliseconds. `settings.py` builds these from
YAML, environment and flags; `version` is the digest of what it built them from, and each decision records it.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

import msgspec

from copydesk.domain.exits import Exits
from copydesk.domain.ids import AccountId, ClientId, MarketId, Wallet
from copydesk.domain.leader import TrackRecordRules
from copydesk.domain.money import Price, Usdc
from copydesk.domain.stops import Stops

RESOLUTION_FLOOR_MS = 600_000
"""Ten minutes: no entry into a market that ends sooner. Settings may raise it; nothing lowers it (S3.22, C25)."""

_BREAKS = re.compile(r"\W+")


class AmountMode(StrEnum):
    """How the first amount of a copy is found."""

    FIXED = "fixed"
    EQUAL = "equal"
    COPY_FACTOR = "copy_factor"
    PRO_RATA = "pro_rata"
    PORTFOLIO_WEIGHT = "portfolio_weight"
    RANGE = "range"
    TIERED = "tiered"
    EXACT = "exact"
    DYNAMIC = "dynamic"
    KELLY = "kelly"
    CONVICTION = "conviction"


class BelowMinimum(StrEnum):
    """What to do with a copy smaller than the market's minimum order (E14)."""

    SKIP = "skip"
    RAISE = "raise"
    ACCUMULATE = "accumulate"


class AmountRange(msgspec.Struct, frozen=True, kw_only=True):
    """Our stake from `least` to `most`, as the leader's notional lies between `leader_least` and `leader_most`."""

    least: Usdc
    most: Usdc
    leader_least: Usdc
    leader_most: Usdc


class Tier(msgspec.Struct, frozen=True, kw_only=True):
    """A leader's notional below `below`, and not in an earlier tier, is staked with `factor_bps`; None has no end."""

    below: Usdc | None
    factor_bps: int


NO_RANGE = AmountRange(least=Usdc(0), most=Usdc(0), leader_least=Usdc(0), leader_most=Usdc(1))


class Conflict(StrEnum):
    """What is copied where leaders hold different tokens of one market (E22)."""

    BOTH = "both"
    FIRST = "first"
    NET = "net"
    NONE = "none"


class RelationState(StrEnum):
    """Whether a relation copies, and what becomes of its positions when it does not any more (E2)."""

    COPYING = "copying"
    """Entries and exits."""
    PAUSED = "paused"
    """No entry; the leader's exits are followed."""
    STOPPED_KEEP = "stopped_keep"
    """No entry and no exit: positions stay for their result or a person."""
    STOPPED_HAND_OVER = "stopped_hand_over"
    """No entry, and the leader's exits are not followed: positions go on under our own exits only."""
    STOPPED_CLOSE = "stopped_close"
    """No entry; every position is sold whole at the leader's next sale."""


class Amount(msgspec.Struct, frozen=True, kw_only=True):
    """How much to put into one copy before the caps.

    `fixed` is the stake of mode FIXED; `factor_bps` of the leader's notional is the stake of COPY_FACTOR, and of
    PRO_RATA and PORTFOLIO_WEIGHT where the leader's bankroll is not known (C21). `parts` divides a leader's equal share
    into stakes. `range` is for RANGE, `tiers` for TIERED: they rise, and the last has no end.
    """

    mode: AmountMode
    fixed: Usdc
    factor_bps: int
    parts: int
    leader_bankroll: Usdc | None
    kelly_damping_bps: int = 2_500
    kelly_edge_max_bps: int = 1_000
    conviction_min_bps: int = 2_500
    conviction_max_bps: int = 30_000
    range: AmountRange = NO_RANGE
    tiers: tuple[Tier, ...] = ()


class CorrelatedGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Markets that win and lose together: those about one of `words`, which are plain words (`domain.topic`)."""

    name: str
    words: tuple[str, ...]
    most: Usdc | None
    bps: int


class Caps(msgspec.Struct, frozen=True, kw_only=True):
    """The most that may be at stake; every cap holds at once and the tightest is named (C24).

    A `None` amount or share is no cap; basis points are of the bankroll (`reserve_bps`: of what was deposited).
    `event_*` bind all markets of one event together, `category_bps` all of one category, `day_*` what the entries of
    one UTC day cost. `trade_min` is the smallest stake worth placing: below it the below-minimum policy decides.
    """

    trade_min: Usdc
    trade_max: Usdc | None
    trade_bps: int
    market_max: Usdc | None
    market_bps: int
    leader_bps: int
    total_max: Usdc | None
    total_bps: int
    reserve_bps: int
    event_max: Usdc | None = None
    event_bps: int | None = None
    category_bps: int | None = None
    day_max: Usdc | None = None
    day_bps: int | None = None
    groups: tuple[CorrelatedGroup, ...] = ()


class Gates(msgspec.Struct, frozen=True, kw_only=True):
    """The limits of the entry gates. None, or an empty list, switches a gate off: it is then not asked."""

    ttl_ms: int
    age_max_ms: int
    sides: tuple[str, ...]
    markets_allowed: tuple[str, ...]
    markets_denied: tuple[str, ...]
    outcomes_denied: tuple[str, ...]
    price_min: Price
    price_max: Price
    price_moved_max_bps: int | None
    spread_max: Price | None
    depth_min: Usdc | None
    depth_within: Price
    leader_notional_min: Usdc
    resolution_floor_ms: int
    allow_unknown_end: bool
    positions_max: int | None
    events_allowed: tuple[str, ...] = ()
    events_denied: tuple[str, ...] = ()
    series_allowed: tuple[str, ...] = ()
    series_denied: tuple[str, ...] = ()
    words_allowed: tuple[str, ...] = ()
    words_denied: tuple[str, ...] = ()
    categories_allowed: tuple[str, ...] = ()
    leader_notional_max: Usdc | None = None
    resolution_max_ms: int | None = None
    fee_max_bps: int | None = None
    price_fell_max_bps: int | None = None
    depth_top_min: Usdc | None = None
    orders_hour_max: int | None = None
    orders_day_max: int | None = None
    entries_max: int | None = None
    add_on_lower: bool = False
    repeat_after_ms: int | None = None
    conflict: Conflict = Conflict.BOTH
    consensus_min: int | None = None
    consensus_within_ms: int = 3_600_000


class SlipBand(msgspec.Struct, frozen=True, kw_only=True):
    """What an order may slip where the leader's price is at most `price_to`; None leaves the general figure (E18)."""

    price_to: Price
    slip_max_bps: int | None = None
    slip_max: Price | None = None
    exit_slip_max_bps: int | None = None
    exit_slip_max: Price | None = None


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Everything one relation (client x leader) is bound by.

    Slips are against the leader's price, in bps of it and in dollars a share; `slip_bands` are in rising order.
    `touch_slip_max_bps` is against the best ask.
    """

    version: str
    gates: Gates
    amount: Amount
    caps: Caps
    slip_max_bps: int
    exit_slip_max_bps: int
    below_minimum: BelowMinimum
    stops: Stops = Stops()
    sell_beyond_holding: bool = False
    put_aside_max_ms: int = 86_400_000
    exits: Exits = Exits()
    track_record: TrackRecordRules = TrackRecordRules()
    slip_max: Price | None = None
    exit_slip_max: Price | None = None
    touch_slip_max_bps: int | None = None
    slip_bands: tuple[SlipBand, ...] = ()
    state: RelationState = RelationState.COPYING
    is_inverse: bool = False
    """Whether the opposite outcome is bought where the leader buys one (E7)."""


class Relation(msgspec.Struct, frozen=True, kw_only=True):
    """One client copying one leader (or, with `leader` None, every leader that trades) into one account."""

    client: ClientId
    account: AccountId
    leader: Wallet | None
    limits: Limits
    copy_existing: bool = False
    """Whether what the leader holds when we begin to follow is bought too, at the leader's cost or better (C26)."""


@lru_cache(maxsize=4_096)
def market_named(market: MarketId, names: tuple[str, ...], *also: str) -> bool:
    """Whether a market is in a list of condition ids, slugs or titles, case aside."""
    return any(word and word.casefold() in names for word in (market, *also))


@lru_cache(maxsize=4_096)
def spaced(text: str) -> str:
    """The words of a text, case aside, with one space around each: what contains another holds its words whole."""
    return f" {_BREAKS.sub(' ', text.casefold()).strip()} "


def word_found(words: tuple[str, ...], *texts: str) -> str | None:
    """The first of `words`, as `spaced` has them, that is in a text; empty if none is, None if there is no text."""
    if not any(texts):
        return None
    within = "|".join(spaced(text) for text in texts)
    return next((word.strip() for word in words if word in within), "")
