"""Our own expected "no": every reason by name, and the `Check` that carries the numbers that settled it."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Reason(StrEnum):
    """Why a signal is not copied. Every member is written to the ledger, counted, and worded on screen (S2.27)."""

    HALTED = "halted"
    PROCESSING_FAILED = "processing_failed"
    FROZEN = "frozen"
    PAUSED = "paused"
    NOT_COPYING = "not_copying"
    OPPOSITE_UNKNOWN = "opposite_unknown"
    LEADER_CUT_OFF = "leader_cut_off"
    SIGNAL_EXPIRED = "signal_expired"
    ACTION_ALREADY_DECIDED = "action_already_decided"
    AGE = "age"
    SIDE = "side"
    MARKET_NOT_ALLOWED = "market_not_allowed"
    MARKET_DENIED = "market_denied"
    OUTCOME_DENIED = "outcome_denied"
    EVENT_NOT_ALLOWED = "event_not_allowed"
    EVENT_DENIED = "event_denied"
    SERIES_NOT_ALLOWED = "series_not_allowed"
    SERIES_DENIED = "series_denied"
    WORDS_NOT_ALLOWED = "words_not_allowed"
    WORDS_DENIED = "words_denied"
    CATEGORY_NOT_ALLOWED = "category_not_allowed"
    MARKET_UNKNOWN = "market_unknown"
    MARKET_CLOSED = "market_closed"
    RESOLVES_SOON = "resolves_soon"
    RESOLVES_LATE = "resolves_late"
    LEADER_NOTIONAL = "leader_notional"
    LEADER_STALE = "leader_stale"
    LEADER_SAMPLE = "leader_sample"
    LEADER_SCORE = "leader_score"
    LEADER_RATIO = "leader_ratio"
    LEADER_SIZE = "leader_size"
    LEADER_EDGE = "leader_edge"
    LEADER_NOTIONAL_MAX = "leader_notional_max"
    FEE_DRAG = "fee_drag"
    PRICE_BAND = "price_band"
    NO_BOOK = "no_book"
    EXISTING_PRICE = "existing_price"
    PRICE_MOVED = "price_moved"
    ORDERS_HOUR = "orders_hour"
    ORDERS_DAY = "orders_day"
    ADD_ON = "add_on"
    ADD_ON_PRICE = "add_on_price"
    REPEAT = "repeat"
    CONFLICT = "conflict"
    CONSENSUS = "consensus"
    PRICE_FELL = "price_fell"
    SLIPPAGE = "slippage"
    SPREAD = "spread"
    DEPTH_TOP = "depth_top"
    DEPTH = "depth"
    POSITIONS_OPEN = "positions_open"
    CAP_PROBATION = "cap_probation"
    CAP_UNUSUAL_SIZE = "cap_unusual_size"
    CAP_TRADE = "cap_trade"
    CAP_MARKET = "cap_market"
    CAP_EVENT = "cap_event"
    CAP_GROUP = "cap_group"
    CAP_CATEGORY = "cap_category"
    CAP_LEADER = "cap_leader"
    CAP_TOTAL = "cap_total"
    CAP_DAY = "cap_day"
    CAP_RESERVE = "cap_reserve"
    BALANCE = "balance"
    BELOW_MINIMUM = "below_minimum"
    PUT_ASIDE = "put_aside"
    NOTHING_HELD = "nothing_held"
    EXIT_NOT_MIRRORED = "exit_not_mirrored"
    EXIT_UNDER_WAY = "exit_under_way"
    DAILY_LOSS = "daily_loss"
    WEEKLY_LOSS = "weekly_loss"
    DRAWDOWN = "drawdown"
    NO_BID = "no_bid"
    LEADER_DRAWDOWN = "leader_drawdown"
    LEADER_LOSSES = "leader_losses"
    RELATION_LOSS = "relation_loss"
    RELATION_PROFIT = "relation_profit"
    LOSS_GUARD = "loss_guard"
    COOL_DOWN = "cool_down"
    LEADER_LOCK = "leader_lock"
    EXIT_NOT_DUE = "exit_not_due"


class Check(msgspec.Struct, frozen=True, array_like=True):
    """One gate's answer: what it saw against its limit, in `unit`, and whether that passed.

    `seen` and `limit` are whole numbers in `unit` (`ms`, `bps`, `micros`, `count`) or words (`text`). None in `seen`
    means the gate could not see; it then refused, unless the settings allow that one unknown by name.
    """

    reason: Reason
    seen: int | str | None
    limit: int | str | None
    unit: str
    passed: bool
