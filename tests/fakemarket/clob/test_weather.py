"""Limits and bad days: buckets, windows, restarts, closed doors, and answers lost, late, wrong or garbled."""

import json

import pytest
from aiohttp import ClientError

from fakemarket.faces.clob import ClobPlan
from tests.fakemarket.clob.counter import Answer, Counter


async def _buy(counter: Counter, **more: object) -> Answer:
    account = counter.accounts[3]
    return await counter.place(account, counter.order(account, "BUY", 20, 5), **more)  # type: ignore[arg-type]


def test_a_signer_is_told_what_is_left_and_only_warned_by_default() -> None:
    async def act(counter: Counter) -> None:
        first = await _buy(counter)
        assert first.headers["Poly-RateLimit-Remaining"] == "59"
        assert first.headers["Poly-RateLimit-Tier"] == "standard"
        account = counter.accounts[3]
        batch = [counter.request(account, counter.order(account, "BUY", 20, 5)) for _ in range(15)]
        for _ in range(3):
            await counter.ask(account, "POST", "/orders", batch)
        last = await counter.ask(account, "POST", "/orders", batch)
        assert last.status == 200
        assert last.headers["Poly-RateLimit-Warning"] == "true"

    Counter().run(act)


def test_an_enforced_bucket_admits_a_batch_whole_or_not_at_all() -> None:
    """F50"""

    async def act(counter: Counter) -> None:
        account = counter.accounts[3]
        batch = [counter.request(account, counter.order(account, "BUY", 20, 5)) for _ in range(15)]
        for _ in range(3):
            await counter.ask(account, "POST", "/orders", batch)
        await counter.ask(account, "POST", "/orders", batch[:10])
        refused = await counter.ask(account, "POST", "/orders", batch[:6])
        assert (refused.status, refused.body) == (429, {"error": "Too Many Requests"})
        assert refused.headers["Retry-After"] == "1"
        assert refused.headers["Poly-RateLimit-Remaining"] == "5"
        fits = await counter.ask(account, "POST", "/orders", batch[:5])
        assert fits.status == 200
        counter.clock.advance(1_000)
        refilled = await _buy(counter)
        assert refilled.headers["Poly-RateLimit-Remaining"] == "39"
        cancel = await counter.ask(account, "DELETE", "/cancel-all")
        assert int(cancel.headers["Poly-RateLimit-Remaining"]) == 120 - 1 - len(cancel.body["canceled"])

    Counter(ClobPlan(enforces_signer_limits=True)).run(act)


def test_an_address_that_asks_too_often_waits() -> None:
    async def act(counter: Counter) -> None:
        for _ in range(50):
            answer = await counter.ask(
                counter.accounts[3], "GET", "/balance-allowance/update?asset_type=COLLATERAL&signature_type=3"
            )
            assert answer.status == 200
        refused = await counter.ask(
            counter.accounts[3], "GET", "/balance-allowance/update?asset_type=COLLATERAL&signature_type=3"
        )
        assert (refused.status, refused.headers["Retry-After"]) == (429, "11")
        counter.clock.advance(11_000)
        again = await counter.call("GET", "/ok")
        assert again.status == 200

    Counter().run(act)


def test_a_restart_is_too_early_then_post_only_then_over() -> None:
    """F49"""

    async def act(counter: Counter) -> None:
        account = counter.accounts[3]
        counter.exchange.faults.set("restart")
        early = await _buy(counter)
        assert (early.status, early.headers["Retry-After"]) == (425, "1")
        assert (await counter.ask(account, "DELETE", "/cancel-all")).status == 425
        counter.clock.advance(90_000)
        closed = await _buy(counter)
        assert closed.status == 503
        assert closed.body == {
            "error": "post-only mode: only post-only orders and cancels are allowed",
            "code": "post_only_mode",
            "retry_after_seconds": 120,
        }
        assert closed.headers["Retry-After"] == "120"
        batch = await counter.ask(
            account, "POST", "/orders", [counter.request(account, counter.order(account, "BUY", 20, 5))]
        )
        assert (batch.status, batch.body[0]["success"], batch.body[0]["orderID"]) == (200, True, "")
        assert batch.body[0]["errorMsg"] == "post-only mode: only post-only orders and cancels are allowed"
        assert (await _buy(counter, postOnly=True)).body["status"] == "live"
        assert len((await counter.ask(account, "DELETE", "/cancel-all")).body["canceled"]) == 1
        counter.clock.advance(120_000)
        assert (await _buy(counter)).status == 200

    Counter().run(act)


def test_cancel_only_lets_cancels_through_and_disabled_lets_nothing() -> None:
    """F57"""

    async def act(counter: Counter) -> None:
        account = counter.accounts[3]
        counter.exchange.faults.set("restricted")
        closed = await _buy(counter)
        assert (closed.status, closed.body["error"]) == (
            503,
            "Trading is currently cancel-only. New orders are not accepted, but cancels are allowed.",
        )
        assert (await counter.ask(account, "DELETE", "/cancel-all")).status == 200
        counter.exchange.faults.set("restricted", mode="disabled")
        off = await counter.ask(account, "DELETE", "/cancel-all")
        assert (off.status, off.body["error"]) == (
            503,
            "Trading is currently disabled. Check polymarket.com for updates",
        )

    Counter().run(act)


