"""Examples of the gates that are off unless the settings switch them on: firing, at their very limit, and blind."""

from __future__ import annotations

from typing import Any

from copydesk.domain.ids import TimeMs, Wallet
from copydesk.domain.limits import Conflict, SlipBand, spaced
from copydesk.domain.refusal import Reason
from copydesk.domain.stance import Stance
from tests.builders import LEADER, NO, NOON, YES, a_book, a_market, micros, price, shares, usdc

Parts = dict[str, Any]
Example = tuple[Reason, Parts, Parts, Parts, Any, Any]
"""The reason; what is said of the signal, the snapshot and the limits; what the check saw, and its limit."""

NAMELESS = type(YES)(id=YES.id, market=YES.market, outcome="Yes")
IN_EVENT = type(YES)(id=YES.id, market=YES.market, outcome="Yes", title="Rain in Paris?", event_slug="Paris-Weather")
BANDS = (
    SlipBand(price_to=price("0.10"), slip_max_bps=2_000, slip_max=price("0.01")),
    SlipBand(price_to=price("0.50"), slip_max=price("0.01")),
)
LEAST = a_market(series="nba-2026", category="soccer")

OTHER = Wallet("0x" + "2f" * 20)
HELD: Parts = {"held": shares(100), "is_new_position": False}
EARLY, LATE = TimeMs(NOON - 100_000), TimeMs(NOON - 5_000)
AGAINST = {(OTHER, NO.id): Stance(shares(100), usdc(40), EARLY, EARLY)}
BESIDE = {(OTHER, YES.id): Stance(shares(10), usdc(5), EARLY, EARLY)}
OWN = {(LEADER, YES.id): Stance(shares(10), usdc(5), TimeMs(EARLY - 1), EARLY)}

FIRES: list[Example] = [
    (Reason.EVENT_NOT_ALLOWED, {"token": IN_EVENT}, {}, {"events_allowed": ("other",)}, "Paris-Weather", 1),
    (Reason.EVENT_DENIED, {"token": IN_EVENT}, {}, {"events_denied": ("a", "paris-weather")}, "Paris-Weather", 2),
    (Reason.SERIES_NOT_ALLOWED, {}, {"market": LEAST}, {"series_allowed": ("nfl",)}, "nba-2026", 1),
    (Reason.SERIES_NOT_ALLOWED, {}, {"market": a_market(series="")}, {"series_allowed": ("nfl",)}, "", 1),
    (Reason.SERIES_DENIED, {}, {"market": LEAST}, {"series_denied": ("nba-2026",)}, "nba-2026", 1),
    (Reason.WORDS_NOT_ALLOWED, {}, {}, {"words_allowed": (spaced("snow"), spaced("ra"))}, "", 2),
    (Reason.WORDS_DENIED, {}, {}, {"words_denied": (spaced("snow"), spaced("It  RAIN"))}, "it rain", 2),
    (Reason.CATEGORY_NOT_ALLOWED, {}, {"market": LEAST}, {"categories_allowed": ("weather",)}, "soccer", 1),
    (Reason.RESOLVES_LATE, {}, {"market": a_market(ends_in_s=3_601)}, {"resolution_max_ms": 3_600_000}, 3_601_000,
     3_600_000),
    (Reason.LEADER_NOTIONAL_MAX, {"size": 101}, {}, {"leader_notional_max": usdc(40)}, micros("40.4"), micros(40)),
    (Reason.FEE_DRAG, {}, {"market": a_market(taker_fee_bps=700)}, {"fee_max_bps": 412}, 413, 412),
    (Reason.ORDERS_HOUR, {}, {"orders_last_hour": 3}, {"orders_hour_max": 3}, 3, 3),
    (Reason.ORDERS_DAY, {}, {"orders_last_day": 9}, {"orders_day_max": 9}, 9, 9),
    (Reason.ADD_ON, {}, {"entries": 1}, {"entries_max": 1}, 1, 1),
    (Reason.ADD_ON_PRICE, {}, {**HELD, "held_cost": usdc(40)}, {"add_on_lower": True}, micros("0.40"), micros("0.40")),
    (Reason.REPEAT, {}, {"entered_at": NOON - 59_999}, {"repeat_after_ms": 60_000}, 59_999, 60_000),
    (Reason.CONFLICT, {}, {"stances": AGAINST}, {"conflict": Conflict.FIRST}, 1, 0),
    (Reason.CONFLICT, {}, {"stances": OWN | AGAINST}, {"conflict": Conflict.NONE}, 1, 0),
    (Reason.CONFLICT, {}, {"stances": AGAINST}, {"conflict": Conflict.NET}, 0, 0),
    (Reason.CONSENSUS, {}, {"stances": BESIDE}, {"consensus_min": 3}, 2, 3),
    (Reason.CONSENSUS, {}, {"stances": BESIDE}, {"consensus_min": 2, "consensus_within_ms": 89_999}, 1, 2),
    (Reason.CONSENSUS, {}, {"stances": AGAINST | OWN}, {"consensus_min": 2}, 1, 2),
    (Reason.PRICE_FELL, {}, {"book": a_book(bid="0.38", ask="0.39")}, {"price_fell_max_bps": 249}, 250, 249),
    (Reason.SLIPPAGE, {"price": "0.395"}, {"book": a_book(bid="0.40", ask="0.41")},
     {"slip_bands": BANDS}, micros("0.015"), micros("0.01")),
    (Reason.SLIPPAGE, {"price": "0.39"}, {"book": a_book(bid="0.39", ask="0.40")},
     {"slip_max": price("0.005")}, micros("0.01"), micros("0.005")),
    (Reason.SLIPPAGE, {}, {"book": a_book(bid="0.40", ask="0.41")},
     {"slip_max": price("0.05"), "slip_max_bps": 200}, micros("0.01"), micros("0.008")),
    (Reason.DEPTH_TOP, {}, {"book": a_book(size=499)}, {"depth_top_min": usdc(200)}, micros("199.6"), micros(200)),
]  # fmt: skip
"""Each refuses by one step past its limit, or for the one word that is listed or missing."""

