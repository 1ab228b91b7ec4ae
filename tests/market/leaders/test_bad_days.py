"""The poller of the Data API while the fake market lags, caches, repeats, cuts short, spoils and refuses."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from copydesk.adapters.polymarket.http.lanes import Lane
from copydesk.adapters.polymarket.http.trouble import Busy, Forbidden, VenueTrouble
from copydesk.adapters.polymarket.live.poller import DataPoller
from copydesk.adapters.polymarket.live.polling.plan import PollPlan
from copydesk.domain.health import FeedHealth, FeedState
from copydesk.domain.ids import TimeMs, Wallet
from fakemarket.world.money import ONE
from tests.market.leaders.stage import MINUTE_MS, START_MS, Stage, play, repeated

LONG_AGO = TimeMs(START_MS)
FAULTS: dict[str, tuple[str, dict[str, Any]]] = {
    "data_lag 80 s": ("data_lag", {"lag_ms": 80_000}),
    "data_cache 300 s": ("data_cache", {}),
    "pages repeat": ("paging", {"kind": "repeat"}),
    "pages are cut short": ("paging", {"kind": "truncate"}),
    "pages leave rows out": ("paging", {"kind": "skip", "share": 0.3}),
    "rows twice": ("duplicate_event", {}),
    "rows out of order": ("reorder", {}),
    "malformed": ("malformed", {"kind": "any", "probability": 0.5}),
    "poison": ("poison", {}),
    "throttled": ("throttle", {"retry_after_s": 1, "probability": 0.2}),
    "throttled without a word": ("throttle", {"retry_after_s": 0, "probability": 0.2}),
    "html": ("garbled", {"kind": "html", "probability": 0.3}),
    "half an answer": ("garbled", {"kind": "truncated", "probability": 0.3}),
    "bytes": ("garbled", {"kind": "binary", "probability": 0.3}),
    "half an hour old": ("silent", {"channel": "data", "lag_ms": 1_800_000}),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", FAULTS)
def test_every_fill_is_shown_once_whatever_the_venue_does_for_a_while(case: str) -> None:
    """F30 F32 F33 F34 F35 F37 F38 F50 F53; I22, K14. What was there before the bad time is not shown again after it."""
    name, params = FAULTS[case]

    async def act(stage: Stage) -> None:
        poller = stage.poller(LONG_AGO)
        await stage.busy_minutes(1)
        stage.exchange.faults.set(name, face="data", **params)
        await stage.busy_minutes(4)
        assert poller.health().received > 0
        stage.exchange.faults.clear(name)
        await stage.busy_minutes(1)
        await stage.pass_ms(2 * MINUTE_MS)
        shown = stage.tray.ids()
        assert repeated(shown) == []
        assert sorted(shown) == sorted(set(stage.fills()))
        assert len(shown) > 50
        assert (poller.health().state, poller.health().words) == (FeedState.LIVE, "")

    play(act)


@pytest.mark.slow
@pytest.mark.parametrize("case", FAULTS)
def test_whoever_begins_or_is_killed_in_a_bad_time_loses_nothing(case: str) -> None:
    """I22, S0.20: restarts with what is known; a new reader's baseline and what it shows after are together all."""
    name, params = FAULTS[case]

    async def act(stage: Stage) -> None:
        await stage.busy_minutes(2)
        stage.exchange.faults.set(name, face="data", **params)
        poller = stage.poller(None)
        await stage.busy_minutes(1)
        for _ in range(2):
            has_begun = len(stage.tray.baselines()) == 3
            await stage.kill(poller)
            known = TimeMs(stage.market_clock.now_ms()) if has_begun else None
            await stage.busy_minutes(1)
            poller = stage.poller(known)
            await stage.busy_minutes(1)
        stage.exchange.faults.clear(name)
        await stage.pass_ms(6 * MINUTE_MS)
        told = {event for each in stage.tray.baselines() for event in each.events}
        assert told | set(stage.tray.ids()) >= set(stage.fills())

    play(act)


