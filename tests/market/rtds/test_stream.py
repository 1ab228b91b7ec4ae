"""The activity stream against the fake market's: what it shows on a good day and on a bad one."""

from __future__ import annotations

import pytest

from copydesk.domain.health import FeedState
from copydesk.domain.trade import Side
from fakemarket.faces.streams.spoiling import KINDS
from fakemarket.world.hashing import checksum
from tests.market.rtds.stage import Stage, play

# --- good days -------------------------------------------------------------------------------------------------------


def test_a_followed_takers_fill_is_shown_from_both_types_as_one_event() -> None:
    """K11, 6.3: both types are subscribed to; what both show has one id."""

    async def act(stage: Stage) -> None:
        await stage.live()
        await stage.trade(shares=15)
        first, second = stage.tray.trades()
        assert first.event_id == second.event_id
        fill = stage.world.exchange.history.fills_of(stage.world.taker.wallet)[-1]
        assert (first.leader, first.side, first.token.id) == (fill.wallet.lower(), Side.BUY, fill.token)
        assert (int(first.shares), int(first.notional)) == (fill.size, fill.cash)
        assert (first.tx_hash, first.happened_at) == (fill.transaction_hash, fill.timestamp_s * 1000)
        assert first.source == "rtds"

    play(act)


def test_a_followed_makers_fill_is_shown_and_nobody_elses() -> None:
    """Trap 1: makers come in `trades` alone."""

    async def act(stage: Stage) -> None:
        stage.follow(stage.world.maker)
        await stage.live()
        await stage.trade()
        (trade,) = stage.tray.trades()
        assert (trade.leader, trade.side) == (stage.world.maker.wallet.lower(), Side.SELL)

    play(act)


def test_the_wallet_is_known_in_whatever_case_it_is_written() -> None:
    async def act(stage: Stage) -> None:
        await stage.live()
        assert checksum(stage.world.taker.wallet) != stage.world.taker.wallet.lower()
        await stage.trade()
        assert stage.tray.trades()

    play(act)


def test_who_is_followed_changes_while_it_runs() -> None:
    """S0.19: added or left out without a new connection."""

    async def act(stage: Stage) -> None:
        await stage.live()
        stage.follow()
        await stage.trade()
        assert stage.tray.all == []
        stage.follow(stage.world.maker, stage.world.taker)
        await stage.trade()
        assert {trade.leader for trade in stage.tray.trades()} == {
            stage.world.maker.wallet.lower(),
            stage.world.taker.wallet.lower(),
        }
        assert stage.health.reconnects == 0

    play(act)


def test_fills_are_shown_in_the_order_they_came() -> None:
    async def act(stage: Stage) -> None:
        await stage.live()
        for shares in range(5, 35):
            stage.world.trade(shares)
        await stage.pass_ms(10_000)
        shown = list(dict.fromkeys(trade.tx_hash for trade in stage.tray.trades()))
        assert shown == stage.expected(stage.world.taker)[1:]
        assert stage.health.shown == len(stage.tray.trades()) + 2

    play(act)


# --- bad frames ------------------------------------------------------------------------------------------------------


def test_a_repeated_frame_is_the_same_event() -> None:
    """F30, I21."""

    async def act(stage: Stage) -> None:
        await stage.live()
        stage.fault("duplicate_event", channel="rtds", copies=3)
        await stage.trade()
        trades = stage.tray.trades()
        assert len(trades) == 8
        assert len({trade.event_id for trade in trades}) == 1

    play(act)


@pytest.mark.parametrize(("fault", "params"), [("reorder", {"depth": 5}), ("late_event", {"delay_ms": 20_000})])
def test_what_comes_late_or_out_of_order_is_shown_as_it_comes(fault: str, params: dict[str, object]) -> None:
    """F32, F33, I21."""

    async def act(stage: Stage) -> None:
        await stage.live()
        stage.fault(fault, channel="rtds", **params)
        for shares in range(5, 15):
            stage.world.trade(shares)
        for _ in range(4):
            await stage.trade()
        await stage.pass_ms(30_000)
        shown = {trade.tx_hash for trade in stage.tray.trades()}
        assert shown == set(stage.expected(stage.world.taker)[1:])

    play(act)