@pytest.mark.parametrize("seconds", [0, 7])
def test_a_throttle_comes_with_or_without_the_header(seconds: int) -> None:
    """F50"""

    async def act(counter: Counter) -> None:
        counter.exchange.faults.set("throttle", retry_after_s=seconds, path="/order", count=1)
        answer = await _buy(counter)
        assert answer.status == 429
        assert answer.headers.get("Retry-After") == (str(seconds) if seconds else None)
        assert (await _buy(counter)).status == 200

    Counter().run(act)


@pytest.mark.parametrize("kind", ["500", "reset"])
def test_a_lost_answer_hides_an_order_that_was_taken(kind: str) -> None:
    """F52"""

    async def act(counter: Counter) -> None:
        counter.exchange.faults.set("drop_answer", kind=kind, count=1)
        order = counter.order(counter.accounts[3], "BUY", 20, 5)
        if kind == "reset":
            with pytest.raises(ClientError):
                await counter.place(counter.accounts[3], order)
        else:
            assert (await counter.place(counter.accounts[3], order)).status == 500
        again = await counter.place(counter.accounts[3], order)
        assert again.body["error"].endswith("is invalid. Duplicated.")

    Counter().run(act)


@pytest.mark.parametrize("kind", ["html", "truncated", "binary"])
def test_a_garbled_answer_is_no_json(kind: str) -> None:
    """F53"""

    async def act(counter: Counter) -> None:
        counter.exchange.faults.set("garbled", kind=kind, count=1)
        answer = await _buy(counter)
        assert (answer.status, isinstance(answer.body, str)) == (200, True)
        assert len(counter.exchange.open_orders()) == 1

    Counter().run(act)


def test_an_answer_can_name_another_order() -> None:
    """F54"""

    async def act(counter: Counter) -> None:
        counter.exchange.faults.set("wrong_order_id", count=1)
        answer = await _buy(counter)
        assert answer.body["orderID"] != counter.exchange.open_orders()[0].id

    Counter().run(act)


def test_a_late_answer_says_delayed() -> None:
    """F55"""

    async def act(counter: Counter) -> None:
        counter.exchange.faults.set("delayed_answer", delay_ms=0, count=1)
        answer = await _buy(counter)
        assert answer.body["status"] == "delayed"

    Counter().run(act)


def test_a_hidden_order_cannot_be_looked_up_until_it_appears() -> None:
    """F56"""

    async def act(counter: Counter) -> None:
        account = counter.accounts[3]
        counter.exchange.faults.set("hidden_order", hide_ms=60_000)
        placed = await _buy(counter)
        path = f"/data/order/{placed.body['orderID']}"
        assert (await counter.ask(account, "GET", path)).status == 404
        assert (await counter.ask(account, "GET", "/data/orders")).body["data"] == []
        counter.clock.advance(60_000)
        assert (await counter.ask(account, "GET", path)).status == 200

    Counter().run(act)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (500, "order timed out"),
        (500, "there are no matching orders"),
        (500, "the trade contains rounding issues"),
        (400, "order match delayed due to market conditions"),
        (400, "order canceled in the CTF exchange contract"),
        (500, "could not insert order"),
    ],
)
def test_the_engine_can_refuse_in_its_own_words(status: int, error: str) -> None:
    async def act(counter: Counter) -> None:
        counter.exchange.faults.set("engine_refusal", status=status, error=error, count=1)
        answer = await _buy(counter)
        assert (answer.status, answer.body) == (status, {"error": error})
        assert (await _buy(counter)).status == 200

    Counter().run(act)


@pytest.mark.parametrize("sticky", [False, True])
def test_money_not_yet_seen_is_found_by_the_update_call_unless_it_is_locked(sticky: bool) -> None:  # noqa: FBT001
    """F65"""

    async def act(counter: Counter) -> None:
        account = counter.accounts[3]
        counter.exchange.faults.set("stale_balance", sticky=sticky)
        refused = await _buy(counter)
        assert (refused.status, refused.body) == (400, {"error": "not enough balance / allowance"})
        path = "?asset_type=COLLATERAL&signature_type=3"
        assert (await counter.ask(account, "GET", f"/balance-allowance{path}")).body["balance"] == "0"
        await counter.ask(account, "GET", f"/balance-allowance/update{path}")
        assert (await _buy(counter)).status == (400 if sticky else 200)

    Counter().run(act)


def test_a_body_that_is_no_text_or_no_json_is_refused_and_breaks_nothing() -> None:
    """F34"""

    async def act(counter: Counter) -> None:
        account = counter.accounts[3]
        for body in ("{", "[]", "null", "[[[[", json.dumps({"order": None}), "\u0000"):
            headers = counter.headers(counter.keys[account.wallet], "POST", "/order", body)
            answer = await counter.call("POST", "/order", body, headers)
            assert (answer.status, answer.body) == (400, {"error": "Invalid order payload"})
        assert (await counter.call("POST", "/books", "{}")).body == {"error": "Invalid payload"}

    Counter().run(act)
