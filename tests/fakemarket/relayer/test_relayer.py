"""The relayer: a signed batch of a deposit wallet, and what it refuses."""

from typing import Any

import pytest

from fakemarket.faces.relayer import application
from fakemarket.faces.relayer.calls import Call
from fakemarket.faces.relayer.envelopes import batch_digest, safe_digest
from fakemarket.world.accounts import Account
from fakemarket.world.contracts import CONTRACTS
from fakemarket.world.hashing import unhex, word
from fakemarket.world.money import ONE
from fakemarket.world.signing import recover, sign_digest
from fakemarket.world.tokens import MarketPlan
from tests.fakemarket.town import Answer, Step, Then, Town, ask

KEY = {"RELAYER_API_KEY": "k", "RELAYER_API_KEY_ADDRESS": "0x0"}


def approve(spender: str, amount: int = 2**256 - 1) -> Call:
    data = unhex("095ea7b3") + unhex(CONTRACTS[spender]).rjust(32, b"\0") + word(amount)
    return Call(target=CONTRACTS["pusd"], value=0, data=data)


def merge(condition: str, amount: int) -> Call:
    words = unhex(CONTRACTS["pusd"]).rjust(32, b"\0") + bytes(32) + unhex(condition) + word(160) + word(amount)
    return Call(target=CONTRACTS["ctf_collateral_adapter"], value=0, data=unhex("9e7212ad") + words)


def a_batch(town: Town, account: Account, calls: list[Call], *, nonce: int = 0, late: bool = False) -> dict[str, Any]:
    deadline = town.clock.now_s() + (-1 if late else 600)
    digest = batch_digest(account.wallet, nonce, deadline, calls, 137)
    return {
        "type": "WALLET",
        "from": account.eoa,
        "to": CONTRACTS["deposit_wallet_factory"],
        "nonce": str(nonce),
        "signature": "0x" + sign_digest(account.private_key, digest).hex(),
        "metadata": "",
        "depositWalletParams": {
            "depositWallet": account.wallet,
            "deadline": str(deadline),
            "calls": [{"target": call.target, "value": "0", "data": "0x" + call.data.hex()} for call in calls],
        },
    }


def test_a_batch_hashes_as_the_official_client_signs_it() -> None:
    """The signature was made by polymarket-client 0.14.0."""
    calls = [
        Call(target="0x" + "33" * 20, value=0, data=unhex("095ea7b3" + "44" * 40)),
        Call(target="0x" + "55" * 20, value=7, data=b""),
    ]
    digest = batch_digest("0x" + "22" * 20, 9, 1_795_133_400, calls, 137)
    signature = (
        "0x9d31273c2575fa2f1d4caa54deba2b75a358ca1230f0bfa2f8ff591e4c1e21f9"
        "7c32a6665c8ce7c211b21284c52719083da2236b4dfc59a0d60290d8fe93e2e91c"
    )
    assert recover(digest, unhex(signature)) == "0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2a"
    assert "0x" + sign_digest("0x" + "11" * 32, digest).hex() == signature


def submit(body: object) -> tuple[str, str, object]:
    return ("POST", "/submit", body)


def submitted(town: Town, *steps: Step) -> list[Answer]:
    return ask(application(town.exchange), *steps, headers=KEY)


def test_a_signed_batch_takes_effect_when_it_is_mined() -> None:
    town = Town()
    bare = town.open("dan", approved=False)
    seen: list[set[str]] = []
    submitted(
        town,
        submit(a_batch(town, bare, [approve("exchange"), merge(town.market.condition, 5 * ONE)])),
        lambda: seen.append(set(bare.allowances)),
        lambda: town.clock.advance(3_000),
    )
    assert seen == [set()]
    assert bare.allowances == {"pusd:exchange"}
    assert bare.balance(town.yes) == 995 * ONE


