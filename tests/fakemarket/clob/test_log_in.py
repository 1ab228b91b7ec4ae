"""Credentials come from a signed message, and every private request is checked by its HMAC over the bytes as sent."""

import json
from pathlib import Path

import pytest

from fakemarket.faces.clob.auth import sign
from tests.fakemarket.clob.counter import Counter


def test_the_hmac_equals_the_published_figures() -> None:
    secret = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    assert sign(secret, '1791220000POST/order{"a":1}') == "kMm9iUe7fbOMOJHWROY9lFGrSsohRwiHZboDf4m1U6c="
    assert sign(secret, "1791220000GET/data/orders") == "PFnXwqmNewNKmoz1T-EZ1HgiyG8v-wTh8DQZ2LPznR0="


@pytest.mark.recorded
def test_the_hmac_equals_the_recorded_vector(recorded_data: Path) -> None:
    vector = json.loads((recorded_data / "vectors/Polymarket_sdk/order_and_auth_vectors.json").read_text())["hmac"]
    assert sign(vector["secret"], vector["message"]) == vector["signature"]


def test_credentials_are_made_once_and_derived_again() -> None:
    async def act(counter: Counter) -> None:
        account = counter.accounts[3]
        again = await counter.call("POST", "/auth/api-key", headers=counter.login_headers(account))
        assert (again.status, again.body) == (400, {"error": "Could not create api key"})
        derived = await counter.call("GET", "/auth/derive-api-key", headers=counter.login_headers(account))
        assert derived.body["apiKey"] == counter.keys[account.wallet].key
        other = await counter.call("GET", "/auth/derive-api-key", headers=counter.login_headers(account, 5))
        assert (other.status, other.body) == (400, {"error": "Could not derive api key!"})
        second = await counter.login(account, 5)
        listed = await counter.ask(account, "GET", "/auth/api-keys")
        assert listed.body == {"apiKeys": [derived.body["apiKey"], second.key]}

    Counter().run(act)


def test_a_log_in_signed_by_another_key_or_at_another_time_is_refused() -> None:
    async def act(counter: Counter) -> None:
        mine, other = counter.accounts[0], counter.accounts[1]
        forged = counter.login_headers(mine, 7) | {"POLY_SIGNATURE": counter.login_headers(other, 7)["POLY_SIGNATURE"]}
        stale = counter.login_headers(mine, 7)
        counter.clock.advance(61_000)
        for headers in (forged, stale, {}, forged | {"POLY_SIGNATURE": "0xzz"}, forged | {"POLY_NONCE": "x"}):
            answer = await counter.call("POST", "/auth/api-key", headers=headers)
            assert (answer.status, answer.body) == (401, {"error": "Invalid L1 Request headers"})

    Counter().run(act)


@pytest.mark.parametrize(
    "broken", ["POLY_SIGNATURE", "POLY_ADDRESS", "POLY_API_KEY", "POLY_PASSPHRASE", "POLY_TIMESTAMP"]
)
def test_one_wrong_header_is_unauthorised(broken: str) -> None:
    async def act(counter: Counter) -> None:
        account = counter.accounts[3]
        headers = counter.headers(counter.keys[account.wallet], "GET", "/data/orders")
        good = await counter.call("GET", "/data/orders", headers=headers)
        assert good.status == 200
        wrong = headers[broken][:-3] + "".join("1" if letter == "0" else "0" for letter in headers[broken][-3:])
        answer = await counter.call("GET", "/data/orders", headers=headers | {broken: wrong})
        assert (answer.status, answer.body) == (401, {"error": "Unauthorized/Invalid api key"})

    Counter().run(act)


def test_the_signature_leaves_the_query_out_and_takes_the_body_in() -> None:
    async def act(counter: Counter) -> None:
        account = counter.accounts[3]
        asked = await counter.ask(account, "GET", "/data/orders?market=0x1&next_cursor=MA==")
        assert asked.status == 200
        headers = counter.headers(counter.keys[account.wallet], "DELETE", "/order", '{"orderID":"0x1"}')
        spaced = await counter.call("DELETE", "/order", '{"orderID": "0x1"}', headers)
        assert spaced.status == 401

    Counter().run(act)


def test_deleted_credentials_open_nothing() -> None:
    async def act(counter: Counter) -> None:
        account = counter.accounts[2]
        gone = await counter.ask(account, "DELETE", "/auth/api-key")
        assert gone.body == "OK"
        after = await counter.ask(account, "GET", "/data/orders")
        assert after.status == 401

    Counter().run(act)


def test_a_session_key_trades_for_the_wallet_and_neither_sees_what_the_other_did() -> None:
    async def act(counter: Counter) -> None:
        owner, helper, taker = counter.accounts[3], counter.accounts[0], counter.accounts[4]
        mine = await counter.place(owner, counter.order(owner, "SELL", 40, 10))
        order = counter.signed_by_session(counter.order(owner, "SELL", 41, 10), helper)
        early = await counter.place(helper, order)
        assert early.body == {"error": "the order signer address has to be the address of the API KEY"}
        owner.sessions[helper.eoa] = counter.clock.now_s() + 1_000
        lent = await counter.place(helper, order)
        assert lent.body["status"] == "live"
        await counter.place(taker, counter.order(taker, "BUY", 40, 10))
        await counter.place(taker, counter.order(taker, "BUY", 41, 10))
        for reader, own, foreign in ((owner, mine, lent), (helper, lent, mine)):
            hidden = await counter.ask(reader, "GET", f"/data/order/{foreign.body['orderID']}")
            assert (hidden.status, hidden.body) == (404, {"error": "order not found"})
            trades = (await counter.ask(reader, "GET", "/data/trades")).body["data"]
            assert [trade["maker_orders"][0]["order_id"] for trade in trades] == [own.body["orderID"]]
        assert len((await counter.ask(taker, "GET", "/data/trades")).body["data"]) == 2
        owner.sessions[helper.eoa] = counter.clock.now_s()
        late = await counter.place(helper, counter.signed_by_session(counter.order(owner, "SELL", 42, 10), helper))
        assert late.status == 400

    Counter().run(act)