PASSES: list[tuple[Parts, Parts, Parts]] = [
    ({"token": IN_EVENT}, {}, {"events_allowed": ("paris-weather",), "events_denied": ("other",)}),
    ({}, {"market": LEAST}, {"series_allowed": ("nba-2026",), "series_denied": ("nba-2025",)}),
    ({}, {"market": a_market(series="")}, {"series_denied": ("nba-2026",)}),
    ({}, {}, {"words_allowed": (spaced("snow"), spaced("Rain")), "words_denied": (spaced("ra"), spaced("rains"))}),
    ({}, {"market": LEAST}, {"categories_allowed": ("weather", "soccer")}),
    ({}, {"market": a_market(ends_in_s=3_600)}, {"resolution_max_ms": 3_600_000}),
    ({}, {"market": a_market(ends_in_s=None)}, {"resolution_max_ms": 3_600_000, "allow_unknown_end": True}),
    ({}, {}, {"leader_notional_max": usdc(40)}),
    ({}, {"market": a_market(taker_fee_bps=700)}, {"fee_max_bps": 413}),
    ({}, {"book": a_book(bid="0.38", ask="0.39")}, {"price_fell_max_bps": 250}),
    ({}, {"orders_last_hour": 2, "orders_last_day": 8}, {"orders_hour_max": 3, "orders_day_max": 9}),
    ({}, {"entries": 1, **HELD}, {"entries_max": 2}),
    ({}, {**HELD, "held_cost": usdc("40.000001")}, {"add_on_lower": True}),
    ({}, {}, {"add_on_lower": True}),
    ({}, {"entered_at": NOON - 60_000}, {"repeat_after_ms": 60_000}),
    ({}, {}, {"repeat_after_ms": 60_000}),
    ({}, {"stances": OWN | AGAINST}, {"conflict": Conflict.FIRST}),
    ({}, {"stances": {(OTHER, NO.id): Stance(shares(1), usdc(1), LATE, LATE)}}, {"conflict": Conflict.FIRST}),
    ({}, {"stances": OWN | BESIDE | {(LEADER, NO.id): AGAINST[OTHER, NO.id]}}, {"conflict": Conflict.NONE}),
    ({"size": 101}, {"stances": AGAINST}, {"conflict": Conflict.NET}),
    ({}, {"stances": AGAINST}, {}),
    ({}, {"stances": BESIDE}, {"consensus_min": 2, "consensus_within_ms": 90_000}),
    ({}, {"book": a_book(bid="0.40", ask="0.41")}, {"slip_max": price("0.01")}),
    ({"price": "0.08", "size": 1_000}, {"book": a_book(bid="0.08", ask="0.09")},
     {"slip_bands": BANDS, "price_moved_max_bps": None}),
    ({"price": "0.51"}, {"book": a_book(bid="0.51", ask="0.53")}, {"slip_bands": BANDS}),
    ({}, {"book": a_book(size=500)}, {"depth_top_min": usdc(200)}),
]  # fmt: skip
"""Each is let through at the very limit."""

