"""How often each face was asked, by path pattern: what a test of a client's thrift compares."""

from collections import Counter
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

ANYTHING: Final = "/{path}"
NAMES_MAX: Final = 500
REST: Final = "(any other)"


class Tally:
    """The requests received since the start, refused ones among them; opening a websocket is one request."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[str]] = {}

    def watch(self, face: str, app: web.Application) -> None:
        """Count every request of a face that does not serve yet."""
        app.middlewares.insert(0, self._counting(self._counts.setdefault(face, Counter())))

    def document(self) -> dict[str, dict[str, int]]:
        return {face: dict(sorted(counts.items())) for face, counts in self._counts.items()}

    def _counting(self, counts: Counter[str]) -> Middleware:
        @web.middleware
        async def count(request: web.Request, handler: Handler) -> web.StreamResponse:
            name = f"{request.method} {pattern_of(request)}"
            counts[name if name in counts or len(counts) < NAMES_MAX else REST] += 1
            return await handler(request)

        return count


def pattern_of(request: web.Request) -> str:
    """Give the path as its route names it, or as it was asked where one route takes everything."""
    resource = request.match_info.route.resource
    if resource is None or resource.canonical == ANYTHING:
        return request.path.rstrip("/") or "/"
    return resource.canonical
