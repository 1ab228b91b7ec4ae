"""Every refusal of the venue that py-clob-client-v2 can provoke, with the venue's text (K14, F49, F50, F57)."""

from collections.abc import Callable
from typing import Any

import pytest

official: Any = pytest.importorskip("py_clob_client_v2", reason="the official client")
exceptions: Any = pytest.importorskip("py_clob_client_v2.exceptions")
pytestmark = pytest.mark.slow


class Desk:
    """One trader at one market, who signs an order and may then spoil it."""

    def __init__(self, client: Any, market: Any, venue: Any) -> None:
        self.client = client
        self.market = market
        self.venue = venue

    def sign(self, price: float = 0.2, size: float = 10, side: str = "BUY", options: Any = None) -> Any:
        order = official.OrderArgs(token_id=self.market.yes, price=price, size=size, side=side)
        return self.client.create_order(order, options)

    def post(self, order: Any, order_type: str = "GTC", **terms: Any) -> Any:
        return self.client.post_order(order, order_type, **terms)

    def refused(self, act: Callable[[], Any]) -> tuple[int, str]:
        """Give status and text of the refusal."""
        with pytest.raises(exceptions.PolyApiException) as caught:
            act()
        message = caught.value.error_msg
        return caught.value.status_code, str(message["error"] if isinstance(message, dict) else message)


@pytest.fixture
def desk(venue: Any, clob: Any) -> Any:
    made = Desk(clob(venue.trader(3)), venue.markets("standard")[0], venue)
    yield made
    made.venue.heal()
    made.client.cancel_all()


def test_the_identical_order_is_a_duplicate(desk: Desk) -> None:
    order = desk.sign()
    desk.post(order)
    status, text = desk.refused(lambda: desk.post(order))
    assert (status, text.endswith("Duplicated.")) == (400, True)


def test_a_price_off_the_grid_breaks_the_tick_rule(desk: Desk) -> None:
    """The client keeps the first tick it saw for ever; here it saw a finer one than now holds."""
    ticks = desk.client._ClobClient__tick_sizes
    ticks[desk.market.yes] = "0.001"
    off = desk.sign(price=0.205)
    ticks[desk.market.yes] = "0.01"
    status, text = desk.refused(lambda: desk.post(off))
    assert (status, "Price (0.205) breaks minimum tick size rule: 0.01" in text) == (400, True)


def test_a_small_order_is_below_the_minimum(desk: Desk) -> None:
    status, text = desk.refused(lambda: desk.post(desk.sign(size=4.99)))
    assert (status, "Size (4.99) lower than the minimum: 5" in text) == (400, True)


def test_too_much_money_is_not_there(desk: Desk) -> None:
    status, text = desk.refused(lambda: desk.post(desk.sign(price=0.99, size=5_000_000)))
    assert (status, text.startswith("not enough balance / allowance")) == (400, True)


def test_shares_that_one_does_not_have_cannot_be_sold(desk: Desk) -> None:
    other = Desk(desk.client, desk.venue.markets("standard")[-1], desk.venue)
    status, text = other.refused(lambda: other.post(other.sign(side="SELL", size=90_000)))
    assert (status, "not enough balance / allowance" in text) == (400, True)


def test_an_expiry_that_is_too_near_is_invalid(desk: Desk) -> None:
    near = int(desk.client.get_server_time()) + 100
    args = official.OrderArgs(token_id=desk.market.yes, price=0.2, size=10, side="BUY", expiration=near)
    order = desk.client.create_order(args)
    assert desk.refused(lambda: desk.post(order, "GTD")) == (400, "invalid expiration")


def test_a_market_that_is_paused_is_not_ready(desk: Desk) -> None:
    order = desk.sign()
    desk.venue.act("pause", market=desk.market.condition)
    try:
        assert desk.refused(lambda: desk.post(order)) == (
            400,
            "the market is not yet ready to process new orders",
        )
    finally:
        desk.venue.act("resume", market=desk.market.condition)


def test_a_market_buy_has_a_floor_of_one_dollar(desk: Desk, clob: Any) -> None:
    other = clob(desk.venue.trader(2))
    order = official.OrderArgs(token_id=desk.market.no, price=0.7, size=10, side="BUY")
    resting = other.create_and_post_order(order)
    args = official.MarketOrderArgs(token_id=desk.market.yes, amount=0.9, side="BUY", price=0.3, order_type="FAK")
    small = desk.client.create_market_order(args)
    status, text = desk.refused(lambda: desk.post(small, "FAK"))
    other.cancel_order(official.OrderPayload(orderID=resting["orderID"]))
    assert (status, "min size: $1" in text) == (400, True)


def test_an_order_in_its_delay_window_cannot_be_cancelled(desk: Desk, clob: Any) -> None:
    game = desk.venue.markets("standard")[5]
    other = clob(desk.venue.trader(2))
    other.create_and_post_order(official.OrderArgs(token_id=game.yes, price=0.7, size=10, side="BUY"))
    waiting = desk.client.create_and_post_order(
        official.OrderArgs(token_id=game.no, price=0.3, size=10, side="BUY"), defer_exec=True
    )
    answer = desk.client.cancel_order(official.OrderPayload(orderID=waiting["orderID"]))
    assert waiting["status"] == "delayed"
    assert answer["canceled"] == []
    assert list(answer["not_canceled"]) == [waiting["orderID"]]