def test_a_transaction_is_followed_to_its_end() -> None:
    town = Town()

    def where(answers: list[Answer]) -> str:
        return f"/v1/account/transactions/{answers[0].body['transactionID']}"

    answers = submitted(
        town,
        submit(a_batch(town, town.bob, [approve("router")])),
        Then(where),
        lambda: town.clock.advance(1_000),
        Then(where),
        lambda: town.clock.advance(2_000),
        Then(where),
        lambda: town.clock.advance(3_000),
        Then(where),
    )
    states = [answer.body["state"].removeprefix("STATE_") for answer in answers]
    assert states == ["NEW", "NEW", "EXECUTED", "MINED", "CONFIRMED"]
    assert answers[-1].body["transaction_hash"].startswith("0x")


def test_a_call_that_reverts_fails_the_transaction() -> None:
    town = Town()
    answers = submitted(
        town,
        submit(a_batch(town, town.bob, [merge(town.market.condition, 5_000 * ONE)])),
        lambda: town.clock.advance(10_000),
        Then(lambda answers: f"/v1/account/transactions/{answers[0].body['transactionID']}"),
    )
    assert answers[1].body["state"] == "STATE_FAILED"
    assert "holds" in answers[1].body["error_msg"]


def test_nonces_follow_each_other_and_a_wallet_does_one_thing_at_a_time() -> None:
    town = Town()
    params = f"/v1/account/transactions/params?address={town.bob.eoa}&type=WALLET"
    answers = submitted(
        town,
        params,
        submit(a_batch(town, town.bob, [approve("router")])),
        submit(a_batch(town, town.bob, [approve("exchange")], nonce=1)),
        lambda: town.clock.advance(10_000),
        submit(a_batch(town, town.bob, [approve("exchange")], nonce=0)),
        params,
    )
    assert (answers[0].body["nonce"], answers[4].body["nonce"]) == ("0", "1")
    assert (answers[2].status, answers[2].body["error"]) == (400, "wallet busy: active action in progress")
    assert answers[3].body["error"] == "batch nonce 0 does not match on-chain nonce 1"


def test_a_batch_that_somebody_else_signed_is_refused() -> None:
    town = Town()
    forged = a_batch(town, town.bob, [approve("router")])
    forged["signature"] = a_batch(town, town.cat, [approve("router")])["signature"]
    changed = a_batch(town, town.bob, [approve("router")])
    changed["depositWalletParams"]["calls"][0]["target"] = CONTRACTS["ctf"]
    late = a_batch(town, town.bob, [approve("router")], late=True)
    answers = submitted(town, submit(forged), submit(changed), submit(late))
    assert [(answer.status, answer.body["error"]) for answer in answers[:2]] == [(400, "invalid signature")] * 2
    assert answers[2].status == 400


def test_without_a_key_nothing_is_carried_out() -> None:
    town = Town()
    answer = ask(application(town.exchange), submit(a_batch(town, town.bob, [])))[0]
    assert answer.status == 401


@pytest.mark.parametrize("body", [{}, {"type": "SAFE"}, {"type": "WALLET"}, []])
def test_a_request_it_cannot_read_is_refused(body: object) -> None:
    town = Town()
    full = {"from": town.bob.eoa, **body} if isinstance(body, dict) else body
    assert submitted(town, submit(full))[0].status == 400


def test_whether_a_wallet_is_deployed_is_known() -> None:
    town = Town()
    town.cat.deployed = False
    answers = submitted(
        town,
        f"/deployed?address={town.bob.wallet}&type=WALLET",
        f"/deployed?address={town.cat.wallet}",
        submit({"type": "WALLET-CREATE", "from": town.cat.eoa}),
        f"/deployed?address={town.cat.wallet}",
    )
    assert [answers[0].body, answers[1].body, answers[3].body] == [
        {"deployed": True},
        {"deployed": False},
        {"deployed": True},
    ]


def test_twenty_five_submissions_a_minute_are_enough() -> None:
    town = Town()
    answers = submitted(town, *[submit({"type": "WALLET", "from": town.bob.eoa})] * 26)
    assert [answer.status for answer in answers[24:]] == [400, 429]


