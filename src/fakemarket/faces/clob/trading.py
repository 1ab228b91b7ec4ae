"""Orders in and out: placing one or many, and every way to cancel."""

import re
from collections.abc import Callable, Coroutine

from aiohttp import web

from fakemarket.faces.clob.answers import Json, placed_row, refused_row
from fakemarket.faces.clob.auth import Caller
from fakemarket.faces.clob.desk import Desk, text_of
from fakemarket.faces.clob.payload import BAD_PAYLOAD, read_json, read_order
from fakemarket.faces.clob.weather import POST_ONLY, Weather
from fakemarket.world.orders import Canceled, Placed, Refused, SignedOrder, Terms

NOT_OWNER = "the order owner has to be the owner of the API KEY"
NOT_SIGNER = "the order signer address has to be the address of the API KEY"
BAD_ORDER_ID = "Invalid orderID"
_ORDER_ID = re.compile(r"0x[0-9a-fA-F]{64}")


class Trading:
    """The handlers that change the book."""

    def __init__(self, desk: Desk, weather: Weather) -> None:
        self._desk = desk
        self._weather = weather

    def table(self) -> list[web.RouteDef]:
        return [
            web.post("/order", self.place),
            web.post("/orders", self.place_many),
            web.delete("/order", self._cancelling(self._cancel_one)),
            web.delete("/orders", self._cancelling(self._cancel_many)),
            web.delete("/cancel-all", self._cancelling(self._cancel_all)),
            web.delete("/cancel-market-orders", self._cancelling(self._cancel_market)),
        ]

    async def place(self, request: web.Request) -> web.StreamResponse:
        caller = await self._desk.caller(request)
        self._weather.check_open()
        headers = self._desk.charge(caller, "order", 1)
        order, terms = read_order(read_json(await text_of(request)))
        self._weather.check_placing(terms)
        row = await self._enter(caller, order, terms)
        row = await self._weather.disturb_answer(row)
        return await self._weather.answer(request, row, headers)

    async def place_many(self, request: web.Request) -> web.StreamResponse:
        caller = await self._desk.caller(request)
        self._weather.check_open()
        items = read_json(await text_of(request))
        if not isinstance(items, list) or not items:
            raise Refused(400, BAD_PAYLOAD)
        top = self._desk.plan.orders_max
        if len(items) > top:
            raise Refused(400, f"Too many orders in payload: {len(items)}, max allowed: {top}")
        headers = self._desk.charge(caller, "order", len(items))
        rows = [await self._enter_one(caller, item) for item in items]
        return await self._weather.answer(request, rows, headers)

    async def _enter_one(self, caller: Caller, item: object) -> Json:
        """Take one order of a batch: each fails alone."""
        try:
            order, terms = read_order(item)
            if self._weather.is_post_only() and not terms.post_only:
                return refused_row(POST_ONLY, success=True)
            return await self._enter(caller, order, terms)
        except Refused as refusal:
            return refused_row(refusal.error)

    async def _enter(self, caller: Caller, order: SignedOrder, terms: Terms) -> Json:
        if terms.owner != caller.key.key:
            raise Refused(400, NOT_OWNER)
        wallets = {account.wallet for account in caller.accounts if account.signature_type == 3}  # noqa: PLR2004
        if order.signer != caller.key.address and order.signer not in wallets:
            raise Refused(400, NOT_SIGNER)
        self._weather.check_engine(order.maker)
        exchange = self._desk.exchange
        placed = exchange.place(order, terms)
        market = exchange.catalog.of_token(order.token)
        if placed.status == "delayed" and market is not None and market.seconds_delay == 0:
            placed = await self._wait(placed, market.taker_delay_ms)
        return placed_row(placed)

    async def _wait(self, placed: Placed, delay_ms: int) -> Placed:
        """Hold the call for a market's short delay, and answer with what came of it."""
        clock = self._desk.exchange.clock
        await clock.sleep_ms(delay_ms)
        clock.run_due()
        outcome = self._desk.exchange.outcome(placed.order_id)
        if isinstance(outcome, Refused):
            raise outcome
        return outcome or placed

    # --- cancelling

    def _cancelling(
        self, act: Callable[[Caller, object], Canceled]
    ) -> Callable[[web.Request], Coroutine[object, object, web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            caller = await self._desk.caller(request)
            self._weather.check_cancelling()
            body = await text_of(request)
            wanted = read_json(body) if body else None
            counted = request.path in ("/order", "/orders")
            cost = len(wanted) if counted and isinstance(wanted, list) else 1
            headers = self._desk.charge(caller, "cancel", cost)
            done = act(caller, wanted)
            if not counted:
                verdict = self._desk.signers.charge(caller.key.address, "cancel", len(done.canceled), afterwards=True)
                headers = verdict.headers
            row = {"canceled": list(done.canceled), "not_canceled": done.not_canceled}
            return web.json_response(row, headers=headers)

        return handle

    def _cancel_one(self, caller: Caller, wanted: object) -> Canceled:
        if not isinstance(wanted, dict) or not isinstance(wanted.get("orderID"), str):
            raise Refused(400, BAD_PAYLOAD)
        return self._cancel([wanted["orderID"]], caller)

    def _cancel_many(self, caller: Caller, wanted: object) -> Canceled:
        if not isinstance(wanted, list) or not all(isinstance(item, str) for item in wanted):
            raise Refused(400, BAD_PAYLOAD)
        top = self._desk.plan.cancels_max
        if len(wanted) > top:
            raise Refused(400, f"Too many orders in payload, max allowed: {top}")
        return self._cancel(wanted, caller)

    def _cancel_all(self, caller: Caller, _: object) -> Canceled:
        return self._cancel_matching(caller, "", "")

    def _cancel_market(self, caller: Caller, wanted: object) -> Canceled:
        if not isinstance(wanted, dict) or not (wanted.get("market") or wanted.get("asset_id")):
            raise Refused(400, BAD_PAYLOAD)
        return self._cancel_matching(caller, str(wanted.get("market") or ""), str(wanted.get("asset_id") or ""))

    def _cancel_matching(self, caller: Caller, condition: str, token: str) -> Canceled:
        mine = [
            order.id
            for account in caller.accounts
            for order in self._desk.exchange.open_orders(account.wallet)
            if order.owner == caller.key.key and condition in ("", order.condition) and token in ("", order.token)
        ]
        return self._desk.exchange.cancel(mine, owner=caller.key.key)

    def _cancel(self, order_ids: list[str], caller: Caller) -> Canceled:
        if not all(_ORDER_ID.fullmatch(order_id) for order_id in order_ids):
            raise Refused(400, BAD_ORDER_ID)
        return self._desk.exchange.cancel(order_ids, owner=caller.key.key)
