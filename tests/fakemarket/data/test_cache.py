"""The content network before the Data API: whole answers by URL, whatever the request's own headers say."""

import asyncio

from aiohttp.test_utils import TestClient, TestServer

from fakemarket.faces.data import application
from tests.fakemarket.town import Town, ask


def test_without_the_switch_every_answer_is_new_but_says_how_long_it_may_live() -> None:
    town = Town()
    before, after = ask(application(town.exchange), "/v2/trades", town.trade, "/v2/trades")
    assert (len(before.rows), len(after.rows)) == (0, 1)
    assert before.headers["Cache-Control"] == "public, max-age=300"


def test_a_kept_answer_is_old_for_five_minutes_of_market_time() -> None:
    """Trap 3."""
    town = Town()
    town.exchange.faults.set("data_cache")
    first, kept, new = ask(
        application(town.exchange),
        "/v2/trades",
        town.trade,
        "/v2/trades",
        lambda: town.clock.advance(300_000),
        "/v2/trades",
    )
    assert [len(answer.rows) for answer in (first, kept, new)] == [0, 0, 1]
    assert (kept.headers["CF-Cache-Status"], kept.headers["Age"]) == ("HIT", "15")


def test_a_changing_parameter_passes_the_cache() -> None:
    town = Town()
    town.exchange.faults.set("data_cache")
    answers = ask(application(town.exchange), "/v2/trades?_=1", town.trade, "/v2/trades?_=2", "/v2/trades?_=1")
    assert [len(answer.rows) for answer in answers] == [0, 1, 0]


def test_a_header_that_asks_for_fresh_data_changes_nothing() -> None:
    town = Town()
    town.exchange.faults.set("data_cache")

    async def run() -> list[int]:
        async with TestClient(TestServer(application(town.exchange))) as client:
            counts = []
            for _ in range(2):
                async with client.get("/v2/trades", headers={"Cache-Control": "no-cache"}) as response:
                    counts.append(len((await response.json())["data"]))
                town.trade()
            return counts

    assert asyncio.run(run()) == [0, 0]


def test_activity_and_positions_are_kept_for_seconds_only() -> None:
    town = Town()
    town.exchange.faults.set("data_cache")
    path = f"/v2/activity?user={town.bob.wallet}"
    kept, new = ask(application(town.exchange), path, town.trade, path)
    assert (len(kept.rows), len(new.rows)) == (0, 1)
    assert kept.headers["Cache-Control"] == "public, max-age=15"


def test_refusals_are_not_kept() -> None:
    town = Town()
    town.exchange.faults.set("data_cache")
    answers = ask(application(town.exchange), "/v2/trades?limit=0", "/v2/trades?limit=0")
    assert [answer.status for answer in answers] == [400, 400]
    assert "Age" not in answers[1].headers
