"""A `Stance`: what one leader bought of one token and has not sold again."""

from __future__ import annotations

from typing import NamedTuple

from copydesk.domain.ids import TimeMs
from copydesk.domain.money import Shares, Usdc


class Stance(NamedTuple):
    """Shares and what they cost the leader, when the first of them was bought, and when the last."""

    shares: Shares
    notional: Usdc
    since: TimeMs
    bought_at: TimeMs
