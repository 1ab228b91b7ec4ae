"""The activity stream when nothing comes: it is noticed, said, repaired, and never taken for calm."""

from __future__ import annotations

import msgspec

from copydesk.adapters.polymarket.live.retries import RetryPlan
from copydesk.adapters.polymarket.live.rtds import RTDS_PLAN
from copydesk.domain.health import FeedState
from tests.market.rtds.stage import Stage, play


async def until_state(stage: Stage, state: FeedState, within_ms: int) -> int:
    """Let time pass, trades going on, until the stream is in this state; give how long it took."""
    for passed in range(0, within_ms, 500):
        if stage.health.state is state:
            return passed
        if passed % 5_000 == 0:
            stage.world.trade()
        await stage.pass_ms(500)
    raise AssertionError(f"{stage.health} after {within_ms} ms")


def test_silence_is_noticed_though_pings_are_answered() -> None:
    """F37, K13, S4.5: liveness is data arriving. First the subscription is said again, then a new connection made."""

    async def act(stage: Stage) -> None:
        await stage.live()
        pings = stage.channel.pings
        stage.fault("silent", channel="rtds")
        await until_state(stage, FeedState.SILENT, 30_000)
        assert 20_000 <= stage.clock.now() - (stage.health.last_data_at or 0) <= 22_000
        assert stage.channel.pings > pings
        assert (stage.channel.subscribed, stage.health.reconnects, stage.health.gaps) == (2, 0, 1)
        assert "no data for" in stage.health.words
        assert await until_state(stage, FeedState.CONNECTING, 9_500) <= 9_500
        await stage.pass_ms(1_000)
        assert (stage.channel.subscribed, stage.health.reconnects) == (3, 1)
        stage.world.exchange.faults.clear("silent")
        await until_state(stage, FeedState.LIVE, 12_000)
        assert (stage.health.words, stage.health.gaps) == ("", 1)

    play(act)


def test_silence_that_a_new_subscription_ends_needs_no_new_connection() -> None:
    """F37: the same socket is asked first."""

    async def act(stage: Stage) -> None:
        await stage.live()
        for session in stage.channel.sessions:
            session.wishes = ()
        await until_state(stage, FeedState.SILENT, 30_000)
        await until_state(stage, FeedState.LIVE, 8_000)
        assert (stage.health.reconnects, stage.health.gaps) == (0, 1)

    play(act)


def test_the_venues_silence_after_missed_pings_is_found_and_repaired() -> None:
    """Trap 23: that silence never ends on the same connection, and no close frame tells of it."""
    plan = msgspec.structs.replace(
        RTDS_PLAN, socket=msgspec.structs.replace(RTDS_PLAN.socket, ping_every_ms=10_000_000)
    )

    async def act(stage: Stage) -> None:
        await stage.live()
        for _ in range(34):
            await stage.trade()
        assert (stage.channel.pings, stage.health.state) == (0, FeedState.LIVE)
        await until_state(stage, FeedState.CONNECTING, 40_000)
        assert stage.health.gaps == 1
        await until_state(stage, FeedState.LIVE, 13_000)
        assert (stage.health.reconnects, stage.channel.pings) == (1, 0)

    play(act, plan)


def test_a_connection_that_swallows_everything_is_given_up_within_thirty_seconds() -> None:
    """F45: it does not even answer pings, so it is not asked again."""

    async def act(stage: Stage) -> None:
        await stage.live()
        stage.world.trade()
        while not stage.tray.trades():
            await stage.pass_ms(500)
        stage.fault("half_open", channel="rtds", count=1)
        stage.world.trade()
        await until_state(stage, FeedState.CONNECTING, 30_000)
        assert 20_000 <= stage.clock.now() - (stage.health.last_data_at or 0) <= 22_000
        await until_state(stage, FeedState.LIVE, 13_000)
        assert (stage.health.reconnects, stage.health.gaps) == (1, 1)

    play(act)


def test_a_lost_connection_is_a_gap_and_what_comes_after_it_is_shown() -> None:
    """F47: what was missed comes by polling; the stream says that something was."""

    async def act(stage: Stage) -> None:
        await stage.live()
        stage.fault("gap", channel="rtds", count=1)
        await stage.trade()
        lost = stage.expected(stage.world.taker)[-1]
        await stage.pass_ms(1_000)
        await stage.trade()
        shown = {trade.tx_hash for trade in stage.tray.trades()}
        assert shown == {stage.expected(stage.world.taker)[-1]} != {lost}
        assert (stage.health.gaps, stage.health.reconnects, stage.health.state) == (1, 1, FeedState.LIVE)

    play(act)


def test_a_stream_that_fails_too_often_is_switched_off_for_a_while() -> None:
    """S4.24, K13: while it is off nothing connects; afterwards it is tried again."""
    socket = msgspec.structs.replace(
        RTDS_PLAN.socket, retry=RetryPlan(failures_max=3, window_ms=300_000, off_ms=120_000)
    )

    async def act(stage: Stage) -> None:
        await stage.live()
        stage.fault("silent", channel="rtds")
        await until_state(stage, FeedState.OFF, 150_000)
        assert "off for 120 s" in stage.health.words
        assert (stage.health.reconnects, stage.health.gaps) == (2, 1)
        stage.world.exchange.faults.clear("silent")
        await stage.pass_ms(118_000)
        assert (stage.health.state, stage.health.reconnects) == (FeedState.OFF, 2)
        await until_state(stage, FeedState.LIVE, 20_000)
        assert (stage.health.reconnects, stage.health.words) == (3, "")

    play(act, msgspec.structs.replace(RTDS_PLAN, socket=socket))


def test_a_venue_that_is_not_there_is_tried_until_it_is_off() -> None:
    """S4.5: never raised, always bounded."""

    async def act(stage: Stage) -> None:
        stage.socket._url = "ws://127.0.0.1:1/"
        await until_state(stage, FeedState.OFF, 300_000)
        assert stage.health.last_data_at is None
        assert (stage.health.gaps, stage.health.received) == (0, 0)

    play(act)
