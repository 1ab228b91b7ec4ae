"""From the caps as settings to the plain data that decisions compare with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.limits import Caps, CorrelatedGroup
from copydesk.domain.topic import plain_words
from copydesk.settings.micros import maybe_usdc, usdc

if TYPE_CHECKING:
    from copydesk.settings.cap_settings import CapSettings, GroupSettings


def cap_limits(caps: CapSettings) -> Caps:
    """The caps of one relation."""
    return Caps(
        trade_min=usdc(caps.trade_min_usdc),
        trade_max=maybe_usdc(caps.trade_max_usdc),
        trade_bps=caps.trade_bps,
        market_max=maybe_usdc(caps.market_max_usdc),
        market_bps=caps.market_bps,
        leader_bps=caps.leader_bps,
        total_max=maybe_usdc(caps.total_max_usdc),
        total_bps=caps.total_bps,
        reserve_bps=caps.reserve_bps,
        event_max=maybe_usdc(caps.event_max_usdc),
        event_bps=caps.event_bps,
        category_bps=caps.category_bps,
        day_max=maybe_usdc(caps.day_max_usdc),
        day_bps=caps.day_bps,
        groups=tuple(_group(group) for group in caps.groups),
    )


def _group(group: GroupSettings) -> CorrelatedGroup:
    words = tuple(plain_words((word,)) for word in group.words)
    return CorrelatedGroup(name=group.name, words=words, most=maybe_usdc(group.max_usdc), bps=group.bps)