@pytest.mark.parametrize("case", ["data_cache 300 s", "rows twice", "rows out of order", "pages repeat"])
def test_some_faults_do_not_even_make_it_late(case: str) -> None:
    """S0.3: a trade is shown within ten seconds all the same."""
    name, params = FAULTS[case]

    async def act(stage: Stage) -> None:
        stage.exchange.faults.set(name, face="data", **params)
        stage.poller(LONG_AGO)
        await stage.busy_minutes(3)
        await stage.pass_ms(10_000)
        assert set(stage.tray.ids()) == set(stage.fills())

    play(act)


@pytest.mark.slow
def test_rows_that_were_left_out_are_counted_as_a_gap_and_filled() -> None:
    """F38."""

    async def act(stage: Stage) -> None:
        poller = stage.poller(LONG_AGO)
        await stage.busy_minutes(1)
        stage.exchange.faults.set("paging", face="data", kind="skip", share=0.6)
        await stage.busy_minutes(3)
        stage.exchange.faults.clear("paging")
        await stage.pass_ms(MINUTE_MS)
        assert poller.health().gaps > 0
        assert set(stage.tray.ids()) == set(stage.fills())

    play(act)


def test_a_list_cut_short_before_what_is_known_is_a_gap_and_is_read_on_by_time() -> None:
    """F38: an answer cut short says that nothing follows."""

    async def act(stage: Stage) -> None:
        poller = stage.poller(LONG_AGO)
        stage.trade(stage.leaders[0])
        await stage.pass_ms(MINUTE_MS)
        stage.exchange.faults.set("paging", face="data", kind="truncate", path="/v2/trades")
        for _ in range(40):
            stage.trade(stage.leaders[0])
        await stage.pass_ms(7_500)
        assert poller.health().gaps == 1
        stage.exchange.faults.clear("paging")
        await stage.pass_ms(4_000)
        assert sorted(stage.tray.ids()) == sorted(stage.fills())

    play(act)


def test_positions_are_all_or_nothing() -> None:
    """F38: half a list would say that the rest was sold."""

    async def act(stage: Stage) -> None:
        ann = stage.leaders[0]
        stage.exchange.split(ann.wallet, stage.market.condition, 40 * ONE)
        await stage.pass_ms(10_000)
        stage.poller(None)
        await stage.pass_ms(20_000)
        stage.exchange.faults.set("paging", face="data", kind="truncate", path="/v2/positions")
        stage.tray.all.clear()
        await stage.pass_ms(MINUTE_MS)
        assert [each for each in stage.tray.positions() if each.leader == ann.wallet] == []
        stage.exchange.faults.clear("paging")
        await stage.pass_ms(20_000)
        assert {len(each.positions) for each in stage.tray.positions() if each.leader == ann.wallet} == {2}

    play(act)


def test_a_baseline_goes_without_positions_the_venue_will_not_tell() -> None:
    """S0.20: following does not wait for ever."""

    async def act(stage: Stage) -> None:
        stage.exchange.split(stage.leaders[0].wallet, stage.market.condition, 40 * ONE)
        stage.exchange.faults.set("malformed", face="data", kind="missing_field", path="/v2/positions")
        await stage.pass_ms(10_000)
        stage.poller(None)
        await stage.pass_ms(10_000)
        told = {each.leader: each.positions for each in stage.tray.baselines()}
        assert told == {each.wallet: None if each is stage.leaders[0] else () for each in stage.leaders}

    play(act)


def test_a_row_that_cannot_be_read_is_refused_once_and_said() -> None:
    """F34, F35: the same poison row is not refused every two seconds."""

    async def act(stage: Stage) -> None:
        poller = stage.poller(LONG_AGO)
        stage.trade(stage.leaders[0])
        stage.exchange.faults.set("poison", face="data", path="/v2/trades")
        await stage.pass_ms(MINUTE_MS)
        (row,) = stage.tray.refused()
        assert (row.reason, row.file, row.line) == (
            "not_a_number",
            f"/v2/trades {stage.leaders[0].wallet}",
            1,
        )
        health = poller.health()
        assert health.refused == 1
        stage.exchange.faults.clear("poison")
        await stage.pass_ms(4_000)
        assert stage.tray.ids() == stage.fills()

    play(act)


