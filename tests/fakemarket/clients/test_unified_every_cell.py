"""polymarket-client, unmodified: every order type by every signature type in every kind of market (K14, K16)."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import pytest

polymarket: Any = pytest.importorskip("polymarket", reason="the official client")
pytestmark = pytest.mark.slow

GTD_S = 400
KILLED = "order couldn't be fully filled. FOK orders are fully filled or killed."


class Seat:
    """One side of a cell: a client with its wallet, at the market of the cell."""

    def __init__(self, client: Any, market: Any, now_s: int) -> None:
        self.client = client
        self.yes, self.no = market.tokens
        self.later = now_s + GTD_S

    async def sign(self, token: str, price: str, size: int, **terms: Any) -> Any:
        return await self.client.create_limit_order(asset_id=token, price=price, size=size, side="BUY", **terms)

    async def limit(self, token: str, price: str, size: int, **terms: Any) -> Any:
        return await self.client.post_order(await self.sign(token, price, size, **terms))

    async def buy(self, token: str, amount: str, price: str, order_type: str) -> Any:
        return await self.client.post_order(await self.take(token, amount, price, order_type))

    async def take(self, token: str, amount: str, price: str, order_type: str) -> Any:
        return await self.client.create_market_order(
            asset_id=token, side="BUY", amount=amount, max_price=price, order_type=order_type
        )

    async def cancels(self, *order_ids: str) -> bool:
        answer = await self.client.cancel_orders(order_ids=list(order_ids))
        return set(answer.canceled) == set(order_ids) and not answer.not_canceled


async def refusal(act: Awaitable[Any]) -> str:
    with pytest.raises(polymarket.PolymarketError) as caught:
        await act
    return str(caught.value)


async def good_till_cancelled(seat: Seat, other: Seat) -> None:
    placed = await seat.limit(seat.yes, "0.6", 20)
    assert (placed.ok, placed.status) == (True, "live")
    assert (await other.limit(other.no, "0.4", 8)).status == "matched"
    order = await seat.client.get_order(order_id=placed.order_id)
    assert (order.order_type, order.size_matched, order.original_size) == ("GTC", Decimal(8), Decimal(20))
    assert await seat.cancels(placed.order_id)


async def good_till_date(seat: Seat, _: Seat) -> None:
    placed = await seat.limit(seat.yes, "0.2", 10, expiration=seat.later)
    order = await seat.client.get_order(order_id=placed.order_id)
    assert (placed.status, order.order_type) == ("live", "GTD")
    assert await seat.cancels(placed.order_id)


async def post_only(seat: Seat, other: Seat) -> None:
    low = await other.limit(other.yes, "0.3", 10)
    crossing = await refusal(seat.limit(seat.no, "0.75", 10, post_only=True))
    assert crossing == "invalid post-only order: order crosses book"
    assert await seat.cancels((await seat.limit(seat.no, "0.6", 10, post_only=True)).order_id)
    till = await seat.limit(seat.no, "0.6", 10, post_only=True, expiration=seat.later)
    assert till.status == "live"
    assert await seat.cancels(till.order_id)
    assert await other.cancels(low.order_id)


async def fill_and_kill(seat: Seat, other: Seat) -> None:
    await other.limit(other.yes, "0.64", 10)
    partly = await seat.buy(seat.no, "7.2", "0.36", "FAK")
    assert (partly.status, partly.taking_amount) == ("matched", Decimal(10))
    nothing = await refusal(seat.buy(seat.no, "7.2", "0.36", "FAK"))
    assert nothing.startswith("no orders found to match with FAK order.")


async def fill_or_kill(seat: Seat, other: Seat) -> None:
    await other.limit(other.yes, "0.64", 10)
    assert await refusal(seat.buy(seat.no, "7.2", "0.36", "FOK")) == KILLED
    await other.limit(other.yes, "0.64", 10)
    assert (await seat.buy(seat.no, "7.2", "0.36", "FOK")).status == "matched"


async def sale_at_the_market(seat: Seat, other: Seat) -> None:
    await other.limit(other.yes, "0.6", 10)
    bought = await seat.buy(seat.no, "4", "0.4", "FAK")
    await seat.client.wait_for_order_fill_settlement(bought)
    await other.limit(other.no, "0.4", 10)
    signed = await seat.client.create_market_order(
        asset_id=seat.no, side="SELL", shares="10", min_price="0.4", order_type="FOK"
    )
    assert (await seat.client.post_order(signed)).status == "matched"


async def batch(seat: Seat, other: Seat) -> None:
    await other.limit(other.yes, "0.6", 10)
    answers = await seat.client.post_orders(
        [
            await seat.sign(seat.no, "0.31", 10),
            await seat.sign(seat.no, "0.32", 10, expiration=seat.later),
            await seat.take(seat.no, "4", "0.4", "FAK"),
            await seat.take(seat.no, "4", "0.4", "FOK"),
        ]
    )
    assert [answer.ok for answer in answers] == [True, True, True, False]
    assert [answer.status for answer in answers[:3]] == ["live", "live", "matched"]
    assert (answers[3].code, answers[3].message) == ("fok_not_filled", KILLED)
    assert await seat.cancels(*(answer.order_id for answer in answers[:2]))


FORMS: dict[str, Callable[[Seat, Seat], Awaitable[None]]] = {
    "GTC": good_till_cancelled,
    "GTD": good_till_date,
    "post-only GTC and GTD": post_only,
    "FAK": fill_and_kill,
    "FOK": fill_or_kill,
    "SELL FOK": sale_at_the_market,
    "batch": batch,
}


@pytest.mark.parametrize("kind", ["standard", "neg_risk", "v2"])
@pytest.mark.parametrize("signature_type", [0, 1, 2, 3])
def test_orders_of_every_form_by_this_wallet_in_this_market_do_what_they_say(
    venue: Any, environment: Any, within: Any, signature_type: int, kind: str
) -> None:
    """One scene a cell, because each log-in of this client costs as much as ten orders."""
    market = venue.markets(kind)[0]

    async def opened(number: int) -> Seat:
        trader = venue.trader(number)
        client = await polymarket.AsyncSecureClient.create(
            private_key=trader.private_key, wallet=trader.wallet, environment=environment
        )
        return Seat(client, market, venue.control("GET", "/clock")["now_ms"] // 1000)

    async def scene() -> list[str]:
        seats = [await opened(number) for number in (signature_type, (signature_type + 1) % 4)]
        played = []
        try:
            for form, play in FORMS.items():
                await play(*seats)
                played.append(form)
        finally:
            for seat in seats:
                await seat.client.cancel_all()
                await seat.client.close()
        return played

    assert within(scene()) == list(FORMS)
