"""The track record of what an account copied of one leader, as the stops of that leader look at it."""

from __future__ import annotations

import msgspec

from copydesk.domain.ids import TimeMs
from copydesk.domain.money import NO_USDC, Usdc

RESULTS_KEPT = 65
"""So many results of one leader are kept: one more than a stop may look back on."""


class Result(msgspec.Struct, frozen=True, array_like=True):
    """A position came to its end: when, and what all positions until then had come to, fees included."""

    at: TimeMs
    total: Usdc


class LeaderRecord(msgspec.Struct, frozen=True, kw_only=True):
    """How copies of one leader have done since they began, or since the leader was last restored.

    `profit` is net of fees and moves with every fill; `highest`, `lowest` and `fallen` (the deepest fall from the
    highest) are the extremes it had, so that winning back lifts no stop. `staked` is the most that was at stake at
    once. A loss in a row is a position that ended below what it cost; `losses_most` is the longest row.
    """

    profit: Usdc = NO_USDC
    highest: Usdc = NO_USDC
    lowest: Usdc = NO_USDC
    fallen: Usdc = NO_USDC
    staked: Usdc = NO_USDC
    losses: int = 0
    losses_most: int = 0
    lost_at: TimeMs | None = None
    results: tuple[Result, ...] = (Result(TimeMs(0), NO_USDC),)

    def after_earning(self, net: Usdc) -> LeaderRecord:
        """The record after `net` more profit, negative for a loss or a fee."""
        profit = self.profit + net
        highest = max(self.highest, profit)
        return msgspec.structs.replace(
            self,
            profit=profit,
            highest=highest,
            lowest=min(self.lowest, profit),
            fallen=max(self.fallen, highest - profit),
        )

    def after_result(self, net: Usdc, at: TimeMs) -> LeaderRecord:
        """The record after a position ended with `net`."""
        is_loss = net < NO_USDC
        losses = self.losses + 1 if is_loss else 0
        results = (*self.results, Result(at, self.results[-1].total + net))
        return msgspec.structs.replace(
            self,
            losses=losses,
            losses_most=max(self.losses_most, losses),
            lost_at=at if is_loss else self.lost_at,
            results=results[-RESULTS_KEPT:],
        )


NOTHING_COPIED = LeaderRecord()