BLIND: list[tuple[Reason, Parts, Parts, Parts]] = [
    (Reason.EVENT_NOT_ALLOWED, {}, {}, {"events_allowed": ("paris-weather",)}),
    (Reason.EVENT_DENIED, {}, {}, {"events_denied": ("other",)}),
    (Reason.SERIES_NOT_ALLOWED, {}, {}, {"series_allowed": ("nba-2026",)}),
    (Reason.SERIES_DENIED, {}, {}, {"series_denied": ("other",)}),
    (Reason.WORDS_NOT_ALLOWED, {"token": NAMELESS}, {}, {"words_allowed": (spaced("rain"),)}),
    (Reason.WORDS_DENIED, {"token": NAMELESS}, {}, {"words_denied": (spaced("snow"),)}),
    (Reason.CATEGORY_NOT_ALLOWED, {}, {"market": a_market(category="unknown")}, {"categories_allowed": ("weather",)}),
    (Reason.CATEGORY_NOT_ALLOWED, {}, {"market": a_market(category="")}, {"categories_allowed": ("weather",)}),
    (Reason.RESOLVES_LATE, {}, {"market": a_market(ends_in_s=None)}, {"resolution_max_ms": 3_600_000}),
    (Reason.FEE_DRAG, {}, {"market": a_market(unknown=("taker_fee_bps",))}, {"fee_max_bps": 10_000}),
    (Reason.ADD_ON_PRICE, {}, {"is_new_position": False}, {"add_on_lower": True}),
    (Reason.ADD_ON_PRICE, {}, {**HELD, "book": a_book(ask=None)}, {"add_on_lower": True}),
    (Reason.PRICE_FELL, {}, {"book": a_book(ask=None)}, {"price_fell_max_bps": 10_000}),
    (Reason.SLIPPAGE, {}, {"book": None}, {"slip_max": price("0.50")}),
    (Reason.DEPTH_TOP, {}, {"book": a_book(ask=None)}, {"depth_top_min": usdc(1)}),
    (Reason.RESOLVES_SOON, {}, {"market": a_market(ends_in_s=None)}, {}),
    (Reason.NO_BOOK, {}, {"book": None}, {}),
    (Reason.PRICE_MOVED, {}, {"book": None}, {}),
    (Reason.SPREAD, {}, {"book": None}, {}),
    (Reason.SPREAD, {}, {"book": a_book(bid=None)}, {}),
    (Reason.DEPTH, {}, {"book": None}, {}),
    (Reason.EXISTING_PRICE, {}, {"book": None}, {}),
]
"""What each gate that can lack something is asked without it. Each must refuse, whatever its limit."""

ALL_ON: Parts = {
    "events_allowed": ("paris-weather",),
    "events_denied": ("other",),
    "series_allowed": ("nba-2026",),
    "series_denied": ("other",),
    "words_allowed": (spaced("rain"),),
    "words_denied": (spaced("snow"),),
    "categories_allowed": ("soccer",),
    "resolution_max_ms": 86_400_000,
    "leader_notional_max": usdc(40),
    "fee_max_bps": 0,
    "price_fell_max_bps": 0,
    "slip_max": price("0.01"),
    "orders_hour_max": 1,
    "orders_day_max": 1,
    "entries_max": 2,
    "add_on_lower": True,
    "repeat_after_ms": 60_000,
    "conflict": Conflict.NONE,
    "consensus_min": 2,
    "depth_top_min": usdc(1),
}
"""Limits that switch on every gate that is off by default, and refuse nothing of `GOOD`."""

GOOD: tuple[Parts, Parts] = (
    {"token": IN_EVENT},
    {"market": LEAST, "stances": BESIDE, "entries": 1, **HELD, "held_cost": usdc(41)},
)
"""What is said of a signal and a snapshot that pass all of them."""
