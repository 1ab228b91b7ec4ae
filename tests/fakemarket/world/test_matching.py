"""Orders meet at the best price first, then the oldest; straight trades, mints and merges keep every cent and token."""

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakemarket.world.accounts import AccountPlan
from fakemarket.world.clock import ManualClock
from fakemarket.world.exchange import Exchange, ExchangePlan
from fakemarket.world.money import ONE, FeeSchedule
from fakemarket.world.orders import OrderType, Refused, Side
from fakemarket.world.tokens import EventPlan, Market, MarketPlan

CENT = 10_000
SHARE = ONE
SIDES: tuple[Side, ...] = ("BUY", "SELL")
TYPES: dict[str, OrderType] = {"GTC": "GTC", "FAK": "FAK", "FOK": "FOK"}
START_MS = 1_795_000_000_000


@dataclass(slots=True)
class Scene:
    """One market and some wallets with cash and tokens."""

    exchange: Exchange
    clock: ManualClock
    market: Market
    wallets: list[str]

    @property
    def yes(self) -> str:
        return self.market.tokens[0]

    @property
    def no(self) -> str:
        return self.market.tokens[1]


def a_scene(*, fees: FeeSchedule | None = None, makers_max: int = 20, wallets: int = 4) -> Scene:
    clock = ManualClock(START_MS)
    exchange = Exchange(clock, ExchangePlan(makers_max=makers_max))
    event = exchange.add_event(EventPlan(title="Rain?", markets=(MarketPlan(question="Rain?", fees=fees),)))
    market = exchange.catalog.markets[event.conditions[0]]
    plans = [AccountPlan(pusd=2_000 * ONE, signature_type=number % 4) for number in range(wallets)]
    opened = [exchange.open_account(plan).wallet for plan in plans]
    for wallet in opened:
        exchange.split(wallet, market.condition, 1_000 * SHARE)
    return Scene(exchange, clock, market, opened)


def assert_conserved(scene: Scene) -> None:
    exchange, market = scene.exchange, scene.market
    accounts = exchange.accounts.all()
    cash = sum(account.cash for account in accounts)
    assert cash + exchange.vault.total() + exchange.vault.fees == exchange.vault.brought
    for token in market.tokens:
        assert sum(account.balance(token) for account in accounts) == exchange.vault.pots[market.backing]
    assert all(account.cash >= 0 and min(account.tokens.values()) >= 0 for account in accounts)


