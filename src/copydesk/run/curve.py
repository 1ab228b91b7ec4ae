"""The bankroll over time, in a bounded number of points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.money import Usdc

if TYPE_CHECKING:
    from copydesk.domain.ids import TimeMs
    from copydesk.flow.pipeline import Pipeline

POINTS_MAX = 512


class Curve:
    """Points of (time, bankroll of all accounts at cost). When full, every second point is dropped."""

    def __init__(self) -> None:
        self.points: list[tuple[TimeMs, Usdc]] = []

    def passed(self, pipeline: Pipeline) -> None:
        """Take a point."""
        bankroll = Usdc(sum(int(desk.portfolio.bankroll) for desk in pipeline.desks.values()))
        if not pipeline.now or not any(desk.portfolio.deposited for desk in pipeline.desks.values()):
            return
        if self.points and self.points[-1][0] == pipeline.now:
            self.points[-1] = (pipeline.now, bankroll)
            return
        self.points.append((pipeline.now, bankroll))
        if len(self.points) > POINTS_MAX:
            self.points = self.points[::2]
