"""One fill has one identity: as a frame of the stream, as a row of trades and as a row of activity."""

from __future__ import annotations

import json

from copydesk.adapters.polymarket.live.polling.pages import page_of, read_row
from copydesk.adapters.polymarket.parse.frames import frame_event
from copydesk.adapters.polymarket.parse.known_columns import DATA_API_V2
from copydesk.adapters.polymarket.parse.rows import MappedRows
from copydesk.adapters.polymarket.records.decoding import decoded
from copydesk.domain.ids import TimeMs
from copydesk.domain.trade import LeaderTrade
from fakemarket.faces.data.rows import activity_row, trade_row
from fakemarket.faces.streams.rtds_frames import activity_frame, activity_payload
from fakemarket.world.events import AnyEvent, FillsMined
from fakemarket.world.money import ONE
from tests.market.leaders.stage import START_MS, Stage, play

_ROWS = MappedRows(DATA_API_V2)


def sweep(stage: Stage) -> None:
    """One order of a leader against three resting ones at odd sizes, so that its price is an average."""
    dice = stage.dice
    for cents in (40, 41, 43):
        size = dice.randrange(5_000_000, 60_000_000)
        stage.exchange.quote(
            stage.house.wallet, stage.market.tokens[0], "SELL", cents * 10_000, size // 10_000 * 10_000
        )
    cash = dice.randrange(6_000_000, 40_000_000) // 10_000 * 10_000
    stage.exchange.spend(stage.leaders[0].wallet, stage.market.tokens[0], 500_000, cash)
    stage.exchange.cancel_all(stage.house.wallet)


def test_a_fill_in_the_stream_and_in_the_rows_is_the_same_event() -> None:
    """S0.20, C9, F31: averages and odd sizes are rounded alike, so what both show is copied once."""
    framed: dict[tuple[str, str], LeaderTrade] = {}

    async def act(stage: Stage) -> None:
        def hear(event: AnyEvent) -> None:
            if isinstance(event, FillsMined):
                for fill in event.fills:
                    payload = activity_payload(fill, stage.market, "rain", None)
                    frame = json.dumps(activity_frame("trades", event.at_ms, payload)).encode()
                    trade = frame_event(decoded(frame))
                    assert isinstance(trade, LeaderTrade)
                    framed[fill.transaction_hash, fill.wallet] = trade

        stage.exchange.events.subscribe(hear)
        stage.poller(TimeMs(START_MS))
        for _ in range(60):
            sweep(stage)
            await stage.pass_ms(3_000)
        await stage.pass_ms(20_000)
        shown = stage.tray.trades()
        assert len(shown) == 60
        assert len({int(trade.price) % 10_000 for trade in shown}) > 20, "these prices are averages"
        for trade in shown:
            twin = framed[trade.tx_hash, trade.leader]
            assert (twin.content_id, twin.event_id, twin.action_id) == (
                trade.content_id,
                trade.event_id,
                trade.action_id,
            )
            assert (twin.token.id, twin.token.market, twin.happened_at) == (
                trade.token.id,
                trade.token.market,
                trade.happened_at,
            )
            assert (twin.source, trade.source) == ("rtds", "data_api")

    play(act)


def test_a_fill_in_the_trades_and_in_the_activity_is_the_same_event() -> None:
    """C9: only the activity says what it cost with its fee."""

    async def act(stage: Stage) -> None:
        for _ in range(20):
            sweep(stage)
        await stage.pass_ms(20_000)
        exchange, ann = stage.exchange, stage.leaders[0]
        fills, rows = exchange.history.fills_of(ann.wallet), exchange.history.activity_of(ann.wallet)
        assert len(fills) == 20
        for fill, row in zip(fills, [row for row in rows if row.kind == "TRADE"], strict=True):
            body = json.dumps({"data": [trade_row(exchange, fill), activity_row(exchange, row)]}).encode()
            one, other = (read_row(each, _ROWS) for each in page_of(body).rows)
            assert one.event_id == other.event_id
            assert isinstance(other, LeaderTrade)
            assert int(other.fee or 0) * ONE > 0

    play(act)
