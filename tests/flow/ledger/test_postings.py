"""Double entry: every fact writes lines that sum to zero, and the lines say where the money went (I13, I15)."""

import pytest
from hypothesis import given

from copydesk.domain.errors import Broken
from copydesk.domain.events import Corrected, Deposited, Fact, FillBooked, OrderEnded, Posting, Settled
from copydesk.domain.order import Ending
from copydesk.flow.ledger.postings import imbalance, postings_of
from copydesk.flow.portfolio.booking import booking_of, settlement_of
from tests.builders import YES, price, shares, usdc
from tests.histories import Account, a_fill, a_sell, an_order, histories, one_of_each, planned


def books(fact: Fact) -> dict[str, int]:
    return {posting.book: posting.amount for posting in postings_of(fact)}


def a_bought_fill() -> FillBooked:
    buy = an_order()
    return booking_of(buy, buy.reserve, a_fill(buy, size="40", amount="16", fee="0.02"), None)


def test_a_deposit_frees_money() -> None:
    assert books(Deposited(amount=usdc(100), note="")) == {"free": 100_000_000, "deposits": -100_000_000}


def test_a_planned_order_sets_its_reserve_aside() -> None:
    assert books(planned(an_order())) == {"reserved": 20_500_000, "free": -20_500_000}


def test_a_planned_sell_writes_no_line() -> None:
    assert postings_of(planned(a_sell())) == ()


def test_a_bought_fill_moves_its_reserve_into_shares_and_fee() -> None:
    expected = {"reserved": -16_020_000, "deployed": 16_000_000, "fees": 20_000, "held": 40_000_000}
    assert books(a_bought_fill()) == expected | {"market": -40_000_000}


def test_what_a_fill_costs_beyond_its_reserve_comes_out_of_free() -> None:
    buy = an_order(reserve=usdc(10))
    fact = booking_of(buy, buy.reserve, a_fill(buy, size="40", amount="16"), None)
    assert books(fact)["free"] == -6_000_000


def test_a_sold_fill_splits_its_income_into_cost_and_profit() -> None:
    account = Account()
    account.deposit(1_000)
    buy, sell = an_order(), a_sell(2)
    account.trade(buy, a_fill(buy, size="40", amount="16"))
    account.add(planned(sell))
    fact = account.book(a_fill(sell, size="10", amount="5", fee="0.01"))
    expected = {"free": 4_990_000, "deployed": -4_000_000, "fees": 10_000, "realised": -1_000_000}
    assert books(fact) == expected | {"held": -10_000_000, "market": 10_000_000}


def test_an_ended_order_frees_what_is_left() -> None:
    fact = OrderEnded(order=an_order().id, ending=Ending.UNFILLED, released=usdc(3))
    assert books(fact) == {"free": 3_000_000, "reserved": -3_000_000}


def test_a_settlement_pays_out_and_gives_the_shares_back() -> None:
    account = Account()
    buy = an_order()
    account.trade(buy, a_fill(buy, size="40", amount="16"))
    (position,) = account.portfolio.positions.values()
    expected = {"free": 40_000_000, "deployed": -16_000_000, "realised": -24_000_000}
    assert books(settlement_of(position, price(1))) == expected | {"held": -40_000_000, "market": 40_000_000}


def test_shares_are_written_under_their_token() -> None:
    assets = {posting.asset for posting in postings_of(a_bought_fill())}
    assert assets == {"USDC", YES.id}


def test_a_correction_writes_what_it_says() -> None:
    lines = (("free", "USDC", 5), ("fees", "USDC", -5))
    assert postings_of(Corrected(entry=1, why="", postings=lines)) == (
        Posting("free", "USDC", 5),
        Posting("fees", "USDC", -5),
    )


def test_a_correction_that_does_not_balance_is_broken() -> None:
    """I15: also per asset, not only in total."""
    lines = (("free", "USDC", 5), ("held", "1001", -5))
    with pytest.raises(Broken, match="I15"):
        postings_of(Corrected(entry=1, why="", postings=lines))


@pytest.mark.parametrize("field", ["basis", "realised", "amount"])
def test_a_fill_that_does_not_add_up_is_broken(field: str) -> None:
    parts = {name: getattr(a_bought_fill(), name) for name in FillBooked.__struct_fields__}
    parts[field] += 1
    with pytest.raises(Broken, match="I15"):
        postings_of(FillBooked(**parts))


def test_a_settlement_that_does_not_add_up_is_broken() -> None:
    (settled,) = [fact for fact in one_of_each() if isinstance(fact, Settled)]
    parts = {name: getattr(settled, name) for name in Settled.__struct_fields__} | {"payout": settled.payout + usdc(1)}
    with pytest.raises(Broken, match="I15"):
        postings_of(Settled(**parts))


@given(histories())
def test_every_fact_sums_to_zero_per_asset(facts: list[Fact]) -> None:
    """I15."""
    for fact in facts:
        assert imbalance(postings_of(fact)) == {}


@given(histories())
def test_the_lines_of_a_fill_hold_the_shares_that_moved(facts: list[Fact]) -> None:
    for fact in facts:
        if isinstance(fact, FillBooked):
            held = [posting for posting in postings_of(fact) if posting.book == "held"]
            assert held == [Posting("held", fact.token, int(fact.shares))]
            assert fact.shares != shares(0)
