"""The figures of a track record, from running sums, in whole numbers; docs/scoring.md says why these."""

from __future__ import annotations

from math import isqrt
from typing import NamedTuple

from copydesk.domain.leader import SCORE_NEUTRAL
from copydesk.domain.money import BPS

WINDOW_DAYS = 90
PRIOR_TRADES = 30
"""So many made-up trades that earned nothing stand beside the real ones: a short record says little (C22)."""
PRIOR_SPREAD_BPS = 10_000
"""The spread of their returns: all or nothing, as of a fair coin bought at 0.50."""
RETURN_MAX_BPS = 30_000
"""One lucky long shot counts as this return at most."""
RATIO_MAX_BPS = 100_000
RATIO_FULL_BPS, RETURN_FULL_BPS, EDGE_FULL_BPS = 20_000, 1_000, 1_000
"""Ratio, return and edge that give their whole part of the score."""


class Closed(NamedTuple):
    """One trade with a result: when it was known, the return on its cost, and the profit a share, in basis points."""

    at: int
    return_bps: int
    edge_bps: int
    won: bool


class Sums(NamedTuple):
    """What the closed trades of the window add up to."""

    trades: int = 0
    won: int = 0
    returns: int = 0
    squares: int = 0
    edges: int = 0

    def with_(self, closed: Closed, sign: int) -> Sums:
        """One trade more (`sign` 1) or less (`sign` -1)."""
        gained = closed.return_bps
        return Sums(
            self.trades + sign,
            self.won + sign * closed.won,
            self.returns + sign * gained,
            self.squares + sign * gained * gained,
            self.edges + sign * closed.edge_bps,
        )


NOTHING = Sums()


class Figures(NamedTuple):
    """How good a record is, in basis points, each shrunk towards nothing known."""

    win_bps: int
    return_bps: int
    edge_bps: int
    ratio_bps: int
    score_bps: int


def closed_trade(at: int, cost: int, got: int, shares: int) -> Closed:
    """The trade that bought `shares` for `cost` and got `got` for them; quotients are rounded down."""
    profit = got - cost
    gained = profit * BPS // cost if cost else 0
    return Closed(at, min(gained, RETURN_MAX_BPS), profit * BPS // shares, profit > 0)


def figures_of(sums: Sums) -> Figures:
    """The figures of a window.

    n trades with a result, K prior ones, returns r, profits a share e; every quotient rounded down:
    win = (won + K/2) / (n + K); return m = sum(r) / (n + K); edge = sum(e) / (n + K);
    spread s = sqrt((sum(r^2) + K * 100 %^2) / (n + K) - m^2); ratio = m / s * sqrt(n * 365 / 90);
    score = 0.50 + 0.50 * (0.4 * ratio / 2.0 + 0.3 * m / 10 % + 0.3 * edge / 0.10), each part within +-1.
    """
    weight = sums.trades + PRIOR_TRADES
    win = (sums.won * BPS + PRIOR_TRADES * BPS // 2) // weight
    mean, edge = sums.returns // weight, sums.edges // weight
    variance = (sums.squares + PRIOR_TRADES * PRIOR_SPREAD_BPS**2) // weight - mean * mean
    a_year = isqrt(sums.trades * 365 * BPS // WINDOW_DAYS)
    ratio = mean * a_year * 100 // isqrt(variance)
    ratio = min(max(ratio, -RATIO_MAX_BPS), RATIO_MAX_BPS)
    parts = (
        40 * _part(ratio, RATIO_FULL_BPS) + 30 * _part(mean, RETURN_FULL_BPS) + 30 * _part(edge, EDGE_FULL_BPS)
    ) // 100
    return Figures(win, mean, edge, ratio, SCORE_NEUTRAL + parts)


def _part(figure: int, full: int) -> int:
    """A figure as a part of the score, from -5,000 to 5,000."""
    return min(max(figure * SCORE_NEUTRAL // full, -SCORE_NEUTRAL), SCORE_NEUTRAL)
