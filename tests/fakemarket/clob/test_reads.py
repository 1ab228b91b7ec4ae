"""What can be read: books with the best level last, prices, pages, balances, notifications, and the dead-man switch."""

import hashlib
import json

import pytest

from fakemarket.world.money import FeeSchedule
from fakemarket.world.orders import Terms
from fakemarket.world.tokens import MarketPlan
from tests.fakemarket.clob.counter import Counter


def test_a_book_has_its_best_levels_last_and_a_hash_anyone_can_check() -> None:
    async def act(counter: Counter) -> None:
        account = counter.accounts[3]
        for side, cents in (("BUY", 40), ("BUY", 38), ("SELL", 45), ("SELL", 47)):
            await counter.place(account, counter.order(account, side, cents, 10))  # type: ignore[arg-type]
        book = (await counter.call("GET", f"/book?token_id={counter.yes}")).body
        assert [level["price"] for level in book["bids"]] == ["0.38", "0.4"]
        assert [level["price"] for level in book["asks"]] == ["0.47", "0.45"]
        plain = json.dumps(book | {"hash": ""}, separators=(",", ":"))
        assert book["hash"] == hashlib.sha1(plain.encode(), usedforsecurity=False).hexdigest()
        mirror = (await counter.call("POST", "/books", json.dumps([{"token_id": counter.no}]))).body[0]
        assert [level["price"] for level in mirror["asks"]] == ["0.62", "0.6"]
        single = [
            ("/midpoint", {"mid": "0.425"}),
            ("/spread", {"spread": "0.05"}),
            ("/price?side=BUY", {"price": "0.4"}),
            ("/price?side=SELL", {"price": "0.45"}),
            ("/last-trade-price", {"price": "0.5", "side": ""}),
            ("/tick-size", {"minimum_tick_size": 0.01}),
            ("/neg-risk", {"neg_risk": False}),
        ]
        for path, wanted in single:
            mark = "&" if "?" in path else "?"
            assert (await counter.call("GET", f"{path}{mark}token_id={counter.yes}")).body == wanted

    Counter().run(act)


@pytest.mark.parametrize(
    ("path", "status", "error"),
    [
        ("/book?token_id=abc", 400, "Invalid token id"),
        ("/book?token_id=12", 404, "No orderbook exists for the requested token id"),
        ("/price?token_id={yes}", 400, "Invalid side"),
        ("/tick-size?token_id=12", 404, "market not found"),
        ("/markets/0x12", 404, "market not found"),
        ("/clob-markets/nothing", 400, "Invalid market"),
        ("/markets-by-token/12", 404, "market not found"),
    ],
)
def test_a_wrong_question_is_answered_in_the_words_of_the_venue(path: str, status: int, error: str) -> None:
    async def act(counter: Counter) -> None:
        answer = await counter.call("GET", path.format(yes=counter.yes))
        assert (answer.status, answer.body) == (status, {"error": error})

    Counter().run(act)


def test_the_short_market_form_tells_grid_minimum_fee_and_delay() -> None:
    async def act(counter: Counter) -> None:
        info = (await counter.call("GET", f"/clob-markets/{counter.market.condition}")).body
        assert (info["mts"], info["mos"], info["nr"], info["itode"]) == (0.01, 5.0, False, True)
        assert info["fd"] == {"r": 0.07, "e": 1, "to": True}
        assert [token["t"] for token in info["t"]] == [counter.yes, counter.no]

    plan = MarketPlan(question="Up?", fees=FeeSchedule(rate_bps=700), taker_delay_ms=150)
    Counter(market=plan).run(act)


def test_a_condition_of_the_second_version_is_known_only_in_its_long_form() -> None:
    async def act(counter: Counter) -> None:
        long = await counter.call("GET", f"/clob-markets/{counter.market.condition}")
        short = await counter.call("GET", f"/clob-markets/{counter.market.short_condition}")
        assert (long.status, short.status) == (200, 404)

    Counter(market=MarketPlan(question="Up?", version="v2")).run(act)


