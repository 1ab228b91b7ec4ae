"""Exits as plain data: how leaders' sales are followed, which exits are our own, and what a position is leaving by."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from copydesk.domain.ids import TimeMs
from copydesk.domain.money import NO_SHARES, NO_USDC, Shares, Usdc


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


class Exit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What triggered a signal that is no leader's trade."""

    cause: ExitCause


class Exits(msgspec.Struct, frozen=True, kw_only=True):
    """How positions are left. `fixed` is what one sale of style FIXED sells."""

    mirror: MirrorStyle = MirrorStyle.PROPORTIONAL
    fixed: Usdc = NO_USDC


class Leaving(msgspec.Struct, frozen=True, kw_only=True):
    """How far one position is on its way out: `selling` is in orders that may still be filled."""

    opened_at: TimeMs
    bought_at: TimeMs
    selling: Shares = NO_SHARES