def assert_reserves_add_up(scene: Scene) -> None:
    for account in scene.exchange.accounts.all():
        wanted: dict[str, int] = {}
        for order in scene.exchange.open_orders(account.wallet):
            asset = "" if order.side == "BUY" else order.token
            bound = -(-order.remaining * order.price // ONE) if order.side == "BUY" else order.remaining
            wanted[asset] = wanted.get(asset, 0) + bound
        assert {asset: amount for asset, amount in account.reserved.items() if amount} == wanted


def test_the_best_price_is_met_first_and_then_the_oldest_order() -> None:
    scene = a_scene()
    exchange, (first, second, third, taker) = scene.exchange, scene.wallets
    late_but_better = exchange.quote(third, scene.yes, "SELL", 40 * CENT, 10 * SHARE)
    oldest = exchange.quote(first, scene.yes, "SELL", 41 * CENT, 10 * SHARE)
    younger = exchange.quote(second, scene.yes, "SELL", 41 * CENT, 10 * SHARE)
    placed = exchange.quote(taker, scene.yes, "BUY", 41 * CENT, 25 * SHARE)
    makers = exchange.history.trades[placed.trade_ids[0]].makers
    assert [maker.order_id for maker in makers] == [late_but_better.order_id, oldest.order_id, younger.order_id]
    assert [maker.size for maker in makers] == [10 * SHARE, 10 * SHARE, 5 * SHARE]
    assert placed.making == 4_000_000 + 4_100_000 + 2_050_000


def test_a_no_buyer_mints_with_a_yes_buyer_at_prices_that_add_up_to_one() -> None:
    scene = a_scene()
    maker, taker = scene.wallets[:2]
    scene.exchange.quote(maker, scene.no, "BUY", 60 * CENT, 10 * SHARE)
    placed = scene.exchange.quote(taker, scene.yes, "BUY", 45 * CENT, 10 * SHARE)
    trade = scene.exchange.history.trades[placed.trade_ids[0]]
    assert trade.fill_kinds == ("mint",)
    assert (trade.cash, trade.makers[0].cash) == (4_000_000, 6_000_000)
    scene.clock.advance(60_000)
    assert_conserved(scene)
    assert scene.exchange.vault.pots[scene.market.backing] == 4_010 * SHARE


def test_two_sellers_of_opposite_tokens_merge_and_empty_the_pot() -> None:
    scene = a_scene()
    maker, taker = scene.wallets[:2]
    scene.exchange.quote(maker, scene.no, "SELL", 55 * CENT, 7 * SHARE)
    placed = scene.exchange.quote(taker, scene.yes, "SELL", 45 * CENT, 7 * SHARE)
    trade = scene.exchange.history.trades[placed.trade_ids[0]]
    assert trade.fill_kinds == ("merge",)
    scene.clock.advance(60_000)
    assert_conserved(scene)
    assert scene.exchange.vault.pots[scene.market.backing] == 3_993 * SHARE


def test_one_taker_can_meet_a_seller_and_a_minter_in_one_match() -> None:
    scene = a_scene()
    seller, minter, taker = scene.wallets[:3]
    scene.exchange.quote(seller, scene.yes, "SELL", 41 * CENT, 5 * SHARE)
    scene.exchange.quote(minter, scene.no, "BUY", 60 * CENT, 5 * SHARE)
    placed = scene.exchange.quote(taker, scene.yes, "BUY", 41 * CENT, 10 * SHARE)
    trade = scene.exchange.history.trades[placed.trade_ids[0]]
    assert trade.fill_kinds == ("mint", "complementary")
    assert trade.cash == 2_000_000 + 2_050_000


def test_a_sweep_of_many_makers_settles_in_several_trades() -> None:
    scene = a_scene(makers_max=2)
    for wallet in scene.wallets[:3]:
        scene.exchange.quote(wallet, scene.yes, "SELL", 30 * CENT, 5 * SHARE)
    placed = scene.exchange.quote(scene.wallets[3], scene.yes, "BUY", 30 * CENT, 15 * SHARE)
    trades = [scene.exchange.history.trades[trade_id] for trade_id in placed.trade_ids]
    assert [(trade.bucket_index, len(trade.makers)) for trade in trades] == [(0, 2), (1, 1)]


def test_a_market_buy_spends_its_money_and_gets_more_shares_at_a_better_price() -> None:
    scene = a_scene()
    seller, taker = scene.wallets[:2]
    scene.exchange.quote(seller, scene.yes, "SELL", 40 * CENT, 100 * SHARE)
    placed = scene.exchange.spend(taker, scene.yes, 50 * CENT, 10 * ONE)
    assert placed.making == 10 * ONE
    assert placed.taking == 25 * SHARE


def test_a_fill_or_kill_order_leaves_no_trace_when_the_book_is_too_thin() -> None:
    scene = a_scene()
    seller, taker = scene.wallets[:2]
    scene.exchange.quote(seller, scene.yes, "SELL", 40 * CENT, 5 * SHARE)
    before = scene.exchange.book(scene.yes)
    with pytest.raises(Refused) as refusal:
        scene.exchange.spend(taker, scene.yes, 50 * CENT, 10 * ONE, "FOK")
    assert refusal.value.error == "order couldn't be fully filled. FOK orders are fully filled or killed."
    assert scene.exchange.book(scene.yes) == before
    assert scene.exchange.available(taker) == 1_000 * ONE


def test_both_tokens_show_one_book() -> None:
    scene = a_scene()
    scene.exchange.quote(scene.wallets[0], scene.yes, "BUY", 40 * CENT, 10 * SHARE)
    scene.exchange.quote(scene.wallets[1], scene.no, "BUY", 55 * CENT, 20 * SHARE)
    yes, no = scene.exchange.book(scene.yes), scene.exchange.book(scene.no)
    assert (yes.best_bid, yes.best_ask) == (40 * CENT, 45 * CENT)
    assert (no.best_bid, no.best_ask) == (55 * CENT, 60 * CENT)
    assert no.asks[0].size == 10 * SHARE


def test_the_taker_alone_pays_the_fee_and_it_leaves_his_cash() -> None:
    scene = a_scene(fees=FeeSchedule(rate_bps=700))
    seller, taker = scene.wallets[:2]
    scene.exchange.quote(seller, scene.yes, "SELL", 50 * CENT, 100 * SHARE)
    scene.exchange.quote(taker, scene.yes, "BUY", 50 * CENT, 100 * SHARE)
    scene.clock.advance(60_000)
    assert scene.exchange.vault.fees == 1_750_000
    accounts = scene.exchange.accounts
    cash = [account.cash for wallet in (taker, seller) if (account := accounts.by_wallet(wallet))]
    assert cash == [1_000 * ONE - 50 * ONE - 1_750_000, 1_050 * ONE]
    assert_conserved(scene)


@settings(max_examples=60)
@given(
    makers=st.lists(st.tuples(st.integers(40, 44), st.booleans(), st.integers(5, 20)), min_size=1, max_size=12),
    shares=st.integers(5, 150),
)
def test_a_sweep_meets_makers_of_both_tokens_by_price_and_then_by_time(
    makers: list[tuple[int, bool, int]], shares: int
) -> None:
    scene = a_scene(makers_max=100, wallets=5)
    placed: list[tuple[int, int, str, int]] = []
    for number, (cents, sells_yes, size) in enumerate(makers):
        wallet = scene.wallets[number % 4]
        if sells_yes:
            order = scene.exchange.quote(wallet, scene.yes, "SELL", cents * CENT, size * SHARE)
        else:
            order = scene.exchange.quote(wallet, scene.no, "BUY", (100 - cents) * CENT, size * SHARE)
        placed.append((cents, number, order.order_id, size))
    wanted, left = [], shares
    for _, _, order_id, size in sorted(placed):
        if left:
            wanted.append((order_id, min(size, left) * SHARE))
            left -= min(size, left)
    taken = scene.exchange.quote(scene.wallets[4], scene.yes, "BUY", 44 * CENT, shares * SHARE)
    trades = [scene.exchange.history.trades[trade_id] for trade_id in taken.trade_ids]
    assert [(maker.order_id, maker.size) for trade in trades for maker in trade.makers] == wanted


Act = tuple[int, str, Side, int, int, str]
AN_ACT: st.SearchStrategy[Act] = st.tuples(
    st.integers(0, 3),
    st.sampled_from(["yes", "no"]),
    st.sampled_from(SIDES),
    st.integers(30, 70),
    st.integers(500, 3_000),
    st.sampled_from(["GTC", "GTC", "GTC", "FAK", "FOK", "spend", "cancel", "wait"]),
)


@settings(max_examples=80)
@given(acts=st.lists(AN_ACT, max_size=40), rate=st.sampled_from([0, 500]), data=st.data())
def test_whatever_is_traded_money_and_tokens_are_conserved(acts: list[Act], rate: int, data: st.DataObject) -> None:
    scene = a_scene(fees=FeeSchedule(rate_bps=rate))
    exchange = scene.exchange
    if data.draw(st.booleans()):
        exchange.faults.set("ghost_fill", probability=0.3, retries=1)
    if data.draw(st.booleans()):
        exchange.faults.set("twin_transaction", probability=0.3)
    for who, outcome, side, cents, hundredths, kind in acts:
        wallet, token = scene.wallets[who], getattr(scene, outcome)
        try:
            if kind == "cancel":
                exchange.cancel_all(wallet)
            elif kind == "wait":
                scene.clock.advance(2_000)
            elif kind == "spend":
                exchange.spend(wallet, token, cents * CENT, hundredths * CENT)
            else:
                exchange.quote(wallet, token, side, cents * CENT, hundredths * CENT, TYPES[kind])
        except Refused as refusal:
            assert refusal.status == 400
        view = exchange.book(scene.yes)
        assert view.best_bid is None or view.best_ask is None or view.best_bid < view.best_ask
        assert_conserved(scene)
        assert_reserves_add_up(scene)
    assert all(order.filled <= order.size for order in exchange.orders.values())
    scene.clock.advance(600_000)
    assert_conserved(scene)
    assert not any(amount for account in exchange.accounts.all() for amount in account.leaving.values())
    assert {trade.status for trade in exchange.history.trades.values()} <= {"CONFIRMED", "FAILED"}


def test_a_book_carries_the_time_of_its_last_change() -> None:
    """Recorded from the venue: a book asked for in a quiet market is minutes old by its own time."""
    scene = a_scene()
    assert scene.exchange.book(scene.yes).at_ms == START_MS
    scene.clock.advance(60_000)
    scene.exchange.quote(scene.wallets[0], scene.yes, "BUY", 40 * CENT, 10 * SHARE)
    scene.clock.advance(60_000)
    assert scene.exchange.book(scene.yes).at_ms == scene.exchange.book(scene.no).at_ms == START_MS + 60_000
