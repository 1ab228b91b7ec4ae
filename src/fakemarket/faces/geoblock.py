"""The geoblock page: where the venue thinks one is, and whether that is a place to trade from."""

from dataclasses import asdict, dataclass

from aiohttp import web


@dataclass(slots=True, kw_only=True)
class Place:
    """The answer of the page; the control face may change it while it is served."""

    blocked: bool = False
    ip: str = "203.0.113.42"
    country: str = "IE"
    region: str = "L"

    def document(self) -> dict[str, object]:
        return asdict(self)


def application(place: Place) -> web.Application:
    """Build the page; it answers on `/api/geoblock` and on `/`."""

    async def handle(_request: web.Request) -> web.Response:
        return web.json_response(place.document())

    app = web.Application()
    app.router.add_get("/api/geoblock", handle)
    app.router.add_get("/", handle)
    return app
