"""Amounts that go by the leader's track record: dynamic, conviction and fractional Kelly (S0.24, S2.7, S3.25).

Of a leader whose sample is thin little can be told; the cap of probation bounds every one of these then (C22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.decision import SizingLine
from copydesk.domain.leader import SCORE_NEUTRAL, SIZES_LEAST
from copydesk.domain.limits import AmountMode
from copydesk.domain.money import BPS, MICROS, Price, share_of
from copydesk.flow.decide.probation import is_thin, probation_size

if TYPE_CHECKING:
    from copydesk.domain.leader import LeaderKnowledge
    from copydesk.domain.limits import Limits
    from copydesk.domain.signal import Signal
    from copydesk.flow.decide.snapshot import Snapshot

Lines = tuple[SizingLine, ...]
BPS_OF_A_DOLLAR = MICROS // BPS
WORTH_MOST = 990_000
"""No outcome is held to be more certain than this, whatever the leader's edge."""


def by_record(signal: Signal, snapshot: Snapshot, limits: Limits) -> Lines:
    """The first stake by the leader's track record."""
    if limits.amount.mode is AmountMode.DYNAMIC:
        return _dynamic(snapshot, limits)
    if limits.amount.mode is AmountMode.CONVICTION:
        return _conviction(signal, snapshot.leader, limits)
    return _kelly(signal, snapshot, limits)


def edge_left(signal: Signal, snapshot: Snapshot, known: LeaderKnowledge, limits: Limits) -> int:
    """How much more than our price an outcome is worth to us, in micro-dollars a share, or less if negative.

    Worth is the leader's price plus the leader's edge, which is capped; our price is the dearer of the leader's and
    the best ask. What the market has already taken of the edge is gone.
    """
    edge = min(known.edge_bps, limits.amount.kelly_edge_max_bps) * BPS_OF_A_DOLLAR
    return min(int(signal.price) + edge, WORTH_MOST) - int(_our_price(signal, snapshot))


def _dynamic(snapshot: Snapshot, limits: Limits) -> Lines:
    """Total exposure allowed, divided over the leaders followed by score (S0.24), then by the parts of one share.

    share = total * score / sum of the scores of all followed; a leader without results has the neutral score.
    """
    total = limits.caps.total_max or share_of(snapshot.bankroll, limits.caps.total_bps)
    score = SCORE_NEUTRAL if snapshot.leader is None else snapshot.leader.score_bps
    scores = max(snapshot.scores_followed, score) or 1
    leader = int(total) * score // scores
    return (
        SizingLine("exposure allowed", None, int(total)),
        SizingLine("one leader's share by score", None, leader, f"{score} of {scores} bps"),
        SizingLine("one stake of it", None, leader // limits.amount.parts, f"1 of {limits.amount.parts} parts"),
    )


def _conviction(signal: Signal, known: LeaderKnowledge | None, limits: Limits) -> Lines:
    """The fixed stake, times how large the leader's trade is against the leader's median buy, within bounds.

    With fewer than ten buys nothing is usual: the stake is taken as it is, and bounded by probation.
    """
    amount = limits.amount
    fixed = SizingLine("fixed stake", None, int(amount.fixed))
    if known is None or known.sizes < SIZES_LEAST or not known.size_usual:
        return (fixed, SizingLine("conviction", None, int(amount.fixed), "leader's usual size unknown"))
    multiple = int(signal.notional) * BPS // int(known.size_usual)
    within = min(max(multiple, amount.conviction_min_bps), amount.conviction_max_bps)
    stake = share_of(amount.fixed, within)
    return (fixed, SizingLine("conviction", None, int(stake), f"{within} bps; leader's trade is {multiple} of usual"))


def _kelly(signal: Signal, snapshot: Snapshot, limits: Limits) -> Lines:
    """Fractional Kelly: bankroll * (p - c) / (1 - c) * damping, rounded down, in whole micros.

    The share of a bankroll that makes it grow fastest when an outcome that pays 1 with probability p is bought at c
    (J. L. Kelly, A New Interpretation of Information Rate, 1956: with odds b = (1 - c) / c, (b * p - q) / b is this).
    p is the leader's price plus the leader's shrunk edge, capped (S2.7); c is our price. Full Kelly is for who knows p
    exactly; the damping of a quarter (S2.7) or a half (S3.25) is for who does not. A leader whose sample is thin gets
    the size of probation.
    """
    known = snapshot.leader
    if known is None or is_thin(known, limits):
        size = probation_size(snapshot, limits)
        return (SizingLine("probation: too few results for an edge", None, int(size)),)
    left = edge_left(signal, snapshot, known, limits)
    if left <= 0:
        return (SizingLine("no edge left at our price", None, 0, f"edge {known.edge_bps} bps"),)
    risked = MICROS - int(_our_price(signal, snapshot))
    damping = limits.amount.kelly_damping_bps
    full = int(snapshot.bankroll) * left // risked
    damped = int(snapshot.bankroll) * left * damping // (risked * BPS)
    return (
        SizingLine("full Kelly", None, full, f"{left} of {risked} millionths, edge {known.edge_bps} bps"),
        SizingLine("damped", None, damped, f"{damping} bps"),
    )


def _our_price(signal: Signal, snapshot: Snapshot) -> Price:
    book = snapshot.book
    return max(signal.price, book.asks[0].price) if book is not None and book.asks else signal.price