def test_a_login_with_a_strange_signature_is_refused(venue: Any) -> None:
    client = official.ClobClient(venue.url("clob"), 80002, key=venue.trader(0).private_key)  # another chain
    with pytest.raises(exceptions.PolyApiException, match="Invalid L1 Request headers"):
        client.derive_api_key()


def test_an_order_of_the_first_exchange_is_of_the_wrong_version(desk: Desk, clob: Any) -> None:
    client = clob(desk.venue.trader(0))  # the first exchange knew no deposit wallets
    args = official.OrderArgsV1(token_id=desk.market.yes, price=0.2, size=10, side="BUY")
    old = client.create_order(args, official.PartialCreateOrderOptions(version=1))
    status, text = desk.refused(lambda: client.post_order(old, "GTC"))
    assert (status, "order_version_mismatch" in text) == (400, True)


def test_a_signature_for_the_other_exchange_is_refused(desk: Desk) -> None:
    wrong = official.PartialCreateOrderOptions(neg_risk=True)
    status, text = desk.refused(lambda: desk.post(desk.sign(options=wrong)))
    assert status == 400
    assert "signature" in text.lower()


def test_an_owner_that_is_not_the_api_key_is_refused(desk: Desk, clob: Any) -> None:
    stranger = clob(desk.venue.trader(2))
    order = desk.sign()
    status, _ = desk.refused(lambda: stranger.post_order(order, "GTC"))
    assert status == 400


def test_an_unknown_order_is_not_found(desk: Desk) -> None:
    status, text = desk.refused(lambda: desk.client.get_order("0x" + "12" * 32))
    assert (status, "not found" in text.lower()) == (404, True)


def test_a_bad_order_id_cannot_be_cancelled(desk: Desk) -> None:
    status, _ = desk.refused(lambda: desk.client.cancel_order(official.OrderPayload(orderID="hello")))
    assert status == 400


def test_a_batch_has_at_most_fifteen_orders(desk: Desk) -> None:
    batch = [official.PostOrdersV2Args(order=desk.sign(), orderType="GTC") for _ in range(16)]
    status, text = desk.refused(lambda: desk.client.post_orders(batch))
    assert (status, "Too many orders in payload" in text) == (400, True)


def test_a_plain_key_that_nobody_knows_may_not_trade(venue: Any, desk: Desk) -> None:
    client = official.ClobClient(venue.url("clob"), venue.line["chain_id"], key="0x" + "7" * 64)
    client.set_api_creds(client.create_or_derive_api_key())
    order = client.create_order(official.OrderArgs(token_id=desk.market.yes, price=0.2, size=10, side="BUY"))
    status, text = desk.refused(lambda: client.post_order(order, "GTC"))
    assert (status, "deposit wallet flow" in text) == (400, True)


def test_while_the_engine_restarts_it_is_too_early_and_then_post_only(desk: Desk) -> None:
    """F49."""
    desk.venue.fault("restart", restart_ms=4_000, post_only_ms=600_000)
    assert desk.refused(lambda: desk.post(desk.sign()))[0] == 425
    desk.venue.heal()
    desk.venue.fault("restart", restart_ms=0, post_only_ms=600_000)
    status, text = desk.refused(lambda: desk.post(desk.sign()))
    assert (status, text) == (503, "post-only mode: only post-only orders and cancels are allowed")
    resting = desk.post(desk.sign(), post_only=True)
    assert resting["status"] == "live"
    [answer] = desk.client.post_orders([official.PostOrdersV2Args(order=desk.sign(), orderType="GTC")])
    assert (answer["success"], answer["orderID"]) == (True, "")
    assert "post-only mode" in answer["errorMsg"]
    assert desk.client.cancel_all()["canceled"] == [resting["orderID"]]


def test_in_cancel_only_mode_orders_are_refused_and_cancels_go_on(desk: Desk) -> None:
    """F57."""
    resting = desk.post(desk.sign())
    desk.venue.fault("restricted", mode="cancel_only")
    status, text = desk.refused(lambda: desk.post(desk.sign()))
    assert (status, "cancel-only" in text) == (503, True)
    assert desk.client.cancel_all()["canceled"] == [resting["orderID"]]


def test_when_trading_is_disabled_nothing_works(desk: Desk) -> None:
    """F57."""
    desk.venue.fault("restricted", mode="disabled")
    assert desk.refused(lambda: desk.post(desk.sign()))[0] == 503
    assert desk.refused(desk.client.cancel_all)[0] == 503


def test_too_many_requests_are_refused(desk: Desk) -> None:
    """F50."""
    desk.venue.fault("throttle", retry_after_s=1, count=1)
    assert desk.refused(lambda: desk.client.get_order_book(desk.market.yes))[0] == 429


def test_an_answer_can_be_lost_after_the_order_was_taken(desk: Desk) -> None:
    """F52: the client only hears that something failed; the order is there."""
    desk.venue.fault("drop_answer", kind="reset", count=1)
    order = desk.sign()
    with pytest.raises(exceptions.PolyApiException) as caught:
        desk.post(order)
    assert caught.value.status_code is None
    assert desk.refused(lambda: desk.post(order))[1].endswith("Duplicated.")
    assert len(desk.client.get_open_orders()) == 1
