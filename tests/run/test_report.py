"""The report: marks you could sell at, money as text, counts that add up."""

from __future__ import annotations

from pathlib import Path

import pytest

from copydesk.domain.book import Book, Level
from copydesk.domain.money import Price
from copydesk.domain.position import Position
from copydesk.run.curve import POINTS_MAX, Curve
from copydesk.run.report import Surroundings, dollars, mark, report_of
from tests.builders import LEADER, MARKET, NOON, YES, a_book, price, shares, usdc
from tests.run.test_replay import a_story, replayed


def a_position(held: str) -> Position:
    """Some Yes, bought at 40 cents."""
    return Position(
        leader=LEADER, token=YES.id, market=MARKET, category="weather", outcome="Yes", title="Will it rain?",
        shares=shares(held), basis=usdc(4), realised=usdc(0), fees=usdc(0), fills=1,
    )  # fmt: skip


def a_ladder(*bids: tuple[str, int]) -> Book:
    """Bids from the best down."""
    levels = tuple(Level(price(at), shares(size)) for at, size in bids)
    return Book(token=YES.id, at=NOON, bids=levels, asks=(), origin="recorded")


def test_a_position_is_marked_at_the_bids_it_would_be_sold_into() -> None:
    """Honest figures: walked for our size, not the best bid for all of it."""
    assert mark(a_position("10"), a_ladder(("0.39", 5), ("0.35", 50))) == price("0.37")


def test_a_position_the_bids_do_not_take_is_not_marked() -> None:
    """C23: unmarked is said, not guessed."""
    assert mark(a_position("10"), a_ladder(("0.39", 5))) is None
    assert mark(a_position("10"), a_book(bid=None)) is None
    assert mark(a_position("10"), None) is None


@pytest.mark.parametrize(
    ("amount", "text"), [("0", "0.000000"), ("-0.000001", "-0.000001"), ("1234.5", "1234.500000"), ("-7", "-7.000000")]
)
def test_money_is_written_with_six_decimals(amount: str, text: str) -> None:
    """Decimal text on every wire: no float holds money."""
    assert dollars(usdc(amount)) == text


def test_a_report_adds_up(tmp_path: Path) -> None:
    """I13, I20: rows, decisions and money."""
    finished = replayed(tmp_path, a_story())
    report = report_of(finished, Surroundings(ledger_file=None, wall_ms=0, curve=()))
    assert report.rows_read == report.events + report.duplicates + sum(report.rows_refused.values())
    assert report.decisions == report.copied + sum(report.skipped.values()) + report.expired
    assert sum(report.orders.values()) == report.copied
    portfolio = finished.pipeline.desks[next(iter(finished.pipeline.desks))].portfolio
    assert report.equity == dollars(portfolio.bankroll + usdc(report.unrealised))
    assert usdc(report.realised) == portfolio.realised - portfolio.fees


def test_a_curve_has_a_bounded_number_of_points(tmp_path: Path) -> None:
    """I26: a long run is drawn with fewer points, not with more memory."""
    pipeline = replayed(tmp_path, a_story()).pipeline
    curve = Curve()
    for step in range(POINTS_MAX * 4):
        pipeline.now = type(pipeline.now)(NOON + step)
        curve.passed(pipeline)
    assert POINTS_MAX // 2 <= len(curve.points) <= POINTS_MAX
    assert [at for at, _ in curve.points] == sorted(at for at, _ in curve.points)


def test_a_price_is_never_marked_above_the_best_bid() -> None:
    """Honest figures."""
    marked = mark(a_position("3"), a_ladder(("0.39", 1), ("0.38", 1), ("0.01", 9)))
    assert marked is not None
    assert marked < Price(390_000)