_REASONS = {
    "json": {"bad_json"},
    "nan": {"not_a_number"},
    "huge": {"too_large"},
    "seconds": {"timestamp_unit"},
    "epoch": {"timestamp_range"},
    "missing": {"missing_field"},
    "new_field": set(),
    "envelope": {"not_a_trade"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_frame_that_cannot_be_right_is_refused_counted_and_told(kind: str) -> None:
    """F34: the stream goes on, and says that it could not read."""

    async def act(stage: Stage) -> None:
        await stage.live()
        stage.fault("malformed", channel="rtds", kind=kind, wallet=stage.world.taker.wallet)
        await stage.trade()
        assert {row.reason for row in stage.tray.refused()} == _REASONS[kind]
        health = stage.health
        assert health.refused == len(stage.tray.refused()) == (0 if kind == "new_field" else 2)
        assert ("not readable" in health.words) == bool(_REASONS[kind])
        assert len(stage.tray.trades()) == (2 if kind == "new_field" else 0)
        stage.world.exchange.faults.clear("malformed")
        stage.tray.all.clear()
        await stage.trade()
        assert len(stage.tray.trades()) == 2
        for _ in range(13):
            await stage.trade()
        assert stage.health.words == ""

    play(act)


def test_a_bad_frame_about_somebody_else_is_nothing_to_us() -> None:
    async def act(stage: Stage) -> None:
        await stage.live()
        stage.fault("malformed", channel="rtds", kind="nan", wallet=stage.world.maker.wallet)
        await stage.trade()
        assert stage.health.refused == 0
        assert len(stage.tray.trades()) == 2

    play(act)


def test_poison_that_comes_again_and_again_stops_nothing() -> None:
    """F35."""

    async def act(stage: Stage) -> None:
        await stage.live()
        stage.fault("poison", channel="rtds", wallet=stage.world.taker.wallet)
        for _ in range(3):
            await stage.trade()
        assert {trade.tx_hash for trade in stage.tray.trades()} == set(stage.expected(stage.world.taker)[1:])
        assert stage.health.refused == 6
        assert stage.health.state is FeedState.LIVE

    play(act)


# --- half of it ------------------------------------------------------------------------------------------------------


def test_one_type_that_stops_is_noticed_and_the_other_goes_on() -> None:
    """K13, trap 23: `trades` was silent for months while `orders_matched` flowed."""

    async def act(stage: Stage) -> None:
        await stage.live()
        stage.fault("rtds_trades_off")
        before = stage.channel.subscribed
        for _ in range(20):
            for shares in range(5, 10):
                stage.world.trade(shares)
            await stage.trade()
        assert len({trade.tx_hash for trade in stage.tray.trades()}) == 120
        health = stage.health
        assert "no trades among" in health.words
        assert (health.state, health.gaps, health.reconnects) == (FeedState.LIVE, 1, 0)
        assert stage.channel.subscribed > before
        stage.world.exchange.faults.clear("rtds_trades_off")
        for _ in range(13):
            await stage.trade()
        assert stage.health.words == ""

    play(act)


def test_one_type_that_stops_is_noticed_though_nobody_followed_trades() -> None:
    """K13: most frames are never read, and yet both types are watched."""

    async def act(stage: Stage) -> None:
        await stage.live()
        stage.follow()
        for is_off in (False, True):
            for _ in range(13):
                for shares in (5, 6, 7):
                    stage.world.trade(shares)
                await stage.trade()
            assert ("no trades among" in stage.health.words) == is_off
            stage.fault("rtds_trades_off")
        assert stage.tray.all == []

    play(act)


def test_an_asset_that_is_starved_hides_nothing_else() -> None:
    """F46: the stream cannot know that one asset stopped; it stays live, and polling shows what it did not."""

    async def act(stage: Stage) -> None:
        await stage.live()
        world = stage.world
        stage.fault("starve", channel="rtds", asset=world.yes)
        for _ in range(5):
            world.quote("SELL", 50, 10, token=world.no)
            world.quote("BUY", 50, 10, world.taker, token=world.no)
            await stage.trade()
        assert {trade.token.id for trade in stage.tray.trades()} == {world.no}
        assert len({trade.event_id for trade in stage.tray.trades()}) == 5
        assert stage.health.state is FeedState.LIVE

    play(act)


# --- too much of it --------------------------------------------------------------------------------------------------


def a_flood(stage: Stage, frames: int, every: int) -> int:
    """Send frames about somebody else, every so often one of a leader's past fills; give how many those were."""
    texts: list[str] = []
    session = stage.channel.sessions[0]
    send = session.connection.send
    session.connection.send = texts.append  # type: ignore[method-assign, assignment]
    stage.world.trade()
    stage.world.settle()
    session.connection.send = send  # type: ignore[method-assign]
    taker, maker = checksum(stage.world.taker.wallet), checksum(stage.world.maker.wallet)
    mine = next(text for text in texts if taker in text)
    other = next(text for text in texts if maker in text)
    tx = stage.expected(stage.world.taker)[-1]
    for number in range(frames):
        session.connection.send((other if number % every else mine).replace(tx, f"0x{number:064x}"))
    return len(range(0, frames, every))


def test_a_burst_of_ten_thousand_frames_loses_none_of_a_leaders() -> None:
    """F36, I20, K11: nothing is lost, and the order is kept."""

    async def act(stage: Stage) -> None:
        await stage.live()
        expected = a_flood(stage, 10_000, every=25)
        await stage.settle()
        shown = [int(trade.tx_hash, 16) for trade in stage.tray.trades()]
        assert len(shown) == expected == 400
        assert shown == sorted(shown)
        assert (stage.health.shed, stage.health.gaps) == (0, 0)

    play(act)


def test_what_a_full_inbox_turns_away_is_shown_when_there_is_room() -> None:
    """I26, F36."""

    async def act(stage: Stage) -> None:
        await stage.live()
        stage.tray.room = stage.tray.exit_room = 100
        a_flood(stage, 1_000, every=2)
        await stage.pass_ms(1_000)
        assert (len(stage.tray.trades()), stage.health.shown) == (100, 102)
        stage.tray.room = stage.tray.exit_room = 10_000
        await stage.pass_ms(100)
        shown = [int(trade.tx_hash, 16) for trade in stage.tray.trades()]
        assert shown == list(range(0, 1_000, 2))
        assert (stage.health.shown, stage.health.shed) == (502, 0)

    play(act)


@pytest.mark.parametrize("minutes", [7])
def test_no_ping_is_ever_missed(minutes: int) -> None:
    """6.3, trap 23: who does not ping for six minutes is sent nothing any more."""

    async def act(stage: Stage) -> None:
        await stage.live()
        for _ in range(minutes * 6):
            await stage.trade()
        assert stage.channel.pings >= minutes * 12
        assert len({trade.tx_hash for trade in stage.tray.trades()}) == minutes * 6
        assert (stage.health.reconnects, stage.health.gaps) == (0, 0)

    play(act)
