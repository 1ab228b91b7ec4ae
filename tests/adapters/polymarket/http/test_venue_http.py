"""Asking over real HTTP: what comes back, what is asked again, and what never is."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from aiohttp import ClientTimeout, web

from copydesk.adapters.polymarket.http import venue_http
from copydesk.adapters.polymarket.http.breaker import BreakerState
from copydesk.adapters.polymarket.http.lanes import Lane
from copydesk.adapters.polymarket.http.trouble import Busy, Forbidden, Refused, Unreachable
from copydesk.adapters.polymarket.http.venue_http import READ_ATTEMPTS, Call, VenueHttp
from tests.adapters.polymarket.http.desk import Handler, asked

HTML = "<!DOCTYPE html><html><body>cloudflare</body></html>"


class Script:
    """Answers one after the other; the last one for ever."""

    def __init__(self, *answers: web.Response) -> None:
        self._answers = list(answers)
        self.seen: list[web.BaseRequest] = []

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(request)
        place = min(len(self.seen), len(self._answers)) - 1
        told = self._answers[place]
        body = told.body if isinstance(told.body, bytes) else b""
        return web.Response(status=told.status, body=body, headers=told.headers)


def says(status: int = 200, body: str = "{}", kind: str = "application/json", **headers: str) -> web.Response:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return web.Response(status=status, body=body.encode(), headers={"Content-Type": kind, **sent})


def got(handler: Handler, path: str = "/markets", params: Sequence[tuple[str, str]] = ()) -> bytes:
    bodies: list[bytes] = []

    async def act(http: VenueHttp) -> None:
        bodies.append(await http.get("gamma", path, params))

    asked(handler, act)
    return bodies[0]


def posted(handler: Handler) -> None:
    async def act(http: VenueHttp) -> None:
        await http.post("gamma", "/order", b"{}", lane=Lane.BUY)

    asked(handler, act)


def test_a_document_comes_back_as_it_was_sent() -> None:
    assert got(Script(says(body='{"price": 0.10}'))) == b'{"price": 0.10}'


def test_a_key_may_come_more_than_once_and_what_needs_quoting_is_quoted() -> None:
    script = Script(says())
    got(script, params=[("id", "1"), ("id", "2"), ("q", "a&b c")])
    assert script.seen[0].query.getall("id") == ["1", "2"]
    assert script.seen[0].query["q"] == "a&b c"


def test_we_say_who_we_are() -> None:
    """K15: a polite and truthful name."""
    script = Script(says())
    got(script)
    assert script.seen[0].headers["User-Agent"].startswith("copydesk/")


def test_what_was_sent_is_counted_by_endpoint() -> None:
    async def act(http: VenueHttp) -> None:
        for path in ("/markets/1", "/markets/2", "/markets/slug/will-it-rain", "/tags"):
            await http.get("gamma", path)
        assert http.requests == {("gamma", "/markets/*"): 2, ("gamma", "/markets/slug/*"): 1, ("gamma", "/tags"): 1}

    asked(Script(says()), act)


# --- definite answers


@pytest.mark.parametrize("status", [400, 401, 404, 409, 422, 302])
def test_a_definite_no_is_not_asked_again(status: int) -> None:
    """S1.27; a redirect is not followed to another host (T26)."""
    script = Script(says(status, '{"error": "no such market"}', Location="http://127.0.0.1:1/"))
    with pytest.raises(Refused, match="no such market") as caught:
        got(script)
    assert (caught.value.status, len(script.seen)) == (status, 1)


@pytest.mark.parametrize("answer", [says(403, HTML, "text/html"), says(451, '{"error": "not from here"}')])
def test_being_shut_out_is_a_stop_and_no_storm(answer: web.Response) -> None:
    """K15: one request, a typed stop, and no page of HTML in the words."""
    script = Script(answer)
    with pytest.raises(Forbidden) as caught:
        got(script)
    assert len(script.seen) == 1
    assert "<" not in caught.value.words


# --- no clear answer


@pytest.mark.parametrize(
    "answer",
    [
        says(200, HTML, "text/html"),
        says(200, '{"data": [1, 2', "application/json"),
        says(200, "\x00\x9c garbage", "application/json"),
        says(200, "", "application/json"),
        says(200, "{}", "text/html"),
        says(500, '{"error": "oops"}'),
        says(502, HTML, "text/html"),
    ],
    ids=["html", "truncated", "binary", "empty", "wrong type", "500", "502"],
)
def test_what_is_no_clear_answer_is_asked_again_a_few_times(answer: web.Response) -> None:
    """F53, S1.27."""
    script = Script(answer)
    with pytest.raises(Unreachable) as caught:
        got(script)
    assert (len(script.seen), caught.value.was_sent) == (READ_ATTEMPTS, True)


def test_a_good_answer_after_a_bad_one_is_taken() -> None:
    assert got(Script(says(502, HTML, "text/html"), says(body="[1]"))) == b"[1]"


@pytest.mark.parametrize("answer", [says(500), says(502, HTML, "text/html"), says(200, HTML, "text/html")])
def test_what_may_have_had_an_effect_is_asked_once(answer: web.Response) -> None:
    """S1.27, F53: the caller has to find out."""
    script = Script(answer)
    with pytest.raises(Unreachable):
        posted(script)
    assert len(script.seen) == 1


def test_an_answer_too_large_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(venue_http, "BODY_MAX", 1_000)
    with pytest.raises(Unreachable, match="larger than"):
        got(Script(says(body='"' + "x" * 2_000 + '"')))


def test_a_host_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """S1.41: every wait is bounded."""
    monkeypatch.setattr(venue_http, "TIMEOUTS", ClientTimeout(total=0.05))
    released = asyncio.Event()

    async def hang(_: web.Request) -> web.StreamResponse:
        await released.wait()
        return web.Response()

    async def act(http: VenueHttp) -> None:
        with pytest.raises(Unreachable) as caught:
            await http.post("gamma", "/order", b"{}", lane=Lane.BUY)
        assert caught.value.was_sent
        released.set()

    asked(hang, act)


def test_nobody_there_means_nothing_was_sent() -> None:
    async def act(http: VenueHttp) -> None:
        http._bases["gamma"] = "http://127.0.0.1:1"
        with pytest.raises(Unreachable) as caught:
            await http.post("gamma", "/order", b"{}", lane=Lane.BUY)
        assert not caught.value.was_sent

    asked(Script(says()), act)


# --- not now


@pytest.mark.parametrize("status", [425, 429, 503])
def test_not_now_is_waited_for_and_asked_again(status: int) -> None:
    """F49, F50: the pause the venue names is kept."""
    script = Script(says(status, Retry_After="4"), says(body="[1]"))

    async def act(http: VenueHttp) -> None:
        before = http._clock.elapsed_ms()
        assert await http.get("gamma", "/markets") == b"[1]"
        assert http._clock.elapsed_ms() - before >= 4_000
        assert len(script.seen) == 2

    asked(script, act)


def test_a_long_pause_is_told_and_not_waited_for() -> None:
    """Every wait is bounded: the caller hears when to come again."""
    script = Script(says(503, '{"error": "post-only mode", "retry_after_seconds": 79}'))
    with pytest.raises(Busy, match="post-only mode") as caught:
        got(script)
    assert (len(script.seen), caught.value.status) == (1, 503)
    assert 78_000 <= caught.value.retry_after_ms <= 79_000


def test_after_it_was_told_nobody_asks_until_then() -> None:
    """F50: no storm."""
    script = Script(says(429, Retry_After="60"))

    async def act(http: VenueHttp) -> None:
        for _ in range(20):
            with pytest.raises(Busy):
                await http.get("gamma", "/markets")
        assert len(script.seen) == 1

    asked(script, act)


def test_an_order_that_meets_not_now_is_not_sent_again() -> None:
    script = Script(says(425))
    with pytest.raises(Busy) as caught:
        posted(script)
    assert (len(script.seen), caught.value.status) == (1, 425)


# --- the breaker


def test_a_host_that_fails_again_and_again_is_left_alone_and_another_is_not() -> None:
    """S1.41, S4.24."""
    script = Script(says(502, HTML, "text/html"))

    async def act(http: VenueHttp) -> None:
        http._bases["data"] = http._bases["gamma"]
        for _ in range(20):
            with pytest.raises(Unreachable):
                await http.get("gamma", "/markets")
        assert len(script.seen) < 20
        assert http.state("gamma") is not BreakerState.CLOSED
        assert http.state("data") is BreakerState.CLOSED

    asked(script, act, speed=20)


def test_an_exit_may_try_a_host_that_is_left_alone() -> None:
    """I18."""
    script = Script(*[says(502, HTML, "text/html")] * 5, says())

    async def act(http: VenueHttp) -> None:
        for _ in range(2):
            with pytest.raises(Unreachable):
                await http.get("gamma", "/markets")
        assert http.state("gamma") is BreakerState.OPEN
        await http.send(Call(face="gamma", method="DELETE", path="/order", lane=Lane.CANCEL))
        assert http.state("gamma") is BreakerState.CLOSED

    asked(script, act, speed=20)


def test_errors_of_the_order_engine_do_not_shut_the_host() -> None:
    """A refusal worded as an error of the server is an answer: the host is there."""
    script = Script(says(500, '{"error": "no matching orders"}'))

    async def act(http: VenueHttp) -> None:
        for _ in range(10):
            with pytest.raises(Unreachable, match="no matching orders"):
                await http.post("gamma", "/order", b"{}", lane=Lane.BUY)
        assert http.state("gamma") is BreakerState.CLOSED

    asked(script, act)


def test_a_read_that_hangs_does_not_hold_up_an_exit(monkeypatch: pytest.MonkeyPatch) -> None:
    """I18: exits have connections of their own."""
    for pool in ("POOL_MAX", "EXITS_POOL_MAX"):
        monkeypatch.setattr(venue_http, pool, 1)
    began, released = asyncio.Event(), asyncio.Event()

    async def slow(request: web.Request) -> web.StreamResponse:
        if request.method == "GET":
            began.set()
            await released.wait()
        return web.json_response({})

    async def act(http: VenueHttp) -> None:
        reads = [asyncio.create_task(http.get("gamma", "/markets")) for _ in range(3)]
        await began.wait()
        async with asyncio.timeout(5):
            await http.send(Call(face="gamma", method="DELETE", path="/order", lane=Lane.CANCEL))
        released.set()
        await asyncio.gather(*reads)

    asked(slow, act)


def test_closing_lets_nobody_wait_for_ever() -> None:
    async def act(http: VenueHttp) -> None:
        many = [asyncio.create_task(http.get("gamma", "/markets")) for _ in range(60)]
        while not http.limiter.waiting():
            await asyncio.sleep(0)
        await http.close()
        ends = await asyncio.gather(*many, return_exceptions=True)
        assert any(isinstance(end, Busy) for end in ends)

    asked(Script(says()), act, speed=1)