def a_safe_call(account: Account, call: Call, *, nonce: int = 0, v_shift: int = 4) -> dict[str, Any]:
    signature = sign_digest(account.private_key, safe_digest(account.wallet, call, 0, nonce, 137))
    return {
        "type": "SAFE",
        "from": account.eoa,
        "to": call.target,
        "proxyWallet": account.wallet,
        "data": "0x" + call.data.hex(),
        "nonce": str(nonce),
        "signature": "0x" + signature[:-1].hex() + f"{signature[-1] + v_shift:02x}",
        "metadata": "",
        "signatureParams": {"operation": "0", "safeTxnGas": "0", "baseGas": "0", "gasPrice": "0"},
    }


def test_a_safe_signs_one_call_as_a_message() -> None:
    town = Town()
    safe = town.open("sam", signature_type=2, approved=False)
    answers = submitted(
        town,
        submit(a_safe_call(safe, approve("exchange"), v_shift=0)),
        submit(a_safe_call(safe, approve("exchange")) | {"to": CONTRACTS["ctf"]}),
        submit(a_safe_call(safe, approve("exchange"))),
        lambda: town.clock.advance(3_000),
        f"/v1/account/transactions/params?address={safe.eoa}&type=SAFE",
    )
    assert [answer.status for answer in answers] == [400, 400, 200, 200]
    assert answers[1].body["error"] == "invalid signature"
    assert answers[3].body["nonce"] == "1"
    assert safe.allowances == {"pusd:exchange"}


def convert(market_id: str, bits: int, amount: int) -> Call:
    data = unhex("c64748c4") + unhex(market_id) + word(bits) + word(amount)
    return Call(target=CONTRACTS["neg_risk_ctf_collateral_adapter"], value=0, data=data)


def test_a_conversion_names_its_markets_by_bits() -> None:
    town = Town()
    plans = [MarketPlan(question=f"Will {name} win?", neg_risk=True) for name in ("Ann", "Ben", "Cy")]
    first = town.list(*plans, neg_risk=True)
    conditions = town.exchange.catalog.event_of(first).conditions
    markets = [town.exchange.catalog.markets[condition] for condition in conditions]
    for condition in (conditions[0], conditions[2]):
        town.exchange.split(town.bob.wallet, condition, 5 * ONE)
    cash = town.bob.cash
    batch = [convert(first.neg_risk_market_id, 0b101, 5 * ONE)]
    submitted(town, submit(a_batch(town, town.bob, batch)), lambda: town.clock.advance(10_000))
    assert (town.bob.balance(markets[1].tokens[0]), town.bob.cash - cash) == (5 * ONE, 5 * ONE)
    assert town.bob.balance(markets[0].tokens[1]) == town.bob.balance(markets[2].tokens[1]) == 0
    all_of_them = [convert(first.neg_risk_market_id, 0b111, 5 * ONE)]
    failed = submitted(
        town,
        submit(a_batch(town, town.bob, all_of_them)),
        lambda: town.clock.advance(10_000),
        Then(lambda answers: f"/v1/account/transactions/{answers[0].body['transactionID']}"),
    )
    assert failed[1].body["state"] == "STATE_FAILED"


def test_the_second_version_redeems_just_the_outcome_that_is_named() -> None:
    town = Town(plan=MarketPlan(question="Will it snow?", version="v2"))
    town.exchange.resolve(town.market.condition, (ONE, 0))
    data = unhex("d217a3cc") + unhex(town.market.condition) + word(0) + word(4 * ONE)
    call = Call(target=CONTRACTS["router"], value=0, data=data)
    submitted(town, submit(a_batch(town, town.bob, [call])), lambda: town.clock.advance(10_000))
    assert (town.bob.balance(town.yes), town.bob.balance(town.no)) == (996 * ONE, 1_000 * ONE)
