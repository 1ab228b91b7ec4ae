"""The bankroll over time, in a bounded number of points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.money import NO_USDC, Usdc

if TYPE_CHECKING:
    from copydesk.domain.ids import TimeMs
    from copydesk.flow.pipeline import Pipeline

POINTS_MAX = 512


class Curve:
    """Points of (time, bankroll of all accounts at cost). When full, every second point but the first is dropped.

    The first point is what the accounts had when the run began, or what was first put into them.
    """

    def __init__(self) -> None:
        self.points: list[tuple[TimeMs, Usdc]] = []
        self._opening = NO_USDC

    def passed(self, pipeline: Pipeline) -> None:
        """Take a point."""
        portfolios = [desk.portfolio for desk in pipeline.desks.values()]
        bankroll = Usdc(sum(int(portfolio.bankroll) for portfolio in portfolios))
        if not pipeline.now:
            self._opening = bankroll
            return
        if not self.points:
            deposited = Usdc(sum(int(portfolio.deposited) for portfolio in portfolios))
            if not deposited:
                return
            self.points.append((pipeline.now, self._opening or deposited))
        elif self.points[-1][0] == pipeline.now:
            self.points.pop()
        self.points.append((pipeline.now, bankroll))
        if len(self.points) > POINTS_MAX:
            self.points = [*self.points[:1], *self.points[2::2]]
