"""The order interface as an application: every route behind the limits and the faults."""

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from fakemarket.faces.clob.auth import Keyring
from fakemarket.faces.clob.desk import Desk, TooFast
from fakemarket.faces.clob.heartbeats import Heartbeats
from fakemarket.faces.clob.limits import AddressLimits, SignerLimits
from fakemarket.faces.clob.notices import Notices
from fakemarket.faces.clob.plan import ClobPlan
from fakemarket.faces.clob.private import Private
from fakemarket.faces.clob.public import Public
from fakemarket.faces.clob.trading import Trading
from fakemarket.faces.clob.weather import Weather, refusal_response
from fakemarket.world.exchange import Exchange
from fakemarket.world.orders import Refused

KEYRING: web.AppKey[Keyring] = web.AppKey("keyring", Keyring)
DESK: web.AppKey[Desk] = web.AppKey("desk", Desk)
_BODY_MAX = 4 * 2**20


def routes(exchange: Exchange, keyring: Keyring | None = None, plan: ClobPlan | None = None) -> web.Application:
    """Give the application; whoever serves it runs the exchange's clock."""
    settings = plan or ClobPlan()
    desk = Desk(
        exchange=exchange,
        keyring=keyring or Keyring(exchange),
        plan=settings,
        addresses=AddressLimits(exchange.clock),
        signers=SignerLimits(exchange.clock, settings.tier, exchange.faults, enforces=settings.enforces_signer_limits),
        heartbeats=Heartbeats(exchange),
        notices=Notices(exchange),
    )
    weather = Weather(exchange)
    application = web.Application(middlewares=[_guard(desk)], client_max_size=_BODY_MAX)
    application[KEYRING] = desk.keyring
    application[DESK] = desk
    for part in (Public(desk), Private(desk, weather), Trading(desk, weather)):
        application.add_routes(part.table())
    return application


def _guard(desk: Desk) -> Middleware:
    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        fault = desk.exchange.faults.strikes("throttle", face="clob", path=request.path)
        if fault is not None:
            after_s = int(fault.number("retry_after_s"))
            return refusal_response(Refused(429, "Too Many Requests", retry_after_s=after_s or None))
        wait_s = desk.addresses.wait_s(request.remote or "", _group(request))
        if wait_s:
            return refusal_response(Refused(429, "Too Many Requests", retry_after_s=wait_s))
        try:
            return await handler(request)
        except TooFast as refusal:
            return refusal_response(refusal, refusal.headers)
        except Refused as refusal:
            return refusal_response(refusal)

    return guard


def _group(request: web.Request) -> str:
    path = "/data/order" if request.path.startswith("/data/order/") else request.path
    return f"{request.method} {path}"
