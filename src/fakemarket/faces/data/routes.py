"""The Data API over HTTP: routes, limits, cache and faults around answers that are computed without any of them."""

from collections.abc import Callable, Mapping
from typing import Final

from aiohttp import web

from fakemarket.faces.data import feeds, rankings, reference, wallets
from fakemarket.faces.data.cache import UrlCache
from fakemarket.faces.data.desk import Desk
from fakemarket.faces.data.envelope import NOT_FOUND, RATE_LIMITED, DataError, refusal
from fakemarket.faces.data.snapshot import PATH, snapshot
from fakemarket.faces.disturbance import Disturbance
from fakemarket.faces.quota import Quota
from fakemarket.world.exchange import Exchange

Answer = Callable[[Desk, Mapping[str, str]], bytes]

ANSWERS: Final[dict[str, Answer]] = {
    "/v2/trades": feeds.trades,
    "/v2/activity": feeds.activity,
    "/v2/activity/combos": feeds.no_combos,
    "/v2/positions": wallets.positions,
    "/v2/positions/combos": feeds.no_combos,
    "/v2/value": wallets.value,
    "/v2/user-stats": wallets.user_stats,
    "/v2/user-pnl": wallets.user_pnl,
    "/v2/user-volume": wallets.user_volume,
    "/v2/approvals": wallets.approvals,
    "/v2/holders": rankings.holders,
    "/v2/leaderboard": rankings.leaderboard,
    "/v2/biggest-winners": rankings.biggest_winners,
    "/v2/oi": rankings.open_interest,
    "/v2/live-volume": rankings.live_volume,
    "/v2/tokens": reference.tokens,
    "/v2/resolutions": reference.resolutions,
    "/v2/prices-history": reference.prices_history,
    "/v2/status": reference.status,
    "/v2/builders/leaderboard": rankings.no_builders,
    "/v2/builders/volume": rankings.no_builder_volume,
}
PER_10_S: Final = {
    "": 800,
    "/v2/trades": 300,
    "/v2/activity": 200,
    "/v2/positions": 200,
    "/v2/prices-history": 200,
    "/v2/status": 100,
}


class DataFace:
    """One Data API: every request passes the quota, the faults, the cache and then the desk."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._desk = Desk(exchange)
        self._cache = UrlCache(exchange)
        self._disturbance = Disturbance(exchange, "data")
        self._quota = Quota(exchange.clock, PER_10_S)

    async def handle(self, request: web.Request) -> web.Response:
        path, url = request.path.rstrip("/"), str(request.rel_url)
        try:
            if not self._quota.admits(request.remote or "", _group_of(path)):
                raise DataError("Too Many Requests", status=429, code=RATE_LIMITED)
            if path == PATH:
                return web.Response(body=snapshot(self._desk, dict(request.query)), content_type="application/zip")
            if path not in ANSWERS:
                raise DataError("no such endpoint: version 1 was retired on 2026-10-24", status=404, code=NOT_FOUND)
            return self._disturbance.throttled(path) or self._answer(path, url, dict(request.query))
        except DataError as error:
            return refusal(error, url)

    def _answer(self, path: str, url: str, raw: dict[str, str]) -> web.Response:
        kept = self._cache.find(path, url)
        if kept is not None:
            body, age_s = kept
            return _written(body, self._cache.headers(path, age_s))
        body = self._disturbance.rows(ANSWERS[path](self._desk, raw), path)
        garbled = self._disturbance.garbled(body, path)
        if garbled is not None:
            return garbled
        self._cache.keep(path, url, body)
        return _written(body, self._cache.headers(path, None))


def _group_of(path: str) -> str:
    return path.removesuffix("/combos")


def _written(body: bytes, headers: dict[str, str]) -> web.Response:
    return web.Response(body=body, content_type="application/json", headers=headers)


def application(exchange: Exchange) -> web.Application:
    """Build the Data API of one exchange."""
    app = web.Application()
    app.router.add_get("/{path:.*}", DataFace(exchange).handle)
    return app
