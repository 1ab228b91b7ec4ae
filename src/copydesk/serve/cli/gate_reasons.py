"""The wording of what the gates refuse for."""

from __future__ import annotations

from copydesk.domain.refusal import Reason
from copydesk.serve.cli import format as shown
from copydesk.serve.cli.wording import Wording

GATE_REASONS: dict[Reason, Wording] = {
    Reason.SIGNAL_EXPIRED: Wording(
        gate="Time to live",
        refusal="Expired",
        said="Signal {seen} old · time to live {limit}",
        sign="≤",
        setting="gates.ttl_s",
    ),
    Reason.ACTION_ALREADY_DECIDED: Wording(
        gate="Decided once",
        refusal="Already decided",
        said="This trade was decided before",
        bound="",
    ),
    Reason.AGE: Wording(
        gate="Signal age",
        refusal="Signal too old",
        said="Signal {seen} old · limit {limit}",
        sign="≤",
        setting="gates.age_max_s",
    ),
    Reason.SIDE: Wording(
        gate="Side",
        refusal="Side not copied",
        said="{seen} is not copied · copied: {limit}",
        sign="in",
        setting="gates.sides",
    ),
    Reason.MARKET_NOT_ALLOWED: Wording(
        gate="Market allowed",
        refusal="Market not on the allow list",
        said="Market is not one of the {limit} allowed",
        sign="one of",
        setting="gates.markets_allowed",
    ),
    Reason.MARKET_DENIED: Wording(
        gate="Market not denied",
        refusal="Market on the deny list",
        said="Market is one of the {limit} denied",
        sign="none of",
        setting="gates.markets_denied",
    ),
    Reason.OUTCOME_DENIED: Wording(
        gate="Outcome not denied",
        refusal="Outcome on the deny list",
        said="Outcome {seen} is one of the {limit} denied",
        sign="none of",
        setting="gates.outcomes_denied",
    ),
    Reason.MARKET_UNKNOWN: Wording(
        gate="Market known",
        refusal="Market's rules not known",
        said="Nobody could tell the market's {seen}",
        bound="",
    ),
    Reason.MARKET_CLOSED: Wording(
        gate="Market open",
        refusal="Market over",
        said="The market has closed or resolved",
        bound="",
    ),
    Reason.RESOLVES_SOON: Wording(
        gate="Time to resolution",
        refusal="Resolves too soon",
        said="Resolves in {seen} · minimum {limit}",
        sign="≥",
        setting="gates.resolution_floor_s",
        blind="Nothing says when the market ends · minimum {limit}",
    ),
    Reason.LEADER_NOTIONAL: Wording(
        gate="Leader's amount",
        refusal="Leader's trade too small",
        said="Leader traded {seen} · minimum {limit}",
        sign="≥",
        setting="gates.leader_notional_min_usdc",
    ),
    Reason.PRICE_BAND: Wording(
        gate="Price band",
        refusal="Price too near certain",
        said="Price {seen} · limit {limit}",
        micros=shown.price,
        setting="gates.price_min, gates.price_max",
    ),
    Reason.NO_BOOK: Wording(
        gate="Order book",
        refusal="No order book",
        said="The order book is {seen}",
        bound="with an ask",
        blind="No order book with an ask is known",
    ),
    Reason.EXISTING_PRICE: Wording(
        gate="Leader's cost",
        refusal="Dearer than it was for the leader",
        said="Best ask {seen} · the leader paid {limit}",
        sign="≤",
        micros=shown.price,
        blind="No ask to compare with what the leader paid, {limit}",
    ),
    Reason.PRICE_MOVED: Wording(
        gate="Price drift",
        refusal="Price moved",
        said="Price moved {seen} · limit {limit}",
        sign="≤",
        setting="gates.price_moved_max_bps",
        blind="Price drift not known · limit {limit}",
    ),
    Reason.SPREAD: Wording(
        gate="Spread",
        refusal="Wide spread",
        said="Spread {seen} · limit {limit}",
        sign="≤",
        micros=shown.price,
        setting="gates.spread_max",
        blind="Spread not known: a side of the book is empty · limit {limit}",
    ),
    Reason.DEPTH: Wording(
        gate="Depth at the ask",
        refusal="Thin book",
        said="{seen} on offer · minimum {limit}",
        sign="≥",
        setting="gates.depth_min_usdc",
        blind="Depth not known · minimum {limit}",
    ),
    Reason.POSITIONS_OPEN: Wording(
        gate="Open positions",
        refusal="Too many open positions",
        said="{seen} positions open · limit {limit}",
        sign="<",
        setting="gates.positions_max",
    ),
    Reason.NOTHING_HELD: Wording(
        gate="Something to sell",
        refusal="Nothing held to sell",
        said="Nothing held of what the leader sells",
        bound="more than 0",
        micros=shown.shares,
    ),
}