def test_open_orders_come_in_pages_that_end() -> None:
    async def act(counter: Counter) -> None:
        account = counter.accounts[3]
        for _ in range(501):
            counter.exchange.place(counter.order(account, "BUY", 10, 5), _terms(counter))
        first = (await counter.ask(account, "GET", "/data/orders?next_cursor=MA==")).body
        rest = (await counter.ask(account, "GET", f"/data/orders?next_cursor={first['next_cursor']}")).body
        assert (len(first["data"]), len(rest["data"]), rest["next_cursor"]) == (500, 1, "LTE=")
        broken = await counter.ask(account, "GET", "/data/orders?next_cursor=zz!")
        assert (broken.status, broken.body) == (400, {"error": "invalid order params payload"})

    Counter().run(act)


def _terms(counter: Counter) -> Terms:
    return Terms(owner=counter.keys[counter.accounts[3].wallet].key)


def test_balances_are_base_units_with_the_spenders_of_each_kind_of_token() -> None:
    async def act(counter: Counter) -> None:
        account = counter.accounts[3]
        cash = (await counter.ask(account, "GET", "/balance-allowance?asset_type=COLLATERAL&signature_type=3")).body
        assert cash["balance"] == "800000000"
        assert "0xE111180000d2663C0091e4f400237545B87B996B" in cash["allowances"]
        path = f"/balance-allowance?asset_type=CONDITIONAL&signature_type=3&token_id={counter.yes}"
        assert (await counter.ask(account, "GET", path)).body["balance"] == "200000000"
        wrong = await counter.ask(account, "GET", "/balance-allowance?asset_type=GOLD&signature_type=3")
        assert (wrong.status, wrong.body) == (400, {"error": "Invalid asset type"})
        update = await counter.ask(account, "GET", "/balance-allowance/update?asset_type=COLLATERAL&signature_type=3")
        assert update.status == 200

    Counter().run(act)


def test_silence_after_a_heartbeat_cancels_every_order_of_the_key() -> None:
    """F69"""

    async def act(counter: Counter) -> None:
        mine, other = counter.accounts[3], counter.accounts[4]
        for account in (mine, other):
            await counter.place(account, counter.order(account, "BUY", 20, 10))
        first = (await counter.ask(mine, "POST", "/v1/heartbeats", {"heartbeat_id": ""})).body["heartbeat_id"]
        wrong = await counter.ask(mine, "POST", "/v1/heartbeats", {"heartbeat_id": "other"})
        assert (wrong.status, wrong.body["error_msg"], wrong.body["heartbeat_id"]) == (
            400,
            "Invalid Heartbeat ID",
            first,
        )
        counter.clock.advance(8_000)
        second = await counter.ask(mine, "POST", "/v1/heartbeats", {"heartbeat_id": first})
        assert second.status == 200
        counter.clock.advance(9_000)
        assert len(counter.exchange.open_orders()) == 2
        counter.clock.advance(7_000)
        assert [order.wallet for order in counter.exchange.open_orders()] == [other.wallet]

    Counter().run(act)


def test_cancels_fills_and_failures_are_notified_until_dropped() -> None:
    async def act(counter: Counter) -> None:
        maker, taker = counter.accounts[3], counter.accounts[4]
        await counter.place(maker, counter.order(maker, "SELL", 50, 20))
        await counter.place(taker, counter.order(taker, "BUY", 50, 8))
        counter.clock.advance(10_000)
        counter.exchange.faults.set("ghost_fill")
        await counter.place(taker, counter.order(taker, "BUY", 50, 8))
        counter.clock.advance(20_000)
        await counter.ask(maker, "DELETE", "/cancel-all")
        rows = (await counter.ask(maker, "GET", "/notifications?signature_type=3")).body
        assert [row["type"] for row in rows] == [2, 8, 1]
        await counter.ask(maker, "DELETE", f"/notifications?ids={rows[0]['id']},{rows[1]['id']}")
        assert len((await counter.ask(maker, "GET", "/notifications?signature_type=3")).body) == 1
        counter.clock.advance(49 * 3_600_000)
        assert (await counter.ask(maker, "GET", "/notifications?signature_type=3")).body == []

    Counter().run(act)