def test_data_that_is_old_is_called_silent() -> None:
    """F37, S0.43: the venue answers, and says itself that it lags."""

    async def act(stage: Stage) -> None:
        poller = stage.poller(LONG_AGO)
        await stage.pass_ms(20_000)
        assert poller.health().state is FeedState.LIVE
        stage.exchange.faults.set("silent", channel="data", lag_ms=1_800_000)
        await stage.pass_ms(20_000)
        health = poller.health()
        assert (health.state, "1800 s old" in health.words) == (FeedState.SILENT, True)

    play(act)


@pytest.mark.slow
def test_a_venue_that_does_not_answer_is_called_silent_and_polled_again_when_it_does() -> None:
    """F37, S4.24."""

    async def act(stage: Stage) -> None:
        poller = stage.poller(LONG_AGO)
        await stage.busy_minutes(1)
        stage.exchange.faults.set("garbled", face="data", kind="html")
        await stage.busy_minutes(2)
        health = poller.health()
        assert (health.state, "no answer for" in health.words) == (FeedState.SILENT, True)
        assert "3 of 3 leaders not read" in health.words
        stage.exchange.faults.clear("garbled")
        await stage.busy_minutes(2)
        await stage.pass_ms(20_000)
        assert set(stage.tray.ids()) == set(stage.fills())
        assert poller.health().state is FeedState.LIVE

    play(act)


class Closed:
    """A venue with one answer to everything."""

    def __init__(self, trouble: VenueTrouble) -> None:
        self.asked = 0
        self._trouble = trouble

    async def get(
        self,
        face: str,
        path: str,
        params: Sequence[tuple[str, str]] = (),
        *,
        lane: Lane = Lane.BACKFILL,
        client: str = "",
    ) -> bytes:
        self.asked += 1
        raise self._trouble


async def asked_of(closed: Closed, stage: Stage, minutes: int) -> FeedHealth:
    poller = DataPoller(closed, stage.clock)
    poller.follow({Wallet(leader.wallet): None for leader in stage.leaders})
    run = asyncio.create_task(poller.run(stage.tray))
    await stage.pass_ms(minutes * MINUTE_MS)
    run.cancel()
    await asyncio.gather(run, return_exceptions=True)
    return poller.health()


def test_whoever_is_refused_access_stops_asking_for_a_while() -> None:
    """K15: no storm of requests, and it is said."""

    async def act(stage: Stage) -> None:
        closed = Closed(Forbidden(403, "not from here"))
        health = await asked_of(closed, stage, 4)
        assert (health.state, health.received, closed.asked) == (FeedState.OFF, 0, 1)
        await asked_of(closed, stage, 6)
        assert closed.asked <= 4

    play(act)


def test_whoever_is_told_to_wait_waits() -> None:
    """F50."""

    async def act(stage: Stage) -> None:
        closed = Closed(Busy(30_000, "later", status=429))
        health = await asked_of(closed, stage, 2)
        assert closed.asked <= 3 * 5 + 12 + 1
        assert (health.state, "later" in health.words) == (FeedState.CONNECTING, True)

    play(act)


@pytest.mark.slow
def test_a_thousand_rows_are_remembered_and_not_all_for_ever() -> None:
    """I26: memory is bounded, and what is forgotten does not come again as new."""

    async def act(stage: Stage) -> None:
        plan = PollPlan(rows_kept=20, rows_kept_max=40, reach_ms=MINUTE_MS, overlap_ms=MINUTE_MS)
        stage.poller(LONG_AGO, plan)
        await stage.busy_minutes(15)
        await stage.pass_ms(20_000)
        shown = stage.tray.ids()
        assert repeated(shown) == []
        assert sorted(shown) == sorted(set(stage.fills()))

    play(act)
