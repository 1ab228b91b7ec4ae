"""A look at the venue from here: does each face answer, how fast, what time is it there, and may one trade (S4.4)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import aiohttp
import msgspec

from copydesk.adapters.polymarket.http.trouble import Forbidden, VenueTrouble
from copydesk.adapters.polymarket.places import GeoblockAnswer
from copydesk.domain.venue_health import FaceHealth, Location, VenueHealth

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from copydesk.adapters.polymarket.http.hosts import Hosts
    from copydesk.adapters.polymarket.http.venue_http import VenueHttp
    from copydesk.ports import Clock, LiveClock

ANSWER_MAX_S: Final = 12
"""Of real time: whatever has not answered by then does not."""
HALF_A_SECOND_MS: Final = 500
"""The venue tells its time in whole seconds, so on average it is half a second later."""
FORBIDDEN_STATUS: Final = 403
ASKED: Final = {"gamma": "/tags", "data": "/v2/status"}
STREAMS: Final = ("ws_market", "ws_user", "rtds")


class Probe:
    """One look. `timer` measures how long answers take; `clock` is the one that is compared with the venue's."""

    def __init__(self, hosts: Hosts, http: VenueHttp, clock: Clock, timer: LiveClock) -> None:
        self._hosts, self._http, self._clock, self._timer = hosts, http, clock, timer
        self._skew_ms: int | None = None
        self._location: Location | None = None

    async def look(self) -> VenueHealth:
        """Ask everything at once."""
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
            asked = {
                **{face: _calling(self._ask, face, path) for face, path in ASKED.items()},
                "clob": self._compare_clocks,
                **{face: _calling(self._connect, session, getattr(self._hosts, face)) for face in STREAMS},
                "geoblock": self._locate,
            }
            faces = await asyncio.gather(*(self._timed(face, ask) for face, ask in asked.items()))
        return VenueHealth(faces=tuple(faces), skew_ms=self._skew_ms, location=self._location)

    async def _timed(self, face: str, ask: Callable[[], Awaitable[object]]) -> FaceHealth:
        url, began = getattr(self._hosts, face), self._timer.elapsed_ms()
        try:
            async with asyncio.timeout(ANSWER_MAX_S):
                await ask()
        except TimeoutError:
            return FaceHealth(face=face, url=url, latency_ms=None, words=f"no answer within {ANSWER_MAX_S} s")
        except Forbidden as error:
            return FaceHealth(face=face, url=url, latency_ms=None, words=error.words, is_forbidden=True)
        except aiohttp.WSServerHandshakeError as error:
            is_forbidden = error.status == FORBIDDEN_STATUS
            words = f"answered {error.status}"
            return FaceHealth(face=face, url=url, latency_ms=None, words=words, is_forbidden=is_forbidden)
        except (VenueTrouble, aiohttp.ClientError, OSError, msgspec.DecodeError) as error:
            return FaceHealth(face=face, url=url, latency_ms=None, words=str(error) or type(error).__name__)
        return FaceHealth(face=face, url=url, latency_ms=self._timer.elapsed_ms() - began)

    async def _ask(self, face: str, path: str) -> None:
        await self._http.get(face, path)

    async def _connect(self, session: aiohttp.ClientSession, url: str) -> None:
        async with session.ws_connect(url, max_msg_size=0):
            return

    async def _compare_clocks(self) -> None:
        before = self._clock.now()
        venue_ms = await self._http.server_time_ms()
        ours_ms = (before + self._clock.now()) // 2
        self._skew_ms = ours_ms - venue_ms - HALF_A_SECOND_MS

    async def _locate(self) -> None:
        answer = msgspec.json.decode(await self._http.get("geoblock", ""), type=GeoblockAnswer)
        self._location = answer.located(self._clock.now())


def _calling(ask: Callable[..., Awaitable[object]], *arguments: object) -> Callable[[], Awaitable[object]]:
    return lambda: ask(*arguments)
