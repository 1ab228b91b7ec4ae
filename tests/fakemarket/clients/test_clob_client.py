"""py-clob-client-v2, unmodified: keys, reads, orders of every type, market kind and signature type (K11, K14–K16)."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

official: Any = pytest.importorskip("py_clob_client_v2", reason="the official client")
pytestmark = pytest.mark.slow

ALL_TYPES = (0, 1, 2, 3)
KINDS = ("standard", "neg_risk", "v2")


class Seat:
    """A trader at one market: the client, and orders in few words."""

    def __init__(self, client: Any, market: Any, trader: Any) -> None:
        self.client = client
        self.market = market
        self.trader = trader

    def asset(self, token: str) -> dict[str, str]:
        return {"position_id": token} if self.market.version == "v2" else {"token_id": token}

    def limit(self, side: str, token: str, price: float, size: float, **terms: Any) -> Any:
        expiration = terms.pop("expiration", 0)
        order = official.OrderArgs(**self.asset(token), price=price, size=size, side=side, expiration=expiration)
        return self.client.create_and_post_order(order, **terms)

    def market_order(self, side: str, token: str, amount: float, price: float, order_type: str) -> Any:
        order = official.MarketOrderArgs(
            **self.asset(token), amount=amount, side=side, price=price, order_type=order_type
        )
        return self.client.create_and_post_market_order(order, order_type=order_type)

    def balance(self, token: str) -> int:
        kind = "CONDITIONAL-V2" if self.market.version == "v2" else "CONDITIONAL"
        asked = official.BalanceAllowanceParams(asset_type=kind, token_id=token)
        return int(self.client.get_balance_allowance(asked)["balance"])

    def open(self) -> list[str]:
        return [order["id"] for order in self.client.get_open_orders()]

    def cancel(self, order_id: str) -> Any:
        return self.client.cancel_order(official.OrderPayload(orderID=order_id))


Sit = Callable[..., Seat]


@pytest.fixture
def sit(venue: Any, clob: Any) -> Iterator[Sit]:
    """Give a seat: which trader, by signature type, at which market of which kind."""
    seats: list[Seat] = []

    def seat(signature_type: int, kind: str = "standard", place: int = 0) -> Seat:
        trader = venue.trader(signature_type)
        made = Seat(clob(trader), venue.markets(kind)[place], trader)
        seats.append(made)
        return made

    yield seat
    for one in seats:
        one.client.cancel_all()


# --- keys -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("signature_type", ALL_TYPES)
def test_credentials_are_made_once_and_derived_for_ever(sit: Sit, signature_type: int) -> None:
    client = sit(signature_type).client
    again = client.derive_api_key()
    assert (again.api_key, again.api_secret) == (client.creds.api_key, client.creds.api_secret)
    assert client.creds.api_key in client.get_api_keys()["apiKeys"]
    with pytest.raises(Exception, match="400"):
        client.create_api_key()


def test_a_deleted_key_opens_nothing(venue: Any) -> None:
    trader = venue.trader(0)
    client = official.ClobClient(venue.url("clob"), venue.line["chain_id"], key=trader.private_key)
    client.set_api_creds(client.create_api_key(nonce=77))
    assert client.delete_api_key() == "OK"
    with pytest.raises(Exception, match="401"):
        client.get_api_keys()


def test_a_wrong_secret_is_unauthorized(venue: Any, sit: Sit) -> None:
    seat = sit(3)
    wrong = official.ApiCreds(seat.client.creds.api_key, "AAAA" * 11, seat.client.creds.api_passphrase)
    client = official.ClobClient(venue.url("clob"), venue.line["chain_id"], seat.trader.private_key, wrong)
    with pytest.raises(Exception, match="Unauthorized/Invalid api key"):
        client.get_open_orders()


def test_an_account_may_trade(sit: Sit) -> None:
    assert sit(3).client.get_closed_only_mode() == {"closed_only": False}


# --- reads ------------------------------------------------------------------------------------------------------------


def test_the_house_is_open(venue: Any, sit: Sit) -> None:
    client = sit(3).client
    assert client.get_ok() == "OK"
    assert client.get_version() == 2
    assert isinstance(client.get_server_time(), int)


@pytest.mark.parametrize("kind", KINDS)
def test_a_market_says_its_rules(sit: Sit, kind: str) -> None:
    seat = sit(3, kind=kind)
    info = seat.client.get_clob_market_info(seat.market.condition)
    assert [token["t"] for token in info["t"]] == list(seat.market.tokens)
    fresh = official.ClobClient(seat.client.host, seat.client.chain_id)
    assert fresh.get_tick_size(seat.market.yes) == seat.market.tick
    assert fresh.get_neg_risk(seat.market.yes) is seat.market.neg_risk


def test_the_market_lists_are_paged(sit: Sit) -> None:
    client = sit(3).client
    pages = [ask() for ask in (client.get_markets, client.get_simplified_markets, client.get_sampling_markets)]
    assert all(page["data"] and page["next_cursor"] for page in pages)
    condition = pages[0]["data"][0]["condition_id"]
    assert client.get_market(condition)["condition_id"] == condition


def test_a_book_has_the_hash_that_the_client_computes(sit: Sit) -> None:
    seat = sit(3)
    seat.limit("BUY", seat.market.yes, 0.31, 10)
    seat.limit("BUY", seat.market.yes, 0.32, 10)
    seat.limit("SELL", seat.market.no, 0.68, 10) if seat.balance(seat.market.no) else None
    book = seat.client.get_order_book(seat.market.yes)
    assert book["bids"][-1]["price"] == "0.32"
    assert seat.client.get_order_book_hash(dict(book)) == book["hash"]
    [same] = seat.client.get_order_books([official.BookParams(token_id=seat.market.yes)])
    assert same["bids"] == book["bids"]


def test_prices_follow_the_book(sit: Sit) -> None:
    seat, other = sit(3), sit(2)
    seat.limit("BUY", seat.market.yes, 0.40, 10)
    other.limit("BUY", seat.market.no, 0.50, 10)
    client, yes = seat.client, seat.market.yes
    assert client.get_midpoint(yes)["mid"] == "0.45"
    assert client.get_spread(yes)["spread"] == "0.1"
    assert {client.get_price(yes, side)["price"] for side in ("BUY", "SELL")} == {"0.4", "0.5"}
    asked = [official.BookParams(token_id=yes, side="BUY")]
    assert client.get_midpoints(asked)[yes] == "0.45"
    assert client.get_spreads(asked)[yes] == "0.1"
    assert yes in client.get_prices(asked)


# --- orders -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("signature_type", ALL_TYPES)
def test_an_order_rests_is_looked_up_and_is_cancelled(sit: Sit, signature_type: int, kind: str) -> None:
    seat = sit(signature_type, kind=kind)
    placed = seat.limit("BUY", seat.market.yes, 0.21, 10)
    assert (placed["success"], placed["errorMsg"], placed["status"]) == (True, "", "live")
    order = seat.client.get_order(placed["orderID"])
    assert (order["price"], order["original_size"], order["size_matched"]) == ("0.21", "10", "0")
    assert order["maker_address"].lower() == seat.trader.wallet.lower()
    assert placed["orderID"] in seat.open()
    assert seat.cancel(placed["orderID"]) == {"canceled": [placed["orderID"]], "not_canceled": {}}
    assert placed["orderID"] not in seat.open()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("signature_type", ALL_TYPES)
def test_two_buyers_mint_and_the_sale_settles(sit: Sit, eventually: Any, signature_type: int, kind: str) -> None:
    """A BUY of each outcome makes new shares; then one side sells to the other."""
    seat, other = sit(signature_type, kind), sit((signature_type + 1) % 4, kind)
    market = seat.market
    before, theirs = seat.balance(market.yes), other.balance(market.no)
    resting = seat.limit("BUY", market.yes, 0.6, 20)
    taken = other.market_order("BUY", market.no, 8, 0.4, "FAK")
    assert (resting["status"], taken["status"]) == ("live", "matched")
    assert taken["tradeIDs"]
    eventually(lambda: seat.balance(market.yes) == before + 20_000_000, "the mint")
    eventually(lambda: other.balance(market.no) == theirs + 20_000_000, "the other half")
    seat.limit("SELL", market.yes, 0.55, 10)
    bought = other.limit("BUY", market.yes, 0.55, 10)
    assert bought["status"] == "matched"
    eventually(lambda: seat.balance(market.yes) == before + 10_000_000, "the sale")


def test_a_resting_order_is_filled_in_parts(sit: Sit) -> None:
    seat, other = sit(2), sit(1)
    placed = seat.limit("BUY", seat.market.yes, 0.62, 20)
    other.limit("BUY", seat.market.no, 0.38, 8)
    order = seat.client.get_order(placed["orderID"])
    assert (order["size_matched"], order["original_size"]) == ("8", "20")
    assert len(order["associate_trades"]) == 1
    [trade] = seat.client.get_trades(official.TradeParams(id=order["associate_trades"][0]))
    assert trade["trader_side"] == "MAKER"
    seat.cancel(placed["orderID"])
    assert seat.client.get_order(placed["orderID"])["size_matched"] == "8"


def test_a_trade_goes_from_matched_to_confirmed(sit: Sit, eventually: Any) -> None:
    seat, other = sit(3), sit(0)
    seat.limit("BUY", seat.market.yes, 0.63, 10)
    taken = other.limit("BUY", seat.market.no, 0.37, 10)
    [trade_id] = taken["tradeIDs"]

    def status() -> str:
        [trade] = other.client.get_trades(official.TradeParams(id=trade_id))
        return str(trade["status"])

    eventually(lambda: status().endswith("CONFIRMED"), "the confirmation")
    [trade] = other.client.get_trades(official.TradeParams(id=trade_id))
    assert trade["trader_side"] == "TAKER"
    assert trade["transaction_hash"].startswith("0x")
    assert [part["price"] for part in trade["maker_orders"]] == ["0.63"]


def test_fill_or_kill_is_all_or_nothing_and_fill_and_kill_takes_what_is_there(sit: Sit) -> None:
    seat, other = sit(3), sit(2)
    seat.limit("BUY", seat.market.yes, 0.64, 10)
    with pytest.raises(Exception, match="couldn't be fully filled"):
        other.market_order("BUY", seat.market.no, 7.2, 0.36, "FOK")
    partly = other.market_order("BUY", seat.market.no, 7.2, 0.36, "FAK")
    assert partly["status"] == "matched"
    with pytest.raises(Exception, match="no orders found to match with FAK order"):
        other.market_order("BUY", seat.market.no, 7.2, 0.36, "FAK")
    assert other.open() == []
    seat.limit("BUY", seat.market.yes, 0.64, 20)
    assert other.market_order("BUY", seat.market.no, 7.2, 0.36, "FOK")["status"] == "matched"


def test_a_post_only_order_rests_or_is_refused(sit: Sit) -> None:
    seat, other = sit(3), sit(1)
    assert seat.limit("BUY", seat.market.yes, 0.3, 10, post_only=True)["status"] == "live"
    with pytest.raises(Exception, match="order crosses book"):
        other.limit("BUY", seat.market.no, 0.75, 10, post_only=True)


def test_a_good_till_date_order_expires_a_minute_early(sit: Sit, venue: Any, eventually: Any) -> None:
    seat = sit(3)
    soon = int(seat.client.get_server_time()) + 190
    placed = seat.limit("BUY", seat.market.yes, 0.22, 10, order_type="GTD", expiration=soon)
    assert placed["status"] == "live"
    assert seat.client.get_order(placed["orderID"])["expiration"] == str(soon)
    venue.advance(100)
    assert placed["orderID"] in seat.open()
    venue.advance(30)
    eventually(lambda: placed["orderID"] not in seat.open(), "the expiry")
    assert "EXPIRED" in seat.client.get_order(placed["orderID"])["status"]


def test_a_batch_is_answered_order_by_order(sit: Sit) -> None:
    seat = sit(3)
    sizes = (10, 1, 12)  # the second is below the minimum
    orders = [
        official.PostOrdersV2Args(
            order=seat.client.create_order(
                official.OrderArgs(token_id=seat.market.yes, price=0.2, size=size, side="BUY")
            ),
            orderType="GTC",
        )
        for size in sizes
    ]
    answers = seat.client.post_orders(orders)
    assert [answer["errorMsg"] == "" for answer in answers] == [True, False, True]
    assert "lower than the minimum" in answers[1]["errorMsg"]
    assert len(seat.open()) == 2


def test_orders_are_cancelled_by_list_by_market_and_all_at_once(sit: Sit) -> None:
    seat, elsewhere = sit(3), sit(3, place=1)
    ids = [seat.limit("BUY", seat.market.yes, price, 10)["orderID"] for price in (0.11, 0.12, 0.13, 0.14)]
    far = elsewhere.limit("BUY", elsewhere.market.yes, 0.11, 10)["orderID"]
    answer = seat.client.cancel_orders([ids[0], "0x" + "00" * 32])
    assert answer["canceled"] == ids[:1]
    assert list(answer["not_canceled"]) == ["0x" + "00" * 32]
    by_market = official.OrderMarketCancelParams(market=seat.market.condition)
    assert set(seat.client.cancel_market_orders(by_market)["canceled"]) == set(ids[1:])
    assert seat.client.cancel_all()["canceled"] == [far]


def test_money_behind_open_orders_cannot_be_spent_twice(sit: Sit) -> None:
    seat = sit(1)
    cash = int(seat.client.get_balance_allowance(official.BalanceAllowanceParams(asset_type="COLLATERAL"))["balance"])
    shares = cash // 1_000_000 * 2  # at 0.4: four fifths of all there is
    seat.limit("BUY", seat.market.yes, 0.4, shares)
    with pytest.raises(Exception, match="not enough balance / allowance"):
        seat.limit("BUY", seat.market.yes, 0.4, shares)
    seat.client.update_balance_allowance(official.BalanceAllowanceParams(asset_type="COLLATERAL"))


def test_a_balance_names_its_allowances(sit: Sit) -> None:
    answer = sit(3).client.get_balance_allowance(official.BalanceAllowanceParams(asset_type="COLLATERAL"))
    assert int(answer["balance"]) > 0
    assert all(int(amount) > 0 for amount in answer["allowances"].values())


def test_a_heartbeat_answers_with_the_next_id(sit: Sit) -> None:
    client = sit(0).client
    first = client.post_heartbeat("")["heartbeat_id"]
    second = client.post_heartbeat(first)["heartbeat_id"]
    assert first and second and first != second
    with pytest.raises(Exception, match="400"):
        client.post_heartbeat(first)


def test_notifications_are_listed_and_dropped(sit: Sit) -> None:
    client = sit(3).client
    found = client.get_notifications()
    assert isinstance(found, list)
    client.drop_notifications(official.DropNotificationParams(ids=[str(row["id"]) for row in found] or ["1"]))
    assert client.get_notifications() == []


def test_scoring_is_answered(sit: Sit) -> None:
    seat = sit(3)
    placed = seat.limit("BUY", seat.market.yes, 0.2, 10)
    assert "scoring" in seat.client.is_order_scoring(official.OrderScoringParams(orderId=placed["orderID"]))
    assert placed["orderID"] in seat.client.are_orders_scoring(
        official.OrdersScoringParams(orderIds=[placed["orderID"]])
    )
