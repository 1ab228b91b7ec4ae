"""Gamma over HTTP: the catalogue of events, markets, tags and people."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeVar

from aiohttp import web

from fakemarket.faces.disturbance import Disturbance
from fakemarket.faces.gamma.documents import event_document, market_document, tag_document
from fakemarket.faces.gamma.filters import (
    GammaError,
    event_filter,
    event_ranks,
    flag,
    integer,
    market_filter,
    market_ranks,
)
from fakemarket.faces.gamma.lists import EVENTS_MAX, MARKETS_MAX, SUNSET, keyset_page, offset_page, sorted_rows
from fakemarket.faces.gamma.search import public_profile, public_search
from fakemarket.faces.quota import Quota
from fakemarket.world.exchange import Exchange
from fakemarket.world.tokens import Event, Market, Tag

PER_10_S: Final = {
    "": 4_000,
    "/events": 500,
    "/markets": 300,
    "/comments": 200,
    "/tags": 200,
    "/public-search": 350,
}
TAGS_MAX: Final = 100
EMPTY: Final = (
    *("/series", "/sports", "/teams", "/comments"),
    *("/tags/{key}/related-tags", "/tags/{key}/related-tags/tags"),
    *("/tags/slug/{key}/related-tags", "/tags/slug/{key}/related-tags/tags"),
)
Answer = Callable[[web.Request], object]
Handler = Callable[[web.Request], Awaitable[web.Response]]
Found = TypeVar("Found", Market, Event, Tag)


class GammaFace:
    """One Gamma: its lists, its single objects, its search."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._catalog = exchange.catalog
        self._disturbance = Disturbance(exchange, "gamma")
        self._quota = Quota(exchange.clock, PER_10_S)

    def served(self, answer: Answer, *, headers: Mapping[str, str] | None = None) -> Handler:
        """Wrap an answer in what every request meets: the quota, the faults and the form of refusals."""

        async def handle(request: web.Request) -> web.Response:
            path = request.path
            if not self._quota.admits(request.remote or "", _group_of(path)):
                return web.json_response({"error": "Too Many Requests"}, status=429)
            throttled = self._disturbance.throttled(path)
            if throttled is not None:
                return throttled
            try:
                body = json.dumps(answer(request)).encode()
            except GammaError as error:
                return web.json_response({"type": error.kind, "error": error.words}, status=error.status)
            return self._disturbance.garbled(body, path) or web.Response(
                body=body, content_type="application/json", headers=headers
            )

        return handle

    # --- lists -------------------------------------------------------------------------------------------------------

    def _markets(self, request: web.Request) -> list[Market]:
        keep = market_filter(self._exchange, request.query)
        rows = [market for market in self._catalog.markets.values() if keep(market)]
        return sorted_rows(rows, request.query, market_ranks(self._exchange))

    def _events(self, request: web.Request) -> list[Event]:
        keep = event_filter(request.query)
        rows = [event for event in self._catalog.events.values() if keep(event)]
        return sorted_rows(rows, request.query, event_ranks(self._exchange))

    def _market_rows(self, request: web.Request, rows: list[Market]) -> list[dict[str, object]]:
        tags = flag(request.query, "include_tag") or False
        return [market_document(self._exchange, row, with_event=True, with_tags=tags) for row in rows]

    def markets_keyset(self, request: web.Request) -> dict[str, object]:
        rows, cursor = keyset_page(self._markets(request), request.query, top=MARKETS_MAX)
        document: dict[str, object] = {"markets": self._market_rows(request, rows)}
        return document | ({"next_cursor": cursor} if cursor is not None else {})

    def events_keyset(self, request: web.Request) -> dict[str, object]:
        rows, cursor = keyset_page(self._events(request), request.query, top=EVENTS_MAX)
        document: dict[str, object] = {"events": [event_document(self._exchange, row) for row in rows]}
        return document | ({"next_cursor": cursor} if cursor is not None else {})

    def markets(self, request: web.Request) -> list[dict[str, object]]:
        return self._market_rows(request, offset_page(self._markets(request), request.query, top=MARKETS_MAX))

    def events(self, request: web.Request) -> list[dict[str, object]]:
        rows = offset_page(self._events(request), request.query, top=EVENTS_MAX)
        return [event_document(self._exchange, row) for row in rows]

    # --- single objects ----------------------------------------------------------------------------------------------

    def _market(self, request: web.Request) -> Market:
        key = request.match_info["key"]
        found = self._catalog.by_slug(key) if "/slug/" in request.path else self._catalog.by_id(key)
        return _there(found, "id not found" if found is None and key.isdecimal() else "slug not found")

    def _event(self, request: web.Request) -> Event:
        key = request.match_info["key"]
        found = self._catalog.event_by_slug(key) if "/slug/" in request.path else self._catalog.events.get(key)
        return _there(found, "id not found" if found is None and key.isdecimal() else "slug not found")

    def market(self, request: web.Request) -> dict[str, object]:
        tags = flag(request.query, "include_tag") or False
        return market_document(self._exchange, self._market(request), with_event=True, with_tags=tags)

    def event(self, request: web.Request) -> dict[str, object]:
        return event_document(self._exchange, self._event(request))

    def market_tags(self, request: web.Request) -> list[dict[str, object]]:
        return [tag_document(tag) for tag in self._market(request).tags]

    def event_tags(self, request: web.Request) -> list[dict[str, object]]:
        return [tag_document(tag) for tag in self._event(request).tags]

    # --- tags, search, people ----------------------------------------------------------------------------------------

    def tags(self, request: web.Request) -> list[dict[str, object]]:
        offset, limit = integer(request.query, "offset", 0), min(integer(request.query, "limit", TAGS_MAX), TAGS_MAX)
        return [tag_document(tag) for tag in self._catalog.tags()[offset : offset + limit]]

    def tag(self, request: web.Request) -> dict[str, object]:
        key = request.match_info["key"]
        by_slug = "/slug/" in request.path
        found = next((tag for tag in self._catalog.tags() if (tag.slug if by_slug else tag.id) == key), None)
        return tag_document(_there(found, "slug not found" if by_slug else "id not found"))

    def search(self, request: web.Request) -> dict[str, object]:
        return public_search(self._exchange, request.query)

    def profile(self, request: web.Request) -> dict[str, object]:
        return public_profile(self._exchange, request.query)


