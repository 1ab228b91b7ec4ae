"""The venue over HTTP: every request within its limits, every wait bounded, and a typed word for what goes wrong."""

from __future__ import annotations

from collections import Counter
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

import aiohttp
import msgspec

from copydesk.adapters.polymarket.http.answer import Answer, document, is_json, retry_after_ms
from copydesk.adapters.polymarket.http.asks import Ask, pattern_of
from copydesk.adapters.polymarket.http.breaker import Breaker, BreakerState
from copydesk.adapters.polymarket.http.lanes import Lane
from copydesk.adapters.polymarket.http.limiter import PATIENCE_MS, Limiter
from copydesk.adapters.polymarket.http.limits import LimitTable, documented_limits
from copydesk.adapters.polymarket.http.trouble import Busy, Refused, Unreachable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copydesk.adapters.polymarket.http.hosts import Hosts
    from copydesk.ports import Dice, LiveClock

# Of real time, whatever the clock's speed: a socket knows no other.
TIMEOUTS: Final = aiohttp.ClientTimeout(total=15, connect=5, sock_connect=5, sock_read=10)
BODY_MAX: Final = 16 * 2**20
POOL_MAX: Final = 32
EXITS_POOL_MAX: Final = 8
READ_ATTEMPTS: Final = 3
RETRY_FIRST_MS: Final = 500
RETRY_TOP_MS: Final = 4_000
_CHUNK: Final = 65_536
_NOT_SENT: Final = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One request: what is asked, and what the limiter needs to know of it; see `Ask`."""

    face: str
    path: str
    method: str = "GET"
    params: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    headers: tuple[tuple[str, str], ...] = ()
    lane: Lane = Lane.BACKFILL
    client: str = ""
    signer: str = ""
    cost: int = 1

    def ask(self) -> Ask:
        """Give what the limiter sees of it."""
        return Ask(
            face=self.face,
            method=self.method,
            path=self.path,
            lane=self.lane,
            client=self.client,
            signer=self.signer,
            cost=self.cost,
        )


class VenueHttp:
    """The venue's services, named by face: gamma, data, clob, geoblock.

    Everything raises `Busy`, `Refused`, `Forbidden` or `Unreachable` and nothing else because of the venue. Only GETs
    are asked again, a few times; what may have had an effect is asked once. Redirects are not followed (T26).
    `requests` counts what was sent, by face and path with ids as stars.
    """

    def __init__(self, hosts: Hosts, clock: LiveClock, dice: Dice, limits: LimitTable | None = None) -> None:
        self._clock, self._dice = clock, dice
        self._bases = {"gamma": hosts.gamma, "data": hosts.data, "clob": hosts.clob, "geoblock": hosts.geoblock}
        self._breakers = {face: Breaker(dice) for face in self._bases}
        self._sessions: dict[bool, aiohttp.ClientSession] = {}
        self.limiter = Limiter(limits or documented_limits(), clock, dice)
        self.requests: Counter[tuple[str, str]] = Counter()

    async def get(
        self,
        face: str,
        path: str,
        params: Sequence[tuple[str, str]] = (),
        *,
        lane: Lane = Lane.BACKFILL,
        client: str = "",
    ) -> bytes:
        """Ask for a document; a key of `params` may come more than once."""
        return await self.send(Call(face=face, path=path, params=tuple(params), lane=lane, client=client))

    async def post(self, face: str, path: str, body: bytes, *, lane: Lane, client: str = "") -> bytes:
        """Send a JSON document, once."""
        return await self.send(Call(face=face, method="POST", path=path, body=body, lane=lane, client=client))

    async def server_time_ms(self) -> int:
        """What time the order interface has, to the second."""
        text = (await self.get("clob", "/time", lane=Lane.BUY)).strip()
        if not text.isdigit():
            raise Unreachable(f"no time in {text[:20]!r}", was_sent=True)
        return int(text) * 1_000

    def state(self, face: str) -> BreakerState:
        """Whether a face is asked, or left alone after failures."""
        return self._breakers[face].state(self._clock.elapsed_ms())

    async def send(self, call: Call) -> bytes:
        """Send a request and give the JSON body of its answer."""
        for attempt in range(READ_ATTEMPTS - 1 if call.method == "GET" else 0):
            try:
                return await self._send_once(call)
            except Busy as busy:
                if not busy.status or busy.retry_after_ms > PATIENCE_MS[call.lane]:
                    raise
            except Unreachable:
                if self.state(call.face) is BreakerState.OPEN:
                    raise
                await self._clock.sleep(self._dice.below(min(RETRY_TOP_MS, RETRY_FIRST_MS << attempt)))
        return await self._send_once(call)

    async def close(self) -> None:
        """Give up all that waits and close every connection."""
        self.limiter.close()
        while self._sessions:
            _, session = self._sessions.popitem()
            await session.close()

    # --- one attempt

    async def _send_once(self, call: Call) -> bytes:
        ask, breaker = call.ask(), self._breakers[call.face]
        self._check_open(breaker, call)
        await self.limiter.acquire(ask)
        if not breaker.admits(self._clock.elapsed_ms(), is_exit=call.lane.is_exit):
            raise self._left_alone(breaker, call)
        answer = None
        try:
            answer = await self._exchange(call)
            body = document(answer, self._clock.now())
        except Unreachable:
            self._blame(breaker, call, answer)
            raise
        except Refused:
            breaker.succeeded()
            self.limiter.answered(ask)
            raise
        except Busy as busy:
            breaker.succeeded()
            said_ms = None if answer is None else retry_after_ms(answer, self._clock.now())
            self.limiter.push_back(ask, said_ms)
            raise Busy(self.limiter.pause_ms(ask), busy.words, status=busy.status) from None
        except BaseException:
            breaker.abandoned()
            raise
        breaker.succeeded()
        self.limiter.answered(ask)
        return body

    def _blame(self, breaker: Breaker, call: Call, answer: Answer | None) -> None:
        """Count a failure of the host, unless the service itself answered with an error of its own to a change."""
        if answer is not None and call.method != "GET" and is_json(answer):
            breaker.succeeded()
        else:
            breaker.failed(self._clock.elapsed_ms())

    def _check_open(self, breaker: Breaker, call: Call) -> None:
        if breaker.wait_ms(self._clock.elapsed_ms()) and not call.lane.is_exit:
            raise self._left_alone(breaker, call)

    def _left_alone(self, breaker: Breaker, call: Call) -> Unreachable:
        wait_ms = breaker.wait_ms(self._clock.elapsed_ms())
        return Unreachable(f"{call.face} failed again and again and is left alone for {wait_ms} ms", was_sent=False)

    async def _exchange(self, call: Call) -> Answer:
        self.requests[call.face, pattern_of(call.path)] += 1
        session = self._session(is_exit=call.lane.is_exit)
        headers = dict(call.headers)
        if call.body is not None:
            headers.setdefault("Content-Type", "application/json")
        try:
            async with session.request(
                call.method,
                self._bases[call.face] + call.path,
                params=call.params or None,
                data=call.body,
                headers=headers,
                allow_redirects=False,
            ) as response:
                return Answer(
                    status=response.status,
                    content_type=response.headers.get("Content-Type", "").lower(),
                    body=await _read(response),
                    retry_after=response.headers.get("Retry-After", ""),
                    date=response.headers.get("Date", ""),
                )
        except (aiohttp.ClientError, OSError) as error:
            words = str(error) or type(error).__name__
            raise Unreachable(words, was_sent=not isinstance(error, _NOT_SENT)) from error

    def _session(self, *, is_exit: bool) -> aiohttp.ClientSession:
        """Exits have connections of their own: a read that hangs never keeps a sell waiting (I18)."""
        session = self._sessions.get(is_exit)
        if session is None:
            limit = EXITS_POOL_MAX if is_exit else POOL_MAX
            session = self._sessions[is_exit] = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=limit),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": f"copydesk/{version('copydesk')}", "Accept": "application/json"},
                timeout=TIMEOUTS,
            )
        return session


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """Read a body, but never more than is bearable."""
    chunks, length = [], 0
    async for chunk in response.content.iter_chunked(_CHUNK):
        length += len(chunk)
        if length > BODY_MAX:
            raise Unreachable(f"the answer is larger than {BODY_MAX} bytes", was_sent=True, status=response.status)
        chunks.append(chunk)
    return b"".join(chunks)
