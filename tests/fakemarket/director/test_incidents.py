"""Incidents on demand: F36, F39 and F40 are trades and moves like any other."""

import pytest

from fakemarket.director.director import Director
from fakemarket.director.scenario import BUILT_IN
from fakemarket.world.clock import ManualClock
from fakemarket.world.exchange import Exchange, ExchangePlan

START_MS = 1_795_132_800_000


def directed(ms: int = 900_000) -> Director:
    director = Director(Exchange(ManualClock(START_MS), ExchangePlan(seed=7)), BUILT_IN["day"])
    director.start()
    advance(director, ms)
    return director


def advance(director: Director, ms: int) -> None:
    director.exchange.clock.advance(ms)


@pytest.mark.slow
def test_a_burst_is_many_trades_in_one_second_with_a_leader_among_them() -> None:
    """F36."""
    director = directed()
    before = len(director.exchange.history.fills)
    leaders_before = len(director.record.trades)
    director.exchange.faults.set("burst", events=500)
    advance(director, 1_000)
    matched = director.exchange.clock.now_ms()
    advance(director, 20_000)
    fills = director.exchange.history.fills[before:]
    in_the_second = [fill for fill in fills if matched - 1_000 <= fill.matched_ms <= matched]
    assert len(in_the_second) >= 1_000
    assert any(trade.matched_ms <= matched for trade in director.record.trades[leaders_before:])
    assert director.exchange.faults.active("burst") is None


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "row"), [("merge", "MERGE"), ("transfer", "TRANSFER_OUT"), ("split", "SPLIT")])
def test_a_leader_leaves_without_a_sale(kind: str, row: str) -> None:
    """F39."""
    director = directed()
    before = len(director.record.moves)
    director.exchange.faults.set("odd_exit", kind=kind, leader="Northwind")
    advance(director, 60_000)
    moved = [move for move in director.record.moves[before:] if move["leader"] == "Northwind"]
    assert row in {move["kind"] for move in moved}


@pytest.mark.slow
def test_a_dust_storm_is_small_and_on_both_sides() -> None:
    """F40."""
    director = directed()
    before = len(director.record.trades)
    director.exchange.faults.set("dust_storm", leader="quickhands", trades=12)
    advance(director, 30_000)
    dust = [
        trade for trade in director.record.trades[before:] if trade.leader == "quickhands" and trade.size < 2 * 10**7
    ]
    assert len(dust) >= 8
    assert len({trade.token for trade in dust}) >= 2


@pytest.mark.slow
def test_an_incident_happens_once_unless_a_count_is_named() -> None:
    director = directed()
    director.exchange.faults.set("dust_storm", count=2, trades=1)
    advance(director, 1_000)
    assert director.exchange.faults.active("dust_storm") is not None
    advance(director, 2_000)
    assert director.exchange.faults.active("dust_storm") is None