def _there(found: Found | None, words: str) -> Found:
    if found is None:
        raise GammaError(404, "not found error", words)
    return found


def _group_of(path: str) -> str:
    return "/" + path.split("/")[1]


def application(exchange: Exchange) -> web.Application:
    """Build the Gamma of one exchange."""
    face = GammaFace(exchange)
    app = web.Application()
    answers: dict[str, Answer] = {
        "/markets/keyset": face.markets_keyset,
        "/events/keyset": face.events_keyset,
        "/markets/slug/{key}": face.market,
        "/events/slug/{key}": face.event,
        "/markets/{key}/tags": face.market_tags,
        "/events/{key}/tags": face.event_tags,
        "/markets/{key}": face.market,
        "/events/{key}": face.event,
        "/tags": face.tags,
        "/tags/slug/{key}": face.tag,
        "/tags/{key}": face.tag,
        "/public-search": face.search,
        "/public-profile": face.profile,
        "/sports/market-types": lambda _: {"marketTypes": []},
        "/comments/keyset": lambda _: {"comments": []},
        "/status": lambda _: "OK",
        **dict.fromkeys(EMPTY, lambda _: []),
    }
    for path, answer in answers.items():
        app.router.add_get(path, face.served(answer))
    app.router.add_get("/markets", face.served(face.markets, headers=SUNSET))
    app.router.add_get("/events", face.served(face.events, headers=SUNSET))
    return app
