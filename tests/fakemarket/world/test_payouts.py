"""What comes back at midnight: rebates of makers and takers, builders' cuts, yields; and no micro too many."""

import pytest

from fakemarket.world.accounts import Account
from fakemarket.world.builders import Builder
from fakemarket.world.money import ONE
from fakemarket.world.payouts import DAY_MS, taker_bps
from fakemarket.world.tokens import MarketPlan
from fakemarket.world.trades import ActivityRow
from tests.fakemarket.town import Town

CODE = "0x" + "b1" * 32


def midnight(town: Town) -> None:
    town.clock.advance(DAY_MS - town.clock.now_ms() % DAY_MS)


def paid(town: Town, who: Account, kind: str) -> list[ActivityRow]:
    return [row for row in town.exchange.history.activity_of(who.wallet) if row.kind == kind]


def whole(town: Town) -> bool:
    cash = sum(account.cash for account in town.exchange.accounts.all())
    vault = town.exchange.vault
    return cash + vault.total() + vault.fees == vault.brought


def test_a_maker_gets_his_share_of_the_fees_back_at_midnight() -> None:
    """1,000 shares at 0.5 in a weather market: 1,000 × 0.05 × 0.25 = 12.5 pUSD of fees, a quarter of them rebated."""
    town = Town()
    town.trade(cents=50, shares=1_000)
    assert paid(town, town.ann, "MAKER_REBATE") == []
    midnight(town)
    [row] = paid(town, town.ann, "MAKER_REBATE")
    assert (row.cash, row.condition, row.token, row.outcome_index) == (3_125_000, "", "", 999)
    assert paid(town, town.bob, "MAKER_REBATE") == []
    assert whole(town)
    midnight(town)
    assert len(paid(town, town.ann, "MAKER_REBATE")) == 1


def test_makers_of_one_trade_share_by_their_shares() -> None:
    town = Town()
    town.quote(town.ann, "SELL", 50, 750)
    town.quote(town.cat, "SELL", 50, 250)
    town.quote(town.bob, "BUY", 50, 1_000)
    town.settle()
    town.trade(shares=200)
    midnight(town)
    assert [row.cash for row in paid(town, town.ann, "MAKER_REBATE")] == [2_343_750 + 625_000]
    assert paid(town, town.cat, "MAKER_REBATE") == []  # 78 cents wait for more


def test_a_taker_gets_back_by_the_volume_of_thirty_days() -> None:
    town = Town()
    for _ in range(5):
        town.trade(cents=50, shares=900, buyer=town.bob)
        town.exchange.split(town.ann.wallet, town.market.condition, 900 * ONE)
    midnight(town)
    [row] = paid(town, town.bob, "TAKER_REBATE")
    assert row.cash == 5 * 11_250_000 * taker_bps(5 * 450 * ONE) // 10_000
    assert whole(town)


@pytest.mark.parametrize(("volume", "bps"), [(0, 0), (1_999, 0), (2_000, 300), (9_999_999, 3_500), (10**8, 5_000)])
def test_the_ends_of_the_takers_table_are_the_documented_ones(volume: int, bps: int) -> None:
    assert taker_bps(volume * ONE) == bps


def test_what_a_reorganisation_took_back_earns_nothing() -> None:
    """F43."""
    town = Town()
    town.exchange.faults.set("reorg", count=1)
    town.trade(cents=50, shares=1_000)
    midnight(town)
    assert [row.cash for row in paid(town, town.ann, "MAKER_REBATE")] == [3_125_000]


def test_a_builder_is_paid_what_his_code_cost() -> None:
    """The fee is on top of the venue's: 500 pUSD at 100 bps."""
    town = Town(plan=MarketPlan(question="Will it snow?"))
    town.exchange.builders.add(Builder(code=CODE, maker_bps=50, taker_bps=100, wallet=town.cat.wallet))
    resting = town.quote(town.ann, "SELL", 50, 1_000)
    order = town.exchange.order(resting.order_id)
    assert order is not None
    order.builder = CODE
    before = (town.ann.cash, town.bob.cash)
    town.quote(town.bob, "BUY", 50, 1_000)
    town.settle()
    assert (town.ann.cash - before[0], before[1] - town.bob.cash) == (497_500_000, 500_000_000)
    assert town.exchange.history.fills_of(town.ann.wallet)[-1].fee == 2_500_000
    midnight(town)
    assert [row.cash for row in paid(town, town.cat, "REWARD")] == [2_500_000]
    assert whole(town)


def test_a_builder_may_not_take_more_than_the_venue_allows() -> None:
    with pytest.raises(ValueError, match="50 bps of makers"):
        Town().exchange.builders.add(Builder(code=CODE, maker_bps=51))


def test_what_is_held_in_politics_yields_four_per_cent_a_year() -> None:
    town = Town(plan=MarketPlan(question="Will she win?", category="politics"))
    town.trade(cents=50, shares=10)
    for _ in range(10):
        midnight(town)
    [row, *_] = paid(town, town.bob, "YIELD")
    a_day = 1_000 * ONE * 400 // (10_000 * 365)  # a thousand of each outcome, together worth a thousand
    assert row.cash >= ONE
    assert abs(sum(one.cash for one in paid(town, town.bob, "YIELD")) - 10 * a_day) < ONE
    assert whole(town)
