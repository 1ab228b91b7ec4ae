"""Orders over HTTP: every type and signature, batches, cancels, and every refusal with its status and its words."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from fakemarket.world.money import ONE
from fakemarket.world.tokens import MarketPlan
from tests.fakemarket.clob.counter import Answer, Counter

Act = Callable[[Counter], Awaitable[Answer]]


@pytest.mark.parametrize("kind", [0, 1, 2, 3])
def test_an_order_of_each_signature_type_rests_and_is_cancelled(kind: int) -> None:
    async def act(counter: Counter) -> None:
        account = counter.accounts[kind]
        placed = await counter.place(account, counter.order(account, "BUY", 30, 10))
        assert placed.status == 200
        order_id = placed.body.pop("orderID")
        assert placed.body == {
            "errorMsg": "",
            "takingAmount": "",
            "makingAmount": "",
            "status": "live",
            "tradeIDs": [],
            "transactionsHashes": [],
            "success": True,
        }
        row = (await counter.ask(account, "GET", f"/data/order/{order_id}")).body
        assert (row["status"], row["original_size"], row["size_matched"]) == ("ORDER_STATUS_LIVE", "10", "0")
        gone = await counter.ask(account, "DELETE", "/order", {"orderID": order_id})
        assert gone.body == {"canceled": [order_id], "not_canceled": {}}
        again = await counter.ask(account, "DELETE", "/order", {"orderID": order_id})
        assert again.body == {
            "canceled": [],
            "not_canceled": {order_id: "order can't be found - already canceled or matched"},
        }
        row = (await counter.ask(account, "GET", f"/data/order/{order_id}")).body
        assert row["status"] == "ORDER_STATUS_CANCELED"

    Counter().run(act)


def test_a_match_answers_in_human_units_and_is_settled_by_trade_id() -> None:
    async def act(counter: Counter) -> None:
        maker, taker = counter.accounts[3], counter.accounts[4]
        rested = await counter.place(maker, counter.order(maker, "SELL", 50, 20))
        placed = await counter.place(taker, counter.order(taker, "BUY", 55, 8))
        assert (placed.body["status"], placed.body["makingAmount"], placed.body["takingAmount"]) == (
            "matched",
            "4",
            "8",
        )
        trade_id = placed.body["tradeIDs"][0]
        path = f"/data/trades?id={trade_id}"
        fresh = (await counter.ask(taker, "GET", path)).body["data"][0]
        assert (fresh["status"], fresh["trader_side"], fresh["price"]) == ("TRADE_STATUS_MATCHED", "TAKER", "0.5")
        assert fresh["transaction_hash"] == ""
        counter.clock.advance(10_000)
        settled = (await counter.ask(maker, "GET", path)).body["data"][0]
        assert (settled["status"], settled["trader_side"]) == ("TRADE_STATUS_CONFIRMED", "MAKER")
        assert settled["maker_orders"][0]["order_id"] == rested.body["orderID"]
        assert settled["maker_orders"][0]["matched_amount"] == "8"
        stranger = await counter.ask(counter.accounts[0], "GET", path)
        assert stranger.body["data"] == []

    Counter().run(act)


def test_a_batch_answers_in_place_and_each_order_fails_alone() -> None:
    async def act(counter: Counter) -> None:
        account = counter.accounts[3]
        good = counter.request(account, counter.order(account, "BUY", 30, 10))
        small = counter.request(account, counter.order(account, "BUY", 30, 4))
        answer = await counter.ask(account, "POST", "/orders", [good, good, small, {"order": 1}])
        first, twin, tiny, broken = answer.body
        assert first["status"] == "live"
        assert twin["errorMsg"] == f"order {first['orderID']} is invalid. Duplicated."
        assert tiny["errorMsg"].endswith("Size (4) lower than the minimum: 5")
        assert broken["errorMsg"] == "Invalid order payload"
        assert [row["success"] for row in answer.body] == [True, False, False, False]

    Counter().run(act)


async def _many(counter: Counter) -> Answer:
    account = counter.accounts[3]
    return await counter.ask(account, "POST", "/orders", [counter.request(account, _buy(counter))] * 16)


def _buy(counter: Counter) -> Any:
    return counter.order(counter.accounts[3], "BUY", 30, 10)


async def _foreign_owner(counter: Counter) -> Answer:
    return await counter.place(counter.accounts[3], _buy(counter), owner=counter.keys[counter.accounts[0].wallet].key)


async def _foreign_signer(counter: Counter) -> Answer:
    return await counter.place(counter.accounts[0], _buy(counter))


async def _owner_in_place_of_wallet(counter: Counter) -> Answer:
    account = counter.accounts[3]
    order = counter.signed(account, replace(_buy(counter), signer=account.eoa))
    return await counter.place(account, order)


async def _unlisted(counter: Counter) -> Answer:
    account = counter.accounts[0]
    account.allow_listed = False
    return await counter.place(account, counter.order(account, "BUY", 30, 10))


async def _banned(counter: Counter) -> Answer:
    counter.accounts[3].banned = True
    return await counter.place(counter.accounts[3], _buy(counter))


async def _closed_only(counter: Counter) -> Answer:
    counter.accounts[3].closed_only = True
    closed = await counter.ask(counter.accounts[3], "GET", "/auth/ban-status/closed-only")
    assert closed.body == {"closed_only": True}
    sold = await counter.place(counter.accounts[3], counter.order(counter.accounts[3], "SELL", 90, 10))
    assert sold.status == 200
    return await counter.place(counter.accounts[3], _buy(counter))


async def _other_version(counter: Counter) -> Answer:
    return await counter.place(counter.accounts[3], counter.signed(counter.accounts[3], _buy(counter), "v3"))


async def _unsigned(counter: Counter) -> Answer:
    return await counter.place(counter.accounts[3], replace(_buy(counter), signature="0x" + "11" * 65))


async def _tick_changed(counter: Counter) -> Answer:
    order = counter.order(counter.accounts[3], "BUY", 31, 10)
    counter.exchange.change_tick(counter.market.condition, 100_000)
    return await counter.place(counter.accounts[3], order)


async def _duplicate(counter: Counter) -> Answer:
    order = _buy(counter)
    await counter.place(counter.accounts[3], order)
    return await counter.place(counter.accounts[3], order)


async def _crossing_post_only(counter: Counter) -> Answer:
    await counter.place(counter.accounts[4], counter.order(counter.accounts[4], "SELL", 30, 10))
    return await counter.place(counter.accounts[3], _buy(counter), postOnly=True)


async def _too_dear(counter: Counter) -> Answer:
    return await counter.place(counter.accounts[3], counter.order(counter.accounts[3], "BUY", 90, 2_000))


async def _not_held(counter: Counter) -> Answer:
    return await counter.place(counter.accounts[3], counter.order(counter.accounts[3], "SELL", 90, 201))


async def _not_allowed(counter: Counter) -> Answer:
    counter.accounts[3].allowances.clear()
    return await counter.place(counter.accounts[3], _buy(counter))


async def _too_soon(counter: Counter) -> Answer:
    order = replace(_buy(counter), expiration_s=counter.clock.now_s() + 100)
    return await counter.place(counter.accounts[3], order, "GTD")


async def _paused(counter: Counter) -> Answer:
    counter.exchange.pause(counter.market.condition)
    return await counter.place(counter.accounts[3], _buy(counter))


async def _resolved(counter: Counter) -> Answer:
    counter.exchange.resolve(counter.market.condition, (ONE, 0))
    return await counter.place(counter.accounts[3], _buy(counter))


REFUSALS: dict[str, tuple[Act, str]] = {
    "payload": (lambda c: c.ask(c.accounts[3], "POST", "/order", {"order": {}}), "Invalid order payload"),
    "type": (lambda c: c.place(c.accounts[3], _buy(c), "IOC"), "Invalid order payload"),
    "post-only FAK": (lambda c: c.place(c.accounts[3], _buy(c), "FAK", postOnly=True), "Invalid order payload"),
    "owner": (_foreign_owner, "the order owner has to be the owner of the API KEY"),
    "signer": (_foreign_signer, "the order signer address has to be the address of the API KEY"),
    "owner signs as itself": (_owner_in_place_of_wallet, "invalid signature"),
    "maker": (_unlisted, "maker address not allowed, please use the deposit wallet flow"),
    "banned": (_banned, "' address banned"),
    "closed only": (_closed_only, "' address in closed only mode"),
    "version": (_other_version, "order_version_mismatch"),
    "signature": (_unsigned, "invalid signature"),
    "tick": (_tick_changed, "is invalid. Price (0.31) breaks minimum tick size rule: 0.1"),
    "size": (
        lambda c: c.place(c.accounts[3], c.order(c.accounts[3], "BUY", 30, 4)),
        "is invalid. Size (4) lower than the minimum: 5",
    ),
    "duplicate": (_duplicate, "is invalid. Duplicated."),
    "post-only": (_crossing_post_only, "invalid post-only order: order crosses book"),
    "balance": (_too_dear, "not enough balance / allowance"),
    "tokens": (_not_held, "not enough balance / allowance"),
    "allowance": (_not_allowed, "not enough balance / allowance: the allowance is not enough"),
    "expiration": (_too_soon, "invalid expiration"),
    "FOK": (
        lambda c: c.place(c.accounts[3], _buy(c), "FOK"),
        "order couldn't be fully filled. FOK orders are fully filled or killed.",
    ),
    "FAK": (
        lambda c: c.place(c.accounts[3], _buy(c), "FAK"),
        "no orders found to match with FAK order. FAK orders are partially filled or killed if no match is found.",
    ),
    "not ready": (_paused, "the market is not yet ready to process new orders"),
    "resolved": (_resolved, "does not exist"),
    "too many": (_many, "Too many orders in payload: 16, max allowed: 15"),
    "order id": (lambda c: c.ask(c.accounts[3], "DELETE", "/order", {"orderID": "12"}), "Invalid orderID"),
    "too many cancels": (
        lambda c: c.ask(c.accounts[3], "DELETE", "/orders", ["0x" + "1" * 64] * 1_001),
        "Too many orders in payload, max allowed: 1000",
    ),
    "cancel what": (lambda c: c.ask(c.accounts[3], "DELETE", "/cancel-market-orders", {}), "Invalid order payload"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_has_the_status_and_the_words_of_the_venue(name: str) -> None:
    provoke, words = REFUSALS[name]

    async def act(counter: Counter) -> None:
        answer = await provoke(counter)
        assert answer.status == 400
        assert words in answer.body["error"]
        assert list(answer.body) == ["error"]

    Counter().run(act)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("salt", "1"),
        ("salt", True),
        ("makerAmount", 3_000_000),
        ("makerAmount", "-1"),
        ("side", 0),
        ("side", "buy"),
        ("signatureType", "3"),
        ("signatureType", 4),
        ("tokenId", "0x12"),
        ("maker", "0x12"),
        ("metadata", "0x"),
        ("signature", "nothing"),
        ("timestamp", None),
        ("expiration", 0),
    ],
)
def test_a_field_of_the_wrong_kind_makes_no_order(field: str, value: object) -> None:
    async def act(counter: Counter) -> None:
        document = counter.request(counter.accounts[3], _buy(counter))
        document["order"][field] = value
        answer = await counter.ask(counter.accounts[3], "POST", "/order", document)
        assert (answer.status, answer.body) == (400, {"error": "Invalid order payload"})

    Counter().run(act)


def test_cancels_by_list_by_market_and_of_everything_stay_with_the_own_key() -> None:
    async def act(counter: Counter) -> None:
        mine, other = counter.accounts[3], counter.accounts[4]
        ids = [(await counter.place(mine, counter.order(mine, "BUY", cents, 10))).body["orderID"] for cents in (20, 21)]
        foreign = (await counter.place(other, counter.order(other, "BUY", 22, 10))).body["orderID"]
        listed = await counter.ask(mine, "DELETE", "/orders", [ids[0], foreign])
        assert listed.body["canceled"] == [ids[0]]
        assert list(listed.body["not_canceled"]) == [foreign]
        market = await counter.ask(mine, "DELETE", "/cancel-market-orders", {"market": counter.market.condition})
        assert market.body["canceled"] == [ids[1]]
        everything = await counter.ask(other, "DELETE", "/cancel-all")
        assert everything.body["canceled"] == [foreign]

    Counter().run(act)


def test_an_order_held_for_a_sport_answers_delayed_and_cannot_be_cancelled() -> None:
    async def act(counter: Counter) -> None:
        maker, taker = counter.accounts[3], counter.accounts[4]
        await counter.place(maker, counter.order(maker, "SELL", 50, 10))
        placed = await counter.place(taker, counter.order(taker, "BUY", 50, 10))
        assert (placed.body["status"], placed.body["tradeIDs"]) == ("delayed", [])
        gone = await counter.ask(taker, "DELETE", "/order", {"orderID": placed.body["orderID"]})
        assert gone.body["canceled"] == []
        counter.clock.advance(1_000)
        row = (await counter.ask(taker, "GET", f"/data/order/{placed.body['orderID']}")).body
        assert (row["status"], row["size_matched"]) == ("ORDER_STATUS_MATCHED", "10")

    Counter(market=MarketPlan(question="Goal?", seconds_delay=1)).run(act)
