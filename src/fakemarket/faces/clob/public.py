"""What anyone may read: liveness, markets, books and prices."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from fakemarket.faces.clob import answers
from fakemarket.faces.clob.answers import Json
from fakemarket.faces.clob.desk import Desk, text_of
from fakemarket.faces.clob.payload import read_json
from fakemarket.world.book import BookView
from fakemarket.world.money import decimal_text, number
from fakemarket.world.orders import Refused
from fakemarket.world.tokens import Market

NO_BOOK = "No orderbook exists for the requested token id"
BAD_TOKEN = "Invalid token id"
PAYLOAD_LIMIT = "Payload exceeds the limit"
_SIDES = ("BUY", "SELL")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Public:
    """The handlers without log-in."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._catalog = desk.exchange.catalog

    def table(self) -> list[web.RouteDef]:
        one = self._one
        return [
            web.get("/", self.ok),
            web.get("/ok", self.ok),
            web.get("/time", self.time),
            web.get("/version", self.version),
            web.get("/clob-markets/{condition}", self.info),
            web.get("/markets-by-token/{token}", self.by_token),
            web.get("/markets", self._listing(answers.market_row)),
            web.get("/sampling-markets", self._listing(answers.market_row)),
            web.get("/simplified-markets", self._listing(answers.simple_row)),
            web.get("/sampling-simplified-markets", self._listing(answers.simple_row)),
            web.get("/markets/{condition}", self.market),
            web.get("/tick-size", self.tick_size),
            web.get("/neg-risk", self.neg_risk),
            web.get("/fee-rate", self.fee_rate),
            web.get("/fees/builder-fees/{code}", self.builder_fees),
            web.get("/book", one(lambda book, _: book.payload())),
            web.post("/books", self.books),
            web.get("/midpoint", one(lambda book, _: {"mid": _midpoint(book)})),
            web.post("/midpoints", self._many(_midpoint)),
            web.get("/spread", one(lambda book, _: {"spread": _spread(book)})),
            web.post("/spreads", self._many(_spread)),
            web.get("/price", one(_price)),
            web.post("/prices", self.prices),
            web.get("/last-trade-price", one(lambda book, _: _last(book))),
            web.post("/last-trades-prices", self.last_prices),
            web.get("/prices-history", self.history),
        ]

    async def ok(self, _: web.Request) -> web.Response:
        return web.json_response("OK")

    async def time(self, _: web.Request) -> web.Response:
        return web.json_response(self._desk.exchange.clock.now_s())

    async def version(self, _: web.Request) -> web.Response:
        return web.json_response({"version": 2})

    async def info(self, request: web.Request) -> web.Response:
        return web.json_response(answers.info_row(self._by_condition(request)))

    async def market(self, request: web.Request) -> web.Response:
        return web.json_response(answers.market_row(self._by_condition(request)))

    async def by_token(self, request: web.Request) -> web.Response:
        market = self._of(request.match_info["token"], "market not found")
        yes, no = market.tokens
        return web.json_response({"condition_id": market.condition, "primary_token_id": yes, "secondary_token_id": no})

    async def tick_size(self, request: web.Request) -> web.Response:
        market = self._of(request.query.get("token_id", ""), "market not found")
        return web.json_response({"minimum_tick_size": number(market.tick)})

    async def neg_risk(self, request: web.Request) -> web.Response:
        market = self._of(request.query.get("token_id", ""), "market not found")
        return web.json_response({"neg_risk": market.neg_risk})

    async def fee_rate(self, request: web.Request) -> web.Response:
        market = self._of(request.query.get("token_id", ""), "fee rate not found for market")
        return web.json_response({"base_fee": 1000 if market.fees else 0})

    async def builder_fees(self, request: web.Request) -> web.Response:
        builder = self._desk.exchange.builders.find(request.match_info["code"])
        if builder is None:
            raise Refused(404, "builder code not found")
        rates = {"builder_maker_fee_rate_bps": builder.maker_bps, "builder_taker_fee_rate_bps": builder.taker_bps}
        return web.json_response(rates)

    async def books(self, request: web.Request) -> web.Response:
        wanted = await self._tokens(request)
        return web.json_response([self._book(token).payload() for token, _ in wanted if self._catalog.of_token(token)])

    async def prices(self, request: web.Request) -> web.Response:
        rows: dict[str, dict[str, str]] = {}
        for token, side in await self._tokens(request):
            if side not in _SIDES:
                raise Refused(400, "Invalid side")
            rows.setdefault(token, {})[side] = _price_text(self._book(token), side)
        return web.json_response(rows)

    async def last_prices(self, request: web.Request) -> web.Response:
        rows = [{"token_id": token, **_last(self._book(token))} for token, _ in await self._tokens(request)]
        return web.json_response(rows)

    async def history(self, request: web.Request) -> web.Response:
        query = request.query
        self._of(query.get("market", ""), "market not found")
        points = self._desk.exchange.history.price_points.get(query["market"], [])
        try:
            start, end = int(query.get("startTs", 0)), int(query.get("endTs", 2**40))
        except ValueError as error:
            raise Refused(400, "invalid filters") from error
        rows = [{"t": at_s, "p": number(price)} for at_s, price in points if start <= at_s <= end]
        return web.json_response({"history": rows})

    # --- the shapes of handlers

    def _listing(self, row: Callable[[Market], Json]) -> Handler:
        async def handle(request: web.Request) -> web.Response:
            try:
                found = answers.page(
                    [row(market) for market in self._catalog.markets.values()],
                    request.query.get("next_cursor", ""),
                    1_000,
                )
            except ValueError as error:
                raise Refused(400, "next item should be greater than or equal to 0") from error
            return web.json_response(found)

        return handle

    def _one(self, shape: Callable[[BookView, web.Request], Json]) -> Handler:
        async def handle(request: web.Request) -> web.Response:
            return web.json_response(shape(self._book(request.query.get("token_id", "")), request))

        return handle

    def _many(self, shape: Callable[[BookView], str]) -> Handler:
        async def handle(request: web.Request) -> web.Response:
            return web.json_response({token: shape(self._book(token)) for token, _ in await self._tokens(request)})

        return handle

    async def _tokens(self, request: web.Request) -> list[tuple[str, str]]:
        """Read a list of tokens, each perhaps with a side."""
        try:
            items = read_json(await text_of(request))
        except Refused as error:
            raise Refused(400, "Invalid payload") from error
        if not isinstance(items, list) or not all(isinstance(i, dict) and i.get("token_id") for i in items):
            raise Refused(400, "Invalid payload")
        if len(items) > self._desk.plan.books_max:
            raise Refused(400, PAYLOAD_LIMIT)
        return [(str(item["token_id"]), str(item.get("side", ""))) for item in items]

    def _by_condition(self, request: web.Request) -> Market:
        condition = request.match_info["condition"]
        digits = condition.removeprefix("0x")
        if not digits or any(c not in "0123456789abcdefABCDEF" for c in digits):
            raise Refused(400, "Invalid market")
        market = self._catalog.markets.get(condition.lower())
        if market is None:
            raise Refused(404, "market not found")
        return market

    def _of(self, token: str, missing: str) -> Market:
        if not token.isdecimal():
            raise Refused(400, BAD_TOKEN)
        market = self._catalog.of_token(token)
        if market is None:
            raise Refused(404, missing)
        return market

    def _book(self, token: str) -> BookView:
        market = self._of(token, NO_BOOK)
        if market.closed:
            raise Refused(404, NO_BOOK)
        return self._desk.exchange.book(token)


def _midpoint(book: BookView) -> str:
    return "0" if book.midpoint is None else decimal_text(book.midpoint)


def _spread(book: BookView) -> str:
    return "0" if book.spread is None else decimal_text(book.spread)


def _price(book: BookView, request: web.Request) -> Json:
    side = request.query.get("side", "").upper()
    if side not in _SIDES:
        raise Refused(400, "Invalid side")
    return {"price": _price_text(book, side)}


def _price_text(book: BookView, side: str) -> str:
    """Give the best price on the named side of the book, as the API page says (the guide says the opposite)."""
    price = book.best_bid if side == "BUY" else book.best_ask
    return "0" if price is None else decimal_text(price)


def _last(book: BookView) -> Json:
    if book.last_price is None:
        return {"price": "0.5", "side": ""}
    return {"price": decimal_text(book.last_price), "side": book.last_side}
