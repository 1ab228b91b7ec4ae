"""An inverse relation takes the other side of its leader's trades: as many shares of the other outcome (E7)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.domain.decision import Approved, Skipped
from copydesk.domain.events import DecisionMade
from copydesk.domain.ids import TokenId, Wallet
from copydesk.domain.money import Shares, Usdc
from copydesk.domain.position import Position
from copydesk.domain.refusal import Reason
from copydesk.domain.trade import LeaderTrade, Side, Token
from copydesk.flow.decide.decision import decide
from copydesk.flow.decide.gates import EXIT_GATES, ask
from copydesk.flow.decide.inverse import turned
from copydesk.run.redecide import OTHER_OUTCOME, Span, Today, agree
from tests import worlds
from tests.builders import (
    LEADER,
    NO,
    YES,
    a_market,
    a_relation,
    a_signal,
    a_snapshot,
    a_trade,
    price,
    shares,
    some_limits,
    usdc,
)

TWO = ((YES.id, "Yes"), (NO.id, "No"))
EASY: dict[str, Any] = {"age_max_ms": 60_000, "depth_min": usdc(1), "spread_max": None, "price_moved_max_bps": None}


def test_a_buy_becomes_a_buy_of_the_other_outcome() -> None:
    """E7: 100 Yes at 40 cents is bet against with 100 No at 60; what the leader did is still on the signal."""
    signal = a_signal(size=100, price="0.40")
    other = turned(signal, a_market(outcomes=TWO), {})
    assert (other.token, other.side, other.shares, other.notional) == (NO, Side.BUY, shares(100), usdc(60))
    assert (other.leader_token, other.leader_notional, other.leader_price) == (YES, usdc(40), price("0.40"))
    assert other.id != signal.id
    assert other.actions == signal.actions


@given(st.integers(1, 10**9), st.integers(1, 999_999))
def test_turned_twice_is_as_before(size: int, at: int) -> None:
    """What both sides pay together is a dollar a share."""
    market = a_market(outcomes=TWO)
    signal = msgspec.structs.replace(a_signal(), shares=Shares(size), notional=Usdc(size * at // 1_000_000))
    once = turned(signal, market, {})
    again = turned(once, market, {})
    assert int(once.notional) + int(signal.notional) == size
    assert (again.token, again.notional) == (signal.token, signal.notional)


@pytest.mark.parametrize(
    "outcomes", [(), (TWO[0],), (*TWO, (TokenId("1003"), "Draw")), ((TokenId("7"), "a"), (TokenId("8"), "b"))]
)
def test_where_the_opposite_is_not_known_an_entry_is_refused(outcomes: tuple[tuple[TokenId, str], ...]) -> None:
    """A market of one, three or quite other outcomes has no opposite; nothing is bought by guess."""
    signal = a_signal()
    assert turned(signal, a_market(outcomes=outcomes), {}) is signal
    checks = ask(EXIT_GATES, signal, a_snapshot(held=shares(10)), some_limits(is_inverse=True))
    assert (checks[-1].reason, checks[-1].passed) == (Reason.OPPOSITE_UNKNOWN, False)


def a_position(token: Token, size: int) -> Position:
    return Position(
        leader=LEADER,
        token=token.id,
        market=token.market,
        category="weather",
        outcome=token.outcome,
        title=token.title,
        shares=shares(size),
        basis=usdc(size),
        realised=usdc(0),
        fees=usdc(0),
        fills=1,
    )


def test_an_exit_finds_what_is_held_where_the_market_is_not_known() -> None:
    """K6: we bought No because of this leader, so the leader's sale of Yes sells No."""
    sale = a_signal(side=Side.SELL)
    held = {(LEADER, YES.id): a_position(YES, 5), (LEADER, NO.id): a_position(NO, 5)}
    assert turned(sale, a_market(), held).token.id == NO.id
    assert turned(sale, a_market(), {(LEADER, NO.id): a_position(NO, 0)}) is sale
    assert turned(a_signal(), a_market(), held).token == YES


# --- the whole way ---------------------------------------------------------------------------------------------------


OTHERS = Wallet("0x" + "2f" * 20)


def printed(token: Token, at: str, at_s: int, number: int) -> LeaderTrade:
    """Somebody else's trade, from which a book is made."""
    return a_trade(token=token, price=at, size=5_000, leader=OTHERS, at_s=at_s, tx=f"0x{number:064x}")


def history() -> list[LeaderTrade]:
    """The leader buys Yes and later sells half of it; others trade both."""
    return [
        printed(NO, "0.60", -5, 1),
        a_trade(size=500, tx=f"0x{2:064x}"),
        printed(NO, "0.60", 10, 3),
        printed(NO, "0.62", 600, 4),
        a_trade(size=250, tx=f"0x{5:064x}", side=Side.SELL, at_s=605),
        printed(NO, "0.62", 615, 6),
    ]


def test_an_inverse_relation_buys_and_sells_the_other_outcome(tmp_path: Path) -> None:
    """E7: the buy of Yes is copied as a buy of No, and half of it is sold when the leader sells half."""
    store = worlds.a_store(tmp_path)
    relation = a_relation(leader=LEADER, is_inverse=True, **EASY)
    finished = worlds.run(store, history(), relations=(relation,))
    made = [entry.fact.decision for _, entry in store.entries() if isinstance(entry.fact, DecisionMade)]
    assert [type(each) for each in made] == [Approved, Approved]
    assert {(each.signal.token, each.signal.opposite_of) for each in made} == {(NO, YES)}
    bought, sold = (each for each in made if isinstance(each, Approved))
    assert int(sold.shares) == pytest.approx(int(bought.shares) // 2, rel=0.01)
    (position,) = finished.pipeline.desks[relation.account].portfolio.positions.values()
    assert position.token == NO.id
    assert agree(store, Today((relation,), is_halted=False), Span(None, None)).identical == 2


def test_a_decision_of_the_other_outcome_cannot_be_made_again_the_other_way_round(tmp_path: Path) -> None:
    """What is on record is the book of No; what Yes would have cost nobody knows."""
    store = worlds.a_store(tmp_path)
    worlds.run(store, history(), relations=(a_relation(leader=LEADER, is_inverse=True, **EASY),))
    straight = a_relation(leader=LEADER, **EASY)
    agreement = agree(store, Today((straight,), is_halted=False), Span(None, None))
    assert agreement.missing == {OTHER_OUTCOME: 2}
    assert agreement.is_unchanged


def test_a_refusal_for_the_opposite_is_made_again_as_it_was() -> None:
    relation = a_relation(is_inverse=True)
    refused = decide(a_signal(), a_snapshot(), relation)
    assert isinstance(refused, Skipped)
    assert refused.reason is Reason.OPPOSITE_UNKNOWN
