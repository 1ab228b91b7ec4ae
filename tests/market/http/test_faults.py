"""Asking the fake market on its bad days, over real sockets."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

import pytest

from copydesk.adapters.clocks.live import RunningClock
from copydesk.adapters.polymarket.http.asks import Ask
from copydesk.adapters.polymarket.http.lanes import Lane
from copydesk.adapters.polymarket.http.trouble import Busy, Unreachable, VenueTrouble
from copydesk.adapters.polymarket.http.venue_http import Call, VenueHttp
from fakemarket.faces import data, gamma
from fakemarket.faces.clob import routes
from fakemarket.world.clock import SpeedClock
from fakemarket.world.exchange import Exchange
from fakemarket.world.tokens import EventPlan, MarketPlan
from tests.adapters.polymarket.http.desk import served

START_MS = 1_795_132_800_000
SPEED = 200
Act = Callable[[VenueHttp, Exchange, RunningClock], Awaitable[None]]
PATHS = {"gamma": "/markets/keyset", "data": "/v2/trades", "clob": "/midpoint"}


def market(act: Act, speed: int = SPEED) -> None:
    """Serve a market whose time, and ours, runs fast."""
    clock = RunningClock(speed)
    exchange = Exchange(SpeedClock(START_MS, speed))
    exchange.add_event(EventPlan(title="Rain?", markets=(MarketPlan(question="Rain?"),)))
    faces = {"gamma": gamma.application(exchange), "data": data.application(exchange), "clob": routes(exchange)}

    async def run(http: VenueHttp) -> None:
        await act(http, exchange, clock)

    served(faces, run, clock=clock)


async def read(http: VenueHttp, exchange: Exchange, face: str, lane: Lane = Lane.BACKFILL) -> object:
    token = next(iter(exchange.catalog.markets.values())).tokens[0]
    params = [("token_id", token)] if face == "clob" else []
    return json.loads(await http.get(face, PATHS[face], params, lane=lane))


def ask(face: str) -> Ask:
    return Ask(face=face, method="GET", path=PATHS[face], lane=Lane.BACKFILL)


def test_each_face_answers_and_the_clocks_agree() -> None:
    async def act(http: VenueHttp, exchange: Exchange, _: RunningClock) -> None:
        await read(http, exchange, "gamma")
        await read(http, exchange, "data")
        json.loads(await http.get("clob", "/ok"))
        assert abs(await http.server_time_ms() - exchange.clock.now_ms()) < 5_000

    market(act)


@pytest.mark.parametrize("face", ["gamma", "data"])
def test_too_many_requests_with_a_word_of_when(face: str) -> None:
    """F50: the named pause is kept, the budget shrinks, the read then succeeds."""

    async def act(http: VenueHttp, exchange: Exchange, clock: RunningClock) -> None:
        exchange.faults.set("throttle", face=face, retry_after_s=3, count=1)
        before = clock.elapsed_ms()
        await read(http, exchange, face)
        assert clock.elapsed_ms() - before >= 3_000
        assert http.requests[face, PATHS[face]] == 2
        assert http.limiter.share(ask(face)) < 1_000

    market(act)


@pytest.mark.parametrize("face", ["gamma", "data"])
def test_too_many_requests_without_a_word_of_when(face: str) -> None:
    """F50: our own pause of one to two seconds, then of two to four."""

    async def act(http: VenueHttp, exchange: Exchange, clock: RunningClock) -> None:
        exchange.faults.set("throttle", face=face, retry_after_s=0, count=2)
        before = clock.elapsed_ms()
        await read(http, exchange, face)
        assert clock.elapsed_ms() - before >= 3_000
        assert http.requests[face, PATHS[face]] == 3

    market(act)


def test_a_throttled_minute_is_no_storm() -> None:
    """F50, K15: whoever keeps asking for a minute makes a handful of requests, not a hundred."""

    async def act(http: VenueHttp, exchange: Exchange, clock: RunningClock) -> None:
        exchange.faults.set("throttle", face="data", retry_after_s=0)
        began = clock.elapsed_ms()
        while clock.elapsed_ms() - began < 60_000:
            with pytest.raises(Busy):
                await read(http, exchange, "data")
            await clock.sleep(500)
        assert http.requests["data", "/v2/trades"] <= 10
        exchange.faults.clear("throttle")
        await clock.sleep(30_000)
        await read(http, exchange, "data")

    market(act)


@pytest.mark.parametrize("face", ["gamma", "data"])
@pytest.mark.parametrize("kind", ["html", "binary"])
def test_a_garbled_answer_is_no_answer(face: str, kind: str) -> None:
    """F53."""

    async def act(http: VenueHttp, exchange: Exchange, _: RunningClock) -> None:
        exchange.faults.set("garbled", face=face, kind=kind)
        with pytest.raises(Unreachable):
            await read(http, exchange, face)
        exchange.faults.set("garbled", face=face, kind=kind, count=1)
        await read(http, exchange, face)

    market(act)


def test_an_answer_that_was_cut_off_is_asked_for_again() -> None:
    """F53."""

    async def act(http: VenueHttp, exchange: Exchange, _: RunningClock) -> None:
        exchange.faults.set("garbled", face="gamma", kind="truncated", count=1)
        await read(http, exchange, "gamma")
        assert http.requests["gamma", PATHS["gamma"]] == 2

    market(act)


def test_a_dropped_connection_is_trouble_of_the_one_request() -> None:
    """S1.41: a POST whose answer is lost is not sent again."""

    async def act(http: VenueHttp, exchange: Exchange, _: RunningClock) -> None:
        exchange.faults.set("drop_answer", kind="reset")
        with pytest.raises(VenueTrouble):
            await http.send(Call(face="clob", method="POST", path="/order", body=b"{}", lane=Lane.SELL))
        assert http.requests["clob", "/order"] == 1
        await http.get("clob", "/ok")

    market(act)


def test_within_our_limits_the_market_never_says_too_many() -> None:
    """S0.46, L8: hundreds of reads as fast as we may, and the fake market, which counts, refuses none."""

    async def act(http: VenueHttp, exchange: Exchange, clock: RunningClock) -> None:
        began, sent = clock.elapsed_ms(), 0
        while clock.elapsed_ms() - began < 24_000:
            try:
                await http.get("data", "/v2/trades", [("limit", "1")])
                sent += 1
            except Busy as busy:
                assert not busy.status
        assert sent > 300

    market(act, speed=30)
