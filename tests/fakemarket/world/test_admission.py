"""The door: what the official clients send passes, and what breaks a rule is told why in the venue's own words."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from fakemarket.world.accounts import Account, AccountPlan
from fakemarket.world.admission import check_accuracy, grid_price
from fakemarket.world.clock import ManualClock
from fakemarket.world.exchange import Exchange
from fakemarket.world.hashing import exchange_domain
from fakemarket.world.money import ONE, TICKS, FeeSchedule, decimal_text, fee_for, parse_micros
from fakemarket.world.orders import OrderType, Refused, Side, SignedOrder, Terms
from fakemarket.world.signing import sign_order
from fakemarket.world.tokens import EventPlan, Market, MarketPlan

NOW_MS = 1_795_000_000_000


class Desk:
    """One exchange with one account of each signature type, and a hand that signs."""

    def __init__(self, *, version: str = "v1", neg_risk: bool = False, tick: int = 10_000) -> None:
        self.exchange = Exchange(ManualClock(NOW_MS))
        plan = MarketPlan(question="Hail?", version="v2" if version == "v2" else "v1", neg_risk=neg_risk, tick=tick)
        event = self.exchange.add_event(EventPlan(title="Hail?", neg_risk=neg_risk, markets=(plan,)))
        self.market: Market = self.exchange.catalog.markets[event.conditions[0]]
        self.accounts = [
            self.exchange.open_account(AccountPlan(pusd=100 * ONE, signature_type=kind)) for kind in range(4)
        ]

    def order(
        self,
        kind: int = 3,
        *,
        side: Side = "BUY",
        maker: int = 4_000_000,
        taker: int = 10_000_000,
        expiration_s: int = 0,
        domain: str = "",
    ) -> SignedOrder:
        account = self.accounts[kind]
        bare = SignedOrder(
            salt=1,
            maker=account.wallet,
            signer=account.wallet if kind == 3 else account.eoa,
            token=self.market.tokens[0],
            maker_amount=maker,
            taker_amount=taker,
            side=side,
            signature_type=kind,
            timestamp_ms=NOW_MS,
            expiration_s=expiration_s,
        )
        signature = sign_order(bare, exchange_domain(domain or self.market.exchange), account.private_key)
        fields = {name: getattr(bare, name) for name in SignedOrder.__slots__}
        return SignedOrder(**{**fields, "signature": signature})

    def refusal(self, order: SignedOrder, terms: Terms | None = None) -> str:
        with pytest.raises(Refused) as refusal:
            self.exchange.place(order, terms or Terms())
        assert refusal.value.status == 400
        return refusal.value.error


@pytest.mark.parametrize("kind", [0, 1, 2, 3])
@pytest.mark.parametrize(("version", "neg_risk"), [("v1", False), ("v1", True), ("v2", False), ("v2", True)])
def test_each_signature_type_is_taken_on_each_exchange(kind: int, version: str, neg_risk: bool) -> None:  # noqa: FBT001
    desk = Desk(version=version, neg_risk=neg_risk)
    placed = desk.exchange.place(desk.order(kind), Terms())
    assert placed.status == "live"
    assert desk.exchange.available(desk.accounts[kind].wallet) == 96 * ONE


def test_a_wrong_price_names_order_price_and_grid() -> None:
    desk = Desk()
    text = desk.refusal(desk.order(maker=4_050_000))
    assert text.startswith("order 0x")
    assert text.endswith(" is invalid. Price (0.405) breaks minimum tick size rule: 0.01")


def test_a_small_order_names_its_size_and_the_minimum() -> None:
    desk = Desk()
    text = desk.refusal(desk.order(maker=1_600_000, taker=4_000_000))
    assert text.endswith(" is invalid. Size (4) lower than the minimum: 5")


def test_the_same_order_twice_is_duplicated() -> None:
    desk = Desk()
    placed = desk.exchange.place(desk.order(), Terms())
    assert desk.refusal(desk.order()) == f"order {placed.order_id} is invalid. Duplicated."


def test_more_money_than_there_is_is_refused() -> None:
    desk = Desk()
    desk.exchange.place(desk.order(maker=80_000_000, taker=200_000_000), Terms())
    text = desk.refusal(desk.order(maker=20_400_000, taker=51_000_000))
    assert text == (
        "not enough balance / allowance: the balance is not enough -> balance: 20000000, order amount: 20400000"
    )


def test_money_the_exchange_may_not_take_is_refused() -> None:
    desk = Desk()
    desk.accounts[3].allowances.discard("pusd:exchange")
    assert desk.refusal(desk.order()).startswith("not enough balance / allowance: the allowance is not enough")


@pytest.mark.parametrize(("ahead_s", "taken"), [(179, False), (180, True)])
def test_an_expiry_must_be_three_minutes_ahead(ahead_s: int, taken: bool) -> None:  # noqa: FBT001
    desk = Desk()
    order = desk.order(expiration_s=NOW_MS // 1000 + ahead_s)
    if taken:
        assert desk.exchange.place(order, Terms(order_type="GTD")).status == "live"
    else:
        assert desk.refusal(order, Terms(order_type="GTD")) == "invalid expiration"
    assert desk.refusal(desk.order(maker=5_000_000, expiration_s=NOW_MS // 1000 + 500)) == "invalid expiration"


def test_an_order_for_the_other_protocol_version_is_a_version_mismatch() -> None:
    desk = Desk(version="v2")
    assert desk.refusal(desk.order(domain="standard")) == "order_version_mismatch"


def test_a_neg_risk_order_signed_for_the_standard_exchange_is_not_signed() -> None:
    desk = Desk(neg_risk=True)
    assert desk.refusal(desk.order(domain="standard")) == "invalid signature"


def test_an_unknown_maker_is_sent_to_the_deposit_wallet() -> None:
    desk, elsewhere = Desk(), Exchange(ManualClock(NOW_MS))
    desk.accounts[3] = elsewhere.open_account(AccountPlan(pusd=0, private_key="0x" + "11" * 32))
    assert desk.refusal(desk.order()) == "maker address not allowed, please use the deposit wallet flow"


def test_orders_in_a_paused_or_unknown_market_are_refused() -> None:
    desk = Desk()
    desk.exchange.pause(desk.market.condition)
    assert desk.refusal(desk.order()) == "the market is not yet ready to process new orders"
    desk.exchange.resolve(desk.market.condition, (0, ONE))
    assert desk.refusal(desk.order()) == f"the orderbook {desk.market.tokens[0]} does not exist"


def _ban(account: Account) -> None:
    account.banned = True


def _close(account: Account) -> None:
    account.closed_only = True


@pytest.mark.parametrize(("act", "text"), [(_ban, "'{}' address banned"), (_close, "'{}' address in closed only mode")])
def test_compliance_is_told_with_the_address(act: Callable[[Account], None], text: str) -> None:
    desk = Desk()
    act(desk.accounts[3])
    assert desk.refusal(desk.order()) == text.format(desk.accounts[3].wallet)


def test_the_whole_balance_cannot_be_spent_where_there_is_a_fee() -> None:
    desk = Desk()
    desk.market.fees = FeeSchedule(rate_bps=500)
    desk.exchange.deposit(desk.accounts[0].wallet, 400 * ONE)
    desk.exchange.split(desk.accounts[0].wallet, desk.market.condition, 250 * ONE)
    desk.exchange.place(desk.order(0, side="SELL", maker=250_000_000, taker=100_000_000), Terms())
    everything = desk.order(maker=100_000_000, taker=250_000_000)
    text = desk.refusal(everything, Terms(order_type="FAK"))
    assert text.endswith("the balance is not enough -> balance: 100000000, order amount: 103000000")
    assert desk.exchange.place(desk.order(maker=97_000_000, taker=242_500_000), Terms(order_type="FAK")).making


def test_post_only_never_takes() -> None:
    desk = Desk()
    desk.exchange.split(desk.accounts[0].wallet, desk.market.condition, 20 * ONE)
    desk.exchange.place(desk.order(0, side="SELL", maker=10_000_000, taker=4_000_000), Terms())
    text = desk.refusal(desk.order(), Terms(post_only=True))
    assert text == "invalid post-only order: order crosses book"
    assert desk.refusal(desk.order(), Terms(post_only=True, order_type="FAK")) == "Invalid order payload"


def test_less_than_a_dollar_buys_nothing_from_the_book() -> None:
    desk = Desk()
    desk.exchange.split(desk.accounts[0].wallet, desk.market.condition, 20 * ONE)
    desk.exchange.place(desk.order(0, side="SELL", maker=10_000_000, taker=4_000_000), Terms())
    text = desk.refusal(desk.order(maker=990_000, taker=2_475_000), Terms(order_type="FAK"))
    assert text == "invalid amount for a marketable BUY order ($0.99), min size: $1"


def test_no_counterparty_kills_a_fak_and_a_fok() -> None:
    desk = Desk()
    assert desk.refusal(desk.order(), Terms(order_type="FAK")) == (
        "no orders found to match with FAK order. FAK orders are partially filled or killed if no match is found."
    )
    assert desk.refusal(desk.order(), Terms(order_type="FOK")) == (
        "order couldn't be fully filled. FOK orders are fully filled or killed."
    )


def test_too_many_decimals_are_refused() -> None:
    desk = Desk()
    text = desk.refusal(desk.order(maker=4_000_400, taker=10_001_000))
    assert text == (
        "invalid amounts, the limit buy orders maker amount supports a max accuracy of 4 decimals, "
        "taker amount a max of 2 decimals"
    )


def test_a_buy_rounded_up_does_not_reach_the_price_it_was_made_for() -> None:
    """The rounding of market buys differs between clients: 19.2308 shares for ten dollars do not cross at 0.52."""
    for taker, crosses in ((19_230_700, True), (19_230_800, False)):
        desk = Desk()
        desk.exchange.split(desk.accounts[0].wallet, desk.market.condition, 20 * ONE)
        desk.exchange.place(desk.order(0, side="SELL", maker=20_000_000, taker=10_400_000), Terms())
        order = desk.order(maker=10_000_000, taker=taker)
        if crosses:
            assert desk.exchange.place(order, Terms(order_type="FAK")).status == "matched"
        else:
            assert desk.refusal(order, Terms(order_type="FAK")).startswith("no orders found")


def test_fees_have_five_decimals_and_never_vanish() -> None:
    assert fee_for(FeeSchedule(rate_bps=700), 100 * ONE, 500_000) == 1_750_000
    assert fee_for(FeeSchedule(rate_bps=500), 1, 10_000) == 10
    assert fee_for(None, 100 * ONE, 500_000) == 0


def test_number_texts_read_back() -> None:
    assert [decimal_text(value) for value in (430_000, 5_000_000, 1, -1_500_000, 0)] == [
        "0.43",
        "5",
        "0.000001",
        "-1.5",
        "0",
    ]
    assert parse_micros("0.43") == 430_000
    for broken in ("0.0000001", "NaN", "1e999", ""):
        with pytest.raises(ValueError, match=r"number|finer"):
            parse_micros(broken)


@pytest.mark.recorded
def test_every_amount_of_the_official_clients_is_on_the_grid(recorded_data: Path) -> None:
    rows = json.loads((recorded_data / "evm/amounts.json").read_text())
    markets = {tick: Desk(tick=tick).market for tick in TICKS}
    checked = 0
    for row in rows:
        tick, price = parse_micros(row["tick_size"]), parse_micros(row["price"])
        kind: OrderType = "GTC" if row["kind"] == "limit" else "FAK"
        # py-clob-client-v2 computes in binary floats: where it differs its price has left the grid
        clients = ("polymarket-client 0.14.0", "py-clob-client-v2 1.2.1")[: 2 if row["same"] else 1]
        for client in clients:
            made = row[client]
            order = SignedOrder(
                salt=1,
                maker="0x",
                signer="0x",
                token="1",
                maker_amount=int(made["makerAmount"]),
                taker_amount=int(made["takerAmount"]),
                side=row["side"],
                signature_type=0,
                timestamp_ms=1,
            )
            if not order.maker_amount or not order.taker_amount:
                continue
            assert grid_price(order, Terms(order_type=kind), markets[tick], "0x") == price, row
            check_accuracy(order, Terms(order_type=kind), tick)
            checked += 1
    assert checked > 1_000
