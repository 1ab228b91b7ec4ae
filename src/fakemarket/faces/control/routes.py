"""The control face over HTTP: faults, the clock, single script steps, and the director's own lists."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from fakemarket.director.director import Director
from fakemarket.director.words import ScriptError
from fakemarket.faces.geoblock import Place
from fakemarket.faces.tally import Tally
from fakemarket.world.faults import NAMES

ADVANCE_STEP_MS: Final = 1_000
ROWS_MAX: Final = 10_000
Handler = Callable[[web.Request], Awaitable[web.Response]]


class ControlFace:
    """The levers of one served market."""

    def __init__(self, director: Director, place: Place, tally: Tally) -> None:
        self._director = director
        self._exchange = director.exchange
        self._place = place
        self._tally = tally

    # --- faults ------------------------------------------------------------------------------------------------------

    async def faults(self, _request: web.Request) -> web.Response:
        return web.json_response({"faults": self._exchange.faults.listing()})

    async def switch_on(self, request: web.Request) -> web.Response:
        """Switch a fault on with its parameters; `{"on": false}` switches it off."""
        name, params = request.match_info["name"], await self._object(request)
        if name not in NAMES:
            raise web.HTTPNotFound(text=_words(f"no fault {name!r}: there are {', '.join(NAMES)}"))
        if params.pop("on", True) is False:
            self._exchange.faults.clear(name)
            return web.json_response({"name": name, "on": False})
        fault = self._exchange.faults.set(name, **params)
        return web.json_response({"name": name, "on": True, "params": fault.params})

    async def switch_off(self, request: web.Request) -> web.Response:
        self._exchange.faults.clear(request.match_info["name"])
        return web.json_response({"name": request.match_info["name"], "on": False})

    async def switch_all_off(self, _request: web.Request) -> web.Response:
        self._exchange.faults.clear_all()
        return web.json_response({"faults": self._exchange.faults.listing()})

    # --- the clock ---------------------------------------------------------------------------------------------------

    async def clock(self, _request: web.Request) -> web.Response:
        return web.json_response({"now_ms": self._exchange.clock.now_ms()})

    async def advance(self, request: web.Request) -> web.Response:
        """Move the clock forward by `ms`, second by second, so that the streams keep up."""
        left = (await self._object(request)).get("ms")
        if not isinstance(left, int) or isinstance(left, bool) or left < 0:
            raise web.HTTPBadRequest(text=_words("ms must be a non-negative integer"))
        while left > 0:
            step = min(left, ADVANCE_STEP_MS)
            self._exchange.clock.advance(step)
            left -= step
            await asyncio.sleep(0)  # noqa: TID251 lets the other tasks run, waits for nothing
        return web.json_response({"now_ms": self._exchange.clock.now_ms()})

    # --- the director ------------------------------------------------------------------------------------------------

    async def act(self, request: web.Request) -> web.Response:
        """Act one step of a script at once, and say what came of it."""
        try:
            result = self._director.script.run(await self._object(request))
        except (ScriptError, LookupError, ValueError) as error:
            raise web.HTTPBadRequest(text=_words(str(error))) from error
        return web.json_response(result)

    async def trades(self, request: web.Request) -> web.Response:
        """List every leader trade, mined or taken back since, after a number."""
        after = int(request.query.get("after", "0"))
        rows = self._director.record.trades[after : after + ROWS_MAX]
        return web.json_response(
            {
                "trades": [row.document() for row in rows],
                "count": len(self._director.record.trades),
                "next": after + len(rows),
            }
        )

    async def moves(self, _request: web.Request) -> web.Response:
        return web.json_response({"moves": self._director.record.moves})

    async def failures(self, _request: web.Request) -> web.Response:
        return web.json_response({"never_happened": self._director.record.never_happened})

    async def requests(self, _request: web.Request) -> web.Response:
        """Count the requests received since the start, by face and path pattern."""
        return web.json_response({"now_ms": self._exchange.clock.now_ms(), "requests": self._tally.document()})

    async def state(self, _request: web.Request) -> web.Response:
        """Count what there is, and what leaders were refused."""
        exchange = self._exchange
        refusals = {plan.name: dict(actor.refusals) for plan, actor in self._director.cast.leaders}
        return web.json_response(
            {
                "now_ms": exchange.clock.now_ms(),
                "scenario": self._director.scenario.name,
                "seed": exchange.plan.seed,
                "fills": len(exchange.history.fills),
                "markets": len(exchange.catalog.markets),
                "leader_trades": len(self._director.record.trades),
                "leader_moves": len(self._director.record.moves),
                "never_happened": len(self._director.record.never_happened),
                "refusals": refusals,
            }
        )

    # --- the place ---------------------------------------------------------------------------------------------------

    async def move(self, request: web.Request) -> web.Response:
        """Change what the geoblock page says."""
        for key, value in (await self._object(request)).items():
            if key not in self._place.document():
                raise web.HTTPBadRequest(text=_words(f"no field {key!r}"))
            setattr(self._place, key, value)
        return web.json_response(self._place.document())

    async def _object(self, request: web.Request) -> dict[str, object]:
        try:
            document = json.loads(await request.text() or "{}")
        except ValueError as error:
            raise web.HTTPBadRequest(text=_words("the body is no JSON")) from error
        if not isinstance(document, dict):
            raise web.HTTPBadRequest(text=_words("the body must be an object"))
        return document


def _words(text: str) -> str:
    return json.dumps({"error": text})


def application(director: Director, place: Place, tally: Tally | None = None) -> web.Application:
    """Build the control face of one run; the tally is the one that watches the other faces."""
    face = ControlFace(director, place, tally or Tally())
    app = web.Application()
    routes: list[tuple[str, str, Handler]] = [
        ("GET", "/faults", face.faults),
        ("PUT", "/faults/{name}", face.switch_on),
        ("DELETE", "/faults/{name}", face.switch_off),
        ("DELETE", "/faults", face.switch_all_off),
        ("GET", "/clock", face.clock),
        ("POST", "/clock/advance", face.advance),
        ("POST", "/do", face.act),
        ("GET", "/leaders/trades", face.trades),
        ("GET", "/leaders/moves", face.moves),
        ("GET", "/leaders/failures", face.failures),
        ("GET", "/state", face.state),
        ("GET", "/requests", face.requests),
        ("PUT", "/geoblock", face.move),
    ]
    for method, path, handler in routes:
        app.router.add_route(method, path, handler)
    return app
