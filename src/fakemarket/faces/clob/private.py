"""What an account may read of itself, and its credentials, notifications and heartbeats."""

from collections.abc import Iterable, Mapping

from aiohttp import web

from fakemarket.faces.clob import answers
from fakemarket.faces.clob.auth import Caller
from fakemarket.faces.clob.desk import Desk, text_of
from fakemarket.faces.clob.payload import read_json
from fakemarket.faces.clob.weather import Weather
from fakemarket.world.accounts import Account
from fakemarket.world.hashing import checksum
from fakemarket.world.orders import Order, Refused
from fakemarket.world.trades import Trade

_ASSETS = ("COLLATERAL", "CONDITIONAL", "CONDITIONAL-V2")
_BEAT_TEXT = "Invalid Heartbeat ID"


class Private:
    """The handlers behind a log-in that change no book."""

    def __init__(self, desk: Desk, weather: Weather) -> None:
        self._desk = desk
        self._weather = weather

    def table(self) -> list[web.RouteDef]:
        return [
            web.post("/auth/api-key", self.create_key),
            web.get("/auth/derive-api-key", self.derive_key),
            web.get("/auth/api-keys", self.list_keys),
            web.delete("/auth/api-key", self.delete_key),
            web.get("/auth/ban-status/closed-only", self.closed_only),
            web.get("/data/orders", self.orders),
            web.get("/data/pre-migration-orders", self.no_orders),
            web.get("/data/order/{order_id}", self.order),
            web.get("/data/trades", self.trades),
            web.get("/balance-allowance", self.balance),
            web.get("/balance-allowance/update", self.update_balance),
            web.post("/v1/heartbeats", self.beat),
            web.post("/heartbeats", self.old_beat),
            web.get("/notifications", self.notifications),
            web.delete("/notifications", self.drop_notifications),
            web.get("/order-scoring", self.order_scoring),
            web.post("/orders-scoring", self.orders_scoring),
            web.get("/v1/user/rate-limit-tier", self.tier),
            web.get("/v1/user/session-signers", self.session_signers),
        ]

    # --- credentials

    async def create_key(self, request: web.Request) -> web.Response:
        address, nonce = self._desk.keyring.login(request.headers, self._desk.plan.skew_max_s)
        key = self._desk.keyring.create(address, nonce)
        return web.json_response({"apiKey": key.key, "secret": key.secret, "passphrase": key.passphrase})

    async def derive_key(self, request: web.Request) -> web.Response:
        address, nonce = self._desk.keyring.login(request.headers, self._desk.plan.skew_max_s)
        key = self._desk.keyring.derive(address, nonce)
        if key is None:
            raise Refused(400, "Could not derive api key!")
        return web.json_response({"apiKey": key.key, "secret": key.secret, "passphrase": key.passphrase})

    async def list_keys(self, request: web.Request) -> web.Response:
        caller = await self._desk.caller(request)
        keys = self._desk.keyring.of_address(caller.key.address)
        return web.json_response({"apiKeys": [key.key for key in keys]})

    async def delete_key(self, request: web.Request) -> web.Response:
        caller = await self._desk.caller(request)
        self._desk.keyring.delete(caller.key)
        return web.json_response("OK")

    async def closed_only(self, request: web.Request) -> web.Response:
        caller = await self._desk.caller(request)
        return web.json_response({"closed_only": any(account.closed_only for account in caller.accounts)})

    # --- orders and trades

    async def orders(self, request: web.Request) -> web.Response:
        caller = await self._desk.caller(request)
        mine = [
            order
            for account in caller.accounts
            for order in self._desk.exchange.open_orders(account.wallet)
            if order.owner == caller.key.key and not self._weather.hides(order.created_ms)
        ]
        named = (("id", "id"), ("market", "condition"), ("asset_id", "token"))
        for name, field in named:
            wanted = request.query.get(name)
            if wanted:
                mine = [order for order in mine if getattr(order, field) == wanted]
        return self._page([answers.order_row(order) for order in mine], request, "invalid order params payload")

    async def no_orders(self, request: web.Request) -> web.Response:
        await self._desk.caller(request)
        return self._page([], request, "invalid order params payload")

    async def order(self, request: web.Request) -> web.Response:
        caller = await self._desk.caller(request)
        order_id = request.match_info["order_id"].lower()
        if not order_id.startswith("0x"):
            raise Refused(400, "Invalid orderID")
        order = self._desk.exchange.order(order_id)
        if order is None or not self._is_seen(order, caller):
            raise Refused(404, "order not found")
        return web.json_response(answers.order_row(order))

    def _is_seen(self, order: Order, caller: Caller) -> bool:
        return order.owner == caller.key.key and not self._weather.hides(order.created_ms)

    async def trades(self, request: web.Request) -> web.Response:
        caller = await self._desk.caller(request)
        wallets = frozenset(account.wallet for account in caller.accounts)
        known = {trade.id: trade for wallet in wallets for trade in self._desk.exchange.trades_of(wallet)}
        try:
            found = [trade for trade in known.values() if _fits(trade, request.query, caller.key.key)]
        except ValueError as error:
            raise Refused(400, "Invalid trade params payload") from error
        found = [trade for trade in found if not self._weather.hides(trade.match_ms)]
        found.sort(key=lambda trade: -trade.match_ms)
        rows = [answers.trade_row(trade, caller.key.key) for trade in found]
        return self._page(rows, request, "Invalid trade params payload")

    def _page(self, rows: list[answers.Json], request: web.Request, broken: str) -> web.Response:
        try:
            found = answers.page(rows, request.query.get("next_cursor", ""))
        except ValueError as error:
            raise Refused(400, broken) from error
        return self._weather.spoil(request, web.json_response(found))

    # --- money

    async def balance(self, request: web.Request) -> web.Response:
        account, asset_type = self._asked(await self._desk.caller(request), request.query)
        row = answers.balance_row(account, asset_type, request.query.get("token_id", ""))
        if self._weather.is_stale(account.wallet):
            row["balance"] = "0"
        return web.json_response(row)

    async def update_balance(self, request: web.Request) -> web.Response:
        account, _ = self._asked(await self._desk.caller(request), request.query)
        self._weather.look_again(account.wallet)
        return web.json_response("")

    def _asked(self, caller: Caller, query: Mapping[str, str]) -> tuple[Account, str]:
        """Find the wallet and the kind of money a balance question is about; raises Refused."""
        asset_type, kind = query.get("asset_type", ""), query.get("signature_type", "0")
        if asset_type not in _ASSETS:
            raise Refused(400, "Invalid asset type")
        if kind not in ("0", "1", "2", "3"):
            raise Refused(400, "Invalid signature_type")
        account = caller.account(int(kind))
        if account is None:
            raise Refused(400, "error resolving address")
        return account, asset_type

    # --- heartbeats, notifications, the rest

    async def beat(self, request: web.Request) -> web.Response:
        caller = await self._desk.caller(request)
        body = read_json(await text_of(request))
        sent = body.get("heartbeat_id") if isinstance(body, dict) else None
        if not isinstance(sent, str):
            raise Refused(400, "Invalid payload")
        is_right, text = self._desk.heartbeats.beat(caller.key.key, sent)
        if is_right:
            return web.json_response({"heartbeat_id": text})
        row = {"error_msg": _BEAT_TEXT, "error": _BEAT_TEXT, "heartbeat_id": text}
        return web.json_response(row, status=400)

    async def old_beat(self, request: web.Request) -> web.Response:
        await self._desk.caller(request)
        return web.json_response({"status": "ok"})

    async def notifications(self, request: web.Request) -> web.Response:
        caller = await self._desk.caller(request)
        return web.json_response(self._desk.notices.listing(caller.key.key))

    async def drop_notifications(self, request: web.Request) -> web.Response:
        caller = await self._desk.caller(request)
        self._desk.notices.drop(caller.key.key, set(request.query.get("ids", "").split(",")))
        return web.json_response("OK")

    async def order_scoring(self, request: web.Request) -> web.Response:
        await self._desk.caller(request)
        return web.json_response({"scoring": False})

    async def orders_scoring(self, request: web.Request) -> web.Response:
        await self._desk.caller(request)
        wanted = read_json(await text_of(request))
        return web.json_response({str(item): False for item in wanted} if isinstance(wanted, list) else {})

    async def tier(self, request: web.Request) -> web.Response:
        await self._desk.caller(request)
        return web.json_response({"tier": self._desk.plan.tier})

    async def session_signers(self, request: web.Request) -> web.Response:
        caller = await self._desk.caller(request)
        account = caller.account(3)
        if account is None:
            raise Refused(404, "wallet not found")
        rows = _signer_rows(account.sessions.items())
        return web.json_response({"wallet": checksum(account.wallet), "signers": rows})


def _signer_rows(sessions: Iterable[tuple[str, int]]) -> list[answers.Json]:
    return [{"address": checksum(key), "scopes": ["CLOB"], "valid_until": until_s} for key, until_s in sessions]


def _fits(trade: Trade, query: Mapping[str, str], key: str) -> bool:
    """Say whether a trade is this key's and what was asked for; ValueError for a time that is no number."""
    if trade.owner != key and all(maker.owner != key for maker in trade.makers):
        return False
    tokens = {trade.token, *(maker.token for maker in trade.makers)}
    wallets = {trade.wallet, *(maker.wallet for maker in trade.makers)}
    after_s, before_s = int(query.get("after") or 0), int(query.get("before") or 2**40)
    return (
        query.get("id", trade.id) == trade.id
        and query.get("market", trade.condition) == trade.condition
        and query.get("asset_id", trade.token) in tokens
        and query.get("maker_address", trade.wallet).lower() in wallets
        and after_s <= trade.match_ms // 1000 <= before_s
    )
