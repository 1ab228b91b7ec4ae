"""Exits as plain data: how leaders' sales are followed, which exits are our own, and what a position is leaving by."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from copydesk.domain.ids import TimeMs
from copydesk.domain.money import NO_SHARES, NO_USDC, Price, Shares, Usdc


class MirrorStyle(StrEnum):
    """How much of ours is sold when the leader sells (E5)."""

    PROPORTIONAL = "proportional"
    """The share of our holding that the leader sold of theirs."""
    SAME_SHARES = "same_shares"
    """As many shares as the leader, at most what we hold."""
    FIXED = "fixed"
    """The same amount of dollars each time, at most what we hold."""
    ALL_OUT = "all_out"
    """Everything, at the leader's first sale."""
    NONE = "none"
    """Nothing: only our own exits close."""
    MANUAL = "manual"
    """Nothing, and no exit of our own either: only a person closes."""


IS_MIRRORED = frozenset({MirrorStyle.PROPORTIONAL, MirrorStyle.SAME_SHARES, MirrorStyle.FIXED, MirrorStyle.ALL_OUT})
"""The styles under which a leader's sale sells something of ours."""


class ExitCause(StrEnum):
    """What an exit that is no leader's trade was triggered by: something else the leader did, or a rule of our own."""

    LEADER_MERGED = "leader_merged"
    LEADER_CONVERTED = "leader_converted"
    LEADER_TRANSFERRED = "leader_transferred"
    LEADER_LEFT = "leader_left"
    """The venue shows that the leader holds less, and nothing we saw says how."""
    UNFILLED = "unfilled"
    """An earlier exit did not fill to the end: the rest is tried again."""
    TIME_EXIT = "time_exit"
    STOP_LOSS = "stop_loss"
    ADVERSE_MOVE = "adverse_move"
    TRAILING_STOP = "trailing_stop"
    HOLD_MAX = "hold_max"
    TAKE_PROFIT = "take_profit"


IS_OWN = frozenset(
    {
        ExitCause.UNFILLED,
        ExitCause.TIME_EXIT,
        ExitCause.STOP_LOSS,
        ExitCause.ADVERSE_MOVE,
        ExitCause.TRAILING_STOP,
        ExitCause.HOLD_MAX,
        ExitCause.TAKE_PROFIT,
    }
)
"""The causes that are rules of our own."""


class Exit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What triggered a signal that is no leader's trade.

    `peak` is the highest bid since the position was opened, as far as we saw; `step` counts the steps of the
    take-profit ladder from 1.
    """

    cause: ExitCause
    peak: Price | None = None
    step: int = 0

    @property
    def is_own(self) -> bool:
        """Whether a rule of our own triggered it."""
        return self.cause in IS_OWN


class ProfitStep(msgspec.Struct, frozen=True, array_like=True):
    """One step of the take-profit ladder: at this gain over our average cost, sell this part of what is left."""

    gain_bps: int
    part_bps: int


class Exits(msgspec.Struct, frozen=True, kw_only=True):
    """How positions are left; None switches an own exit off. `fixed` is what one sale of style FIXED sells.

    What did not fill is tried again `retries_max` times, the first time after `retry_after_ms`, then after twice as
    long each time.
    """

    mirror: MirrorStyle = MirrorStyle.PROPORTIONAL
    fixed: Usdc = NO_USDC
    take_profit: tuple[ProfitStep, ...] = ()
    stop_loss_bps: int | None = None
    trailing_bps: int | None = None
    adverse_bps: int | None = None
    adverse_within_ms: int = 0
    hold_max_ms: int | None = None
    before_end_ms: int | None = None
    retries_max: int = 0
    retry_after_ms: int = 1_000

    @property
    def has_own(self) -> bool:
        """Whether any own exit is on, retries apart."""
        return self.looks_at_prices or self.hold_max_ms is not None or self.before_end_ms is not None

    @property
    def looks_at_prices(self) -> bool:
        """Whether any own exit goes by the price."""
        stops = (self.stop_loss_bps, self.trailing_bps, self.adverse_bps)
        return bool(self.take_profit) or any(stop is not None for stop in stops)


class Leaving(msgspec.Struct, frozen=True, kw_only=True):
    """How far one position is on its way out.

    `selling` is in orders that may still be filled; `owed` is what exits meant to sell and did not. `tries` counts,
    by cause, the own exits that came to nothing, the last at `tried_at`. `steps` of the ladder are taken. `is_dust`
    says that what is left is below the venue's minimum.
    """

    opened_at: TimeMs
    bought_at: TimeMs
    selling: Shares = NO_SHARES
    owed: Shares = NO_SHARES
    tries: dict[ExitCause, int] = {}
    tried_at: TimeMs | None = None
    steps: int = 0
    is_dust: bool = False
