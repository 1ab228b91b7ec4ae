"""A served order interface on a free port, and a hand that signs requests and orders for its accounts."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import ClientResponse, ClientSession
from aiohttp.test_utils import TestServer

from fakemarket.faces.clob import ClobPlan, routes
from fakemarket.faces.clob.auth import sign
from fakemarket.world.accounts import Account, AccountPlan, ApiKey
from fakemarket.world.clock import ManualClock
from fakemarket.world.exchange import Exchange
from fakemarket.world.hashing import exchange_domain, login_digest
from fakemarket.world.money import ONE
from fakemarket.world.orders import Side, SignedOrder
from fakemarket.world.signing import sign_digest, sign_order
from fakemarket.world.tokens import EventPlan, Market, MarketPlan

NOW_MS = 1_795_000_000_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: Any
    headers: dict[str, str]


class Counter:
    """One market, one account of each signature type and a second deposit wallet, all with cash and tokens."""

    def __init__(self, plan: ClobPlan | None = None, market: MarketPlan | None = None) -> None:
        self.clock = ManualClock(NOW_MS)
        self.exchange = Exchange(self.clock)
        event = self.exchange.add_event(EventPlan(title="Fog?", markets=(market or MarketPlan(question="Fog?"),)))
        self.market: Market = self.exchange.catalog.markets[event.conditions[0]]
        self.yes, self.no = self.market.tokens
        kinds = (0, 1, 2, 3, 3)
        self.accounts = [
            self.exchange.open_account(AccountPlan(pusd=1_000 * ONE, signature_type=kind)) for kind in kinds
        ]
        for account in self.accounts:
            self.exchange.split(account.wallet, self.market.condition, 200 * ONE)
        self.application = routes(self.exchange, plan=plan)
        self.keys: dict[str, ApiKey] = {}
        self._salt = 0
        self._http: ClientSession
        self._base = ""

    def run(self, act: Callable[["Counter"], Awaitable[None]]) -> None:
        """Serve, act, stop."""

        async def main() -> None:
            server = TestServer(self.application)
            await server.start_server()
            self._base = str(server.make_url("")).rstrip("/")
            try:
                async with ClientSession() as self._http:
                    for account in self.accounts:
                        self.keys[account.wallet] = await self.login(account)
                    await act(self)
            finally:
                await server.close()

        asyncio.run(main())

    async def call(self, method: str, path: str, body: str = "", headers: dict[str, str] | None = None) -> Answer:
        async with self._http.request(method, self._base + path, data=body or None, headers=headers) as response:
            return await _read(response)

    def login_headers(self, account: Account, nonce: int = 0) -> dict[str, str]:
        timestamp = str(self.clock.now_s())
        signature = sign_digest(account.private_key, login_digest(account.eoa, timestamp, nonce))
        return {
            "POLY_ADDRESS": account.eoa,
            "POLY_TIMESTAMP": timestamp,
            "POLY_NONCE": str(nonce),
            "POLY_SIGNATURE": "0x" + signature.hex(),
        }

    async def login(self, account: Account, nonce: int = 0) -> ApiKey:
        answer = await self.call("POST", "/auth/api-key", headers=self.login_headers(account, nonce))
        row = answer.body
        return ApiKey(
            key=row["apiKey"], secret=row["secret"], passphrase=row["passphrase"], address=account.eoa, nonce=nonce
        )

    def headers(self, key: ApiKey, method: str, path: str, body: str = "") -> dict[str, str]:
        timestamp = str(self.clock.now_s())
        return {
            "POLY_ADDRESS": key.address,
            "POLY_API_KEY": key.key,
            "POLY_PASSPHRASE": key.passphrase,
            "POLY_TIMESTAMP": timestamp,
            "POLY_SIGNATURE": sign(key.secret, timestamp + method + path.partition("?")[0] + body),
        }

    async def ask(self, account: Account, method: str, path: str, document: object = None) -> Answer:
        """Send a private request of an account."""
        body = "" if document is None else json.dumps(document, separators=(",", ":"))
        return await self.call(method, path, body, self.headers(self.keys[account.wallet], method, path, body))

    def order(self, account: Account, side: Side, price: int, shares: int, token: str = "") -> SignedOrder:
        """Sign a limit order; price in cents, shares whole."""
        cash, size = price * shares * 10_000, shares * ONE
        self._salt += 1
        bare = SignedOrder(
            salt=self._salt,
            maker=account.wallet,
            signer=account.wallet if account.signature_type == 3 else account.eoa,
            token=token or self.yes,
            maker_amount=cash if side == "BUY" else size,
            taker_amount=size if side == "BUY" else cash,
            side=side,
            signature_type=account.signature_type,
            timestamp_ms=self.clock.now_ms(),
        )
        return self.signed(account, bare)

    def signed(self, account: Account, order: SignedOrder, exchange: str = "") -> SignedOrder:
        domain = exchange_domain(exchange or self.market.exchange)
        return replace(order, signature=sign_order(order, domain, account.private_key))

    def signed_by_session(self, order: SignedOrder, helper: Account) -> SignedOrder:
        """Sign as a session key of the wallet does: the nested signature, wrapped once more."""
        inner = bytes.fromhex(sign_order(order, exchange_domain(self.market.exchange), helper.private_key)[2:])
        head = bytes.fromhex(helper.eoa[2:]).rjust(32, b"\0") + bytes(32) + (96).to_bytes(32, "big")
        padded = len(inner).to_bytes(32, "big") + inner + bytes(-len(inner) % 32)
        return replace(order, signature="0x" + (head + padded).hex() + "6492" * 16)

    def request(self, account: Account, order: SignedOrder, order_type: str = "GTC", **more: object) -> dict[str, Any]:
        fields = {
            "salt": order.salt,
            "maker": order.maker,
            "signer": order.signer,
            "tokenId": order.token,
            "makerAmount": str(order.maker_amount),
            "takerAmount": str(order.taker_amount),
            "side": order.side,
            "expiration": str(order.expiration_s),
            "signatureType": order.signature_type,
            "timestamp": str(order.timestamp_ms),
            "metadata": order.metadata,
            "builder": order.builder,
            "signature": order.signature,
        }
        owner = self.keys[account.wallet].key
        return {"deferExec": False, "order": fields, "orderType": order_type, "owner": owner, **more}

    async def place(self, account: Account, order: SignedOrder, order_type: str = "GTC", **more: object) -> Answer:
        return await self.ask(account, "POST", "/order", self.request(account, order, order_type, **more))


async def _read(response: ClientResponse) -> Answer:
    text = await response.text(errors="replace")
    try:
        body: Any = json.loads(text)
    except ValueError:
        body = text
    return Answer(response.status, body, dict(response.headers))
