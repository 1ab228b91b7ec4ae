"""The websockets of the venue: the market channel, the user channel and the public activity feed."""

from aiohttp import web

from fakemarket.faces.streams.market import MarketChannel
from fakemarket.faces.streams.rtds import ActivityChannel
from fakemarket.faces.streams.user import KeyCheck, UserChannel
from fakemarket.world.exchange import Exchange


def applications(exchange: Exchange, keyring: KeyCheck) -> dict[str, web.Application]:
    """Give one application a stream; each wants its own port."""
    return {
        "market": MarketChannel(exchange).application("/ws/market"),
        "user": UserChannel(exchange, keyring).application("/ws/user"),
        "rtds": ActivityChannel(exchange).application("/"),
    }
