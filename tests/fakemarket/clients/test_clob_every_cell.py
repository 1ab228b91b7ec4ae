"""py-clob-client-v2, unmodified: every order type by every signature type in every kind of market (K14, K16)."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

official: Any = pytest.importorskip("py_clob_client_v2", reason="the official client")
exceptions: Any = pytest.importorskip("py_clob_client_v2.exceptions")
pytestmark = pytest.mark.slow

GTD_S = 400


class Seat:
    """One side of a cell: a client with its wallet, at the market of the cell."""

    def __init__(self, client: Any, market: Any) -> None:
        self.client = client
        self.yes, self.no = market.tokens
        self.is_new = market.version == "v2"

    def args(self, token: str, price: float, size: float, side: str, expiration: int = 0) -> Any:
        asset = {"position_id": token} if self.is_new else {"token_id": token}
        return official.OrderArgs(**asset, price=price, size=size, side=side, expiration=expiration)

    def limit(self, token: str, price: float, size: float, **terms: Any) -> Any:
        expiration = terms.pop("expiration", 0)
        return self.client.create_and_post_order(self.args(token, price, size, "BUY", expiration), **terms)

    def market(self, side: str, token: str, amount: float, price: float, order_type: str) -> Any:
        asset = {"position_id": token} if self.is_new else {"token_id": token}
        args = official.MarketOrderArgs(**asset, amount=amount, side=side, price=price, order_type=order_type)
        return self.client.create_and_post_market_order(args, order_type=order_type)

    def refusal(self, act: Callable[[], Any]) -> str:
        with pytest.raises(exceptions.PolyApiException) as caught:
            act()
        return str(caught.value.error_msg["error"])

    def later(self) -> int:
        return int(self.client.get_server_time()) + GTD_S

    def cancels(self, order_id: str) -> bool:
        answer = self.client.cancel_order(official.OrderPayload(orderID=order_id))
        return bool(answer == {"canceled": [order_id], "not_canceled": {}})

    def shares(self, token: str) -> int:
        kind = "CONDITIONAL-V2" if self.is_new else "CONDITIONAL"
        asked = official.BalanceAllowanceParams(asset_type=kind, token_id=token)
        return int(self.client.get_balance_allowance(asked)["balance"])


def good_till_cancelled(seat: Seat, other: Seat, _: Any) -> None:
    """Rests, is filled in part as a maker, and what is left is cancelled."""
    placed = seat.limit(seat.yes, 0.6, 20)
    assert placed["status"] == "live"
    assert other.limit(other.no, 0.4, 8)["status"] == "matched"
    order = seat.client.get_order(placed["orderID"])
    assert (order["order_type"], order["size_matched"], order["original_size"]) == ("GTC", "8", "20")
    assert seat.cancels(placed["orderID"])


def good_till_date(seat: Seat, _other: Seat, __: Any) -> None:
    end_s = seat.later()
    placed = seat.limit(seat.yes, 0.2, 10, order_type="GTD", expiration=end_s)
    order = seat.client.get_order(placed["orderID"])
    assert (placed["status"], order["order_type"], order["expiration"]) == ("live", "GTD", str(end_s))
    assert seat.cancels(placed["orderID"])


def post_only(seat: Seat, other: Seat, _: Any) -> None:
    other.limit(other.yes, 0.3, 10)
    crossing = seat.refusal(lambda: seat.limit(seat.no, 0.75, 10, post_only=True))
    assert crossing == "invalid post-only order: order crosses book"
    assert seat.cancels(seat.limit(seat.no, 0.6, 10, post_only=True)["orderID"])


def post_only_till_date(seat: Seat, _other: Seat, __: Any) -> None:
    placed = seat.limit(seat.no, 0.6, 10, post_only=True, order_type="GTD", expiration=seat.later())
    assert placed["status"] == "live"
    assert seat.cancels(placed["orderID"])


def fill_and_kill(seat: Seat, other: Seat, _: Any) -> None:
    other.limit(other.yes, 0.64, 10)
    partly = seat.market("BUY", seat.no, 7.2, 0.36, "FAK")
    assert (partly["status"], partly["takingAmount"]) == ("matched", "10")
    assert seat.client.get_open_orders() == []
    assert "no orders found to match with FAK order." in seat.refusal(
        lambda: seat.market("BUY", seat.no, 7.2, 0.36, "FAK")
    )


def fill_or_kill(seat: Seat, other: Seat, _: Any) -> None:
    other.limit(other.yes, 0.64, 10)
    short = seat.refusal(lambda: seat.market("BUY", seat.no, 7.2, 0.36, "FOK"))
    assert short == "order couldn't be fully filled. FOK orders are fully filled or killed."
    other.limit(other.yes, 0.64, 10)
    assert seat.market("BUY", seat.no, 7.2, 0.36, "FOK")["status"] == "matched"


def sale_at_the_market(seat: Seat, other: Seat, eventually: Any) -> None:
    """What was bought can be sold once it has settled."""
    before = seat.shares(seat.no)
    other.limit(other.yes, 0.6, 10)
    assert seat.market("BUY", seat.no, 4, 0.4, "FAK")["status"] == "matched"
    eventually(lambda: seat.shares(seat.no) == before + 10_000_000, "the purchase")
    other.limit(other.no, 0.4, 10)
    assert seat.market("SELL", seat.no, 10, 0.4, "FOK")["status"] == "matched"
    eventually(lambda: seat.shares(seat.no) == before, "the sale")


def batch(seat: Seat, other: Seat, _: Any) -> None:
    """One request with an order that rests, one till a date, one that takes and one that finds nothing."""
    other.limit(other.yes, 0.6, 10)
    create = seat.client.create_order
    wanted = [
        (seat.args(seat.no, 0.31, 10, "BUY"), "GTC"),
        (seat.args(seat.no, 0.32, 10, "BUY", seat.later()), "GTD"),
        (seat.args(seat.no, 0.4, 10, "BUY"), "FAK"),
        (seat.args(seat.no, 0.4, 10, "BUY"), "FOK"),
    ]
    orders = [official.PostOrdersV2Args(order=create(args), orderType=kind) for args, kind in wanted]
    answers = seat.client.post_orders(orders)
    assert [answer["status"] for answer in answers[:3]] == ["live", "live", "matched"]
    assert answers[3]["errorMsg"] == "order couldn't be fully filled. FOK orders are fully filled or killed."
    resting = [answer["orderID"] for answer in answers[:2]]
    assert seat.client.cancel_orders(resting) == {"canceled": resting, "not_canceled": {}}


FORMS: dict[str, Callable[[Seat, Seat, Any], None]] = {
    "GTC": good_till_cancelled,
    "GTD": good_till_date,
    "post-only GTC": post_only,
    "post-only GTD": post_only_till_date,
    "FAK": fill_and_kill,
    "FOK": fill_or_kill,
    "SELL FOK": sale_at_the_market,
    "batch": batch,
}


@pytest.fixture
def seats(venue: Any, clob: Any) -> Iterator[Callable[[int, str], list[Seat]]]:
    """Give the two sides of a cell; the other one has the next signature type."""
    made: list[Seat] = []

    def sit(signature_type: int, kind: str) -> list[Seat]:
        market = venue.markets(kind)[0]
        made.extend(Seat(clob(venue.trader(number)), market) for number in (signature_type, (signature_type + 1) % 4))
        return made

    yield sit
    for seat in made:
        seat.client.cancel_all()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", ["standard", "neg_risk", "v2"])
@pytest.mark.parametrize("signature_type", [0, 1, 2, 3])
def test_an_order_of_this_form_by_this_wallet_in_this_market_does_what_it_says(
    seats: Any, eventually: Any, signature_type: int, kind: str, form: str
) -> None:
    seat, other = seats(signature_type, kind)
    FORMS[form](seat, other, eventually)
