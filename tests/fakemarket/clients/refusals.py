"""Every refusal of the venue that py-clob-client-v2, unmodified, can be brought to receive: how, and its words.

A row is named as in the list of `docs/fakemarket.md`; words in braces stand for what differs from case to case.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

official: Any = pytest.importorskip("py_clob_client_v2", reason="the official client")
parts: Any = pytest.importorskip("py_clob_client_v2.client", reason="the official client")

FOREIGN_KEY = "0x" + "7" * 64
GONE_ID = "0x" + "12" * 32


class Desk:
    """One trader at one market, who signs an order and may then spoil it."""

    def __init__(self, venue: Any, clob: Any, signature_type: int = 3, place: int = 0) -> None:
        self.venue, self.clob = venue, clob
        self.trader = venue.trader(signature_type)
        self.client = clob(self.trader)
        self.market = venue.markets("standard")[place]

    def sign(self, price: float = 0.2, size: float = 10, side: str = "BUY", **more: Any) -> Any:
        options = more.pop("options", None)
        order = official.OrderArgs(token_id=self.market.yes, price=price, size=size, side=side, **more)
        return self.client.create_order(order, options)

    def sign_market(self, amount: float, price: float, order_type: str) -> Any:
        args = official.MarketOrderArgs(
            token_id=self.market.yes, amount=amount, side="BUY", price=price, order_type=order_type
        )
        return self.client.create_market_order(args)

    def post(self, order: Any, order_type: str = "GTC", **terms: Any) -> Any:
        return self.client.post_order(order, order_type, **terms)

    def beside(self, signature_type: int) -> "Desk":
        return Desk(self.venue, self.clob, signature_type)

    def restricted(self, **words: Any) -> None:
        self.venue.act("restrict", who=self.trader.wallet, **words)

    def seen_tick(self, tick: str) -> None:
        """Let the client believe in a tick: it keeps the one it saw with its first market order."""
        self.sign_market(5, 0.5, "FAK")
        self.client._ClobClient__tick_sizes[self.market.yes] = tick


Act = Callable[[Desk], Any]


@dataclass(frozen=True)
class Row:
    """One refusal: what brings it about, its status and its words."""

    act: Act
    status: int
    words: str


# --- what is asked for ------------------------------------------------------------------------------------------------


def strange_login(desk: Desk) -> Any:
    return official.ClobClient(desk.client.host, 80002, key=desk.trader.private_key).derive_api_key()


def foreign_owner(desk: Desk) -> Any:
    """The client always names its own key; its own parts can name another one."""
    owner = desk.beside(2).client.creds.api_key
    payload = parts.order_to_json_v2(desk.sign(), owner, "GTC", False, False)  # noqa: FBT003 the client's own function
    text = json.dumps(payload, separators=(",", ":"), ensure_ascii=False)
    headers = desk.client._l2_headers("POST", "/order", body=payload, serialized_body=text)
    return desk.client._post(desk.client.host + "/order", headers=headers, data=text)


def unknown_maker(desk: Desk) -> Any:
    client = official.ClobClient(desk.client.host, desk.client.chain_id, key=FOREIGN_KEY)
    client.set_api_creds(client.create_or_derive_api_key())
    args = official.OrderArgs(token_id=desk.market.yes, price=0.2, size=10, side="BUY")
    return client.post_order(client.create_order(args), "GTC")


def banned(desk: Desk) -> Any:
    order = desk.sign()
    desk.restricted(banned=True)
    return desk.post(order)


def closed_only(desk: Desk) -> Any:
    desk.restricted(closed_only=True)
    assert desk.client.get_closed_only_mode() == {"closed_only": True}
    return desk.post(desk.sign())


def first_exchange(desk: Desk) -> Any:
    client = desk.beside(0).client  # the first exchange knew no deposit wallets
    args = official.OrderArgsV1(token_id=desk.market.yes, price=0.2, size=10, side="BUY")
    return client.post_order(client.create_order(args, official.PartialCreateOrderOptions(version=1)), "GTC")


def off_the_grid(desk: Desk) -> Any:
    desk.seen_tick("0.001")
    return desk.post(desk.sign(price=0.205))


def too_exact(desk: Desk) -> Any:
    desk.seen_tick("0.001")  # on which the shares may have a decimal more
    return desk.post(desk.sign_market(10, 0.52, "FAK"), "FAK")


def twice(desk: Desk) -> Any:
    order = desk.sign()
    desk.post(order)
    return desk.post(order)


def crossing(desk: Desk) -> Any:
    resting = official.OrderArgs(token_id=desk.market.no, price=0.7, size=10, side="BUY")
    desk.beside(2).client.create_and_post_order(resting)
    return desk.post(desk.sign(price=0.35), post_only=True)


def small_market_buy(desk: Desk) -> Any:
    resting = official.OrderArgs(token_id=desk.market.no, price=0.7, size=10, side="BUY")
    desk.beside(2).client.create_and_post_order(resting)
    return desk.post(desk.sign_market(0.9, 0.3, "FAK"), "FAK")


def not_held(desk: Desk) -> Any:
    return desk.post(desk.sign(side="SELL", size=900_000))


def not_allowed(desk: Desk) -> Any:
    desk.restricted(approved=False)
    return desk.post(desk.sign())


def too_soon(desk: Desk) -> Any:
    near = int(desk.client.get_server_time()) + 100
    return desk.post(desk.sign(expiration=near), "GTD")


def paused(desk: Desk) -> Any:
    order = desk.sign()
    desk.venue.act("pause", market=desk.market.condition)
    return desk.post(order)


def big_batch(desk: Desk) -> Any:
    return desk.client.post_orders([official.PostOrdersV2Args(order=desk.sign(), orderType="GTC")] * 16)


def wrong_secret(desk: Desk) -> Any:
    mine = desk.client.creds
    creds = official.ApiCreds(mine.api_key, "AAAA" * 11, mine.api_passphrase)
    return official.ClobClient(desk.client.host, desk.client.chain_id, FOREIGN_KEY, creds).get_open_orders()


def asked_too_often(desk: Desk) -> Any:
    """Fifty times in ten seconds of market time, of which the venue of the tests has twenty in each real one."""
    asked = official.BalanceAllowanceParams(asset_type="COLLATERAL")
    for _ in range(400):
        desk.client.update_balance_allowance(asked)


def signed_too_often(desk: Desk) -> Any:
    desk.venue.fault("signer_limits", rate=1, burst=3)
    for _ in range(200):
        desk.client.cancel_all()


def while_faulty(name: str, **params: Any) -> Act:
    def act(desk: Desk) -> Any:
        order = desk.sign()
        desk.venue.fault(name, **params)
        return desk.post(order)

    return act


def refusing(status: int, words: str) -> Row:
    """What the engine says of itself; nothing a client does brings it about, so a switch does."""
    return Row(while_faulty("engine_refusal", status=status, error=words), status, words)


ROWS: dict[str, Row] = {
    "payload": Row(lambda desk: desk.post(desk.sign(), "IOC"), 400, "Invalid order payload"),
    "L1 headers": Row(strange_login, 401, "Invalid L1 Request headers"),
    "owner": Row(foreign_owner, 400, "the order owner has to be the owner of the API KEY"),
    "signer": Row(
        lambda desk: desk.beside(2).client.post_order(desk.sign(), "GTC"),
        400,
        "the order signer address has to be the address of the API KEY",
    ),
    "maker": Row(unknown_maker, 400, "maker address not allowed, please use the deposit wallet flow"),
    "banned": Row(banned, 400, "'{wallet}' address banned"),
    "closed only": Row(closed_only, 400, "'{wallet}' address in closed only mode"),
    "version": Row(first_exchange, 400, "order_version_mismatch"),
    "other exchange": Row(
        lambda desk: desk.post(desk.sign(options=official.PartialCreateOrderOptions(neg_risk=True))),
        400,
        "invalid signature",
    ),
    "tick": Row(off_the_grid, 400, "order {id} is invalid. Price (0.205) breaks minimum tick size rule: 0.01"),
    "amounts": Row(
        too_exact,
        400,
        "invalid amounts, the market buy orders maker amount supports a max accuracy of 2 decimals, "
        "taker amount a max of 4 decimals",
    ),
    "minimum": Row(
        lambda desk: desk.post(desk.sign(size=4.99)),
        400,
        "order {id} is invalid. Size (4.99) lower than the minimum: 5",
    ),
    "dollar": Row(small_market_buy, 400, "invalid amount for a marketable BUY order ($0.9), min size: $1"),
    "duplicate": Row(twice, 400, "order {id} is invalid. Duplicated."),
    "post-only": Row(crossing, 400, "invalid post-only order: order crosses book"),
    "balance": Row(
        lambda desk: desk.post(desk.sign(price=0.99, size=5_000_000)),
        400,
        "not enough balance / allowance: the balance is not enough -> balance: {have}, order amount: 4950000000000",
    ),
    "shares": Row(
        not_held,
        400,
        "not enough balance / allowance: the balance is not enough -> balance: {have}, order amount: 900000000000",
    ),
    "allowance": Row(
        not_allowed,
        400,
        "not enough balance / allowance: the allowance is not enough -> spender: {exchange}, allowance: 0",
    ),
    "expiration": Row(too_soon, 400, "invalid expiration"),
    "FOK": Row(
        lambda desk: desk.post(desk.sign_market(5, 0.3, "FOK"), "FOK"),
        400,
        "order couldn't be fully filled. FOK orders are fully filled or killed.",
    ),
    "FAK": Row(
        lambda desk: desk.post(desk.sign_market(5, 0.3, "FAK"), "FAK"),
        400,
        "no orders found to match with FAK order. FAK orders are partially filled or killed if no match is found.",
    ),
    "not ready": Row(paused, 400, "the market is not yet ready to process new orders"),
    "deferred": refusing(400, "order match delayed due to market conditions"),
    "cancelled on chain": refusing(400, "order canceled in the CTF exchange contract"),
    "context": refusing(400, "context canceled"),
    "batch": Row(big_batch, 400, "Too many orders in payload: 16, max allowed: 15"),
    "cancel id": Row(
        lambda desk: desk.client.cancel_order(official.OrderPayload(orderID="hello")), 400, "Invalid orderID"
    ),
    "cancel list": Row(
        lambda desk: desk.client.cancel_orders([GONE_ID] * 1_001), 400, "Too many orders in payload, max allowed: 1000"
    ),
    "key": Row(wrong_secret, 401, "Unauthorized/Invalid api key"),
    "unknown order": Row(lambda desk: desk.client.get_order(GONE_ID), 404, "order not found"),
    "restarting": Row(while_faulty("restart", restart_ms=600_000), 425, "the matching engine is restarting"),
    "address limit": Row(asked_too_often, 429, "Too Many Requests"),
    "signer limit": Row(signed_too_often, 429, "Too Many Requests"),
    "timed out": refusing(500, "order timed out"),
    "no match": refusing(500, "there are no matching orders"),
    "rounding": refusing(500, "the trade contains rounding issues"),
    "discrepancy": refusing(
        500, "the price of the taker's order has a discrepancy greater than allowed with the worst maker order"
    ),
    "disabled": Row(
        while_faulty("restricted", mode="disabled"),
        503,
        "Trading is currently disabled. Check polymarket.com for updates",
    ),
    "cancel-only": Row(
        while_faulty("restricted", mode="cancel_only"),
        503,
        "Trading is currently cancel-only. New orders are not accepted, but cancels are allowed.",
    ),
    "post-only mode": Row(
        while_faulty("restart", restart_ms=0, post_only_ms=600_000),
        503,
        "post-only mode: only post-only orders and cancels are allowed",
    ),
}
