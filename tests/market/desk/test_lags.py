"""How long it takes from a leader's match to our signal, by virtual time: S0.2, S0.3, S0.7, C6, C11, K14."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

import pytest

from copydesk.adapters.storage.memory import MemoryLedgerStore
from copydesk.domain.ids import AccountId, TimeMs
from copydesk.flow.ledger.seal import open_entry
from copydesk.run.live import TWIN_HOLD_MS
from fakemarket.director.record import LeaderTrade as Listed
from tests.market.desk.audit import AGREED, Lags, compare, figures, lags, percentile, read
from tests.market.desk.stage import CALM, MINUTE_MS, Faults, Stage, play, rules

ACCOUNT = AccountId("desk-00000")
WORST_MS = 10_000
PREPARED_MS = 1_500
"""How long the decision of a signal waits for its market and book at most: pace.prepare_max_ms."""
ABOVE_THE_FEED_MS = 50
HAND_OVER_MS = 10
ROUND_TRIP_MS = 120
"""How long the venue is away: every request takes so long."""
CONNECTED_MS = 500
"""How long after the baselines the stream is listened to at the latest."""
Began = Callable[[Listed], int | None]
"""From when on a trade's lag counts; None if that never was."""


class Measured(NamedTuple):
    """The lags of all that was new in a run, who showed what, and how long it waited in the queue, sorted."""

    lags: Lags
    shown_by: Counter[str]
    delays_ms: list[int]
    followed_at: TimeMs


def measured(phases: Sequence[tuple[int, Faults]], began: Callable[[Stage], Began]) -> Measured:
    """Run a desk through phases of so many minutes, each with its faults, in which nothing may be lost or doubled."""
    found: list[Measured] = []

    async def act(stage: Stage) -> None:
        store = MemoryLedgerStore(open_entry)
        stage.round_trip_ms = ROUND_TRIP_MS
        stage.faults(phases[0][1])
        desk = stage.desk(store, rules(stage.leaders))
        for minutes, faults in phases:
            stage.exchange.faults.clear_all()
            stage.faults(faults)
            await stage.pass_ms(minutes * MINUTE_MS)
        until = stage.clock.now() - WORST_MS - TWIN_HOLD_MS
        await stage.stop(desk)
        ledger, listed = read(store), [each for each in stage.director.record.trades if each.mined_ms < until]
        assert compare(ledger, listed, [ACCOUNT], desk.inbox.baselines)._replace(invented=[]) == AGREED
        followed_at = max(each.taken_at for each in desk.inbox.baselines)
        took = lags(ledger, listed, desk, ACCOUNT, began(stage))
        found.append(Measured(took, desk.inbox.shown_by, sorted(desk.inbox.all_delays_ms), followed_at))

    play(act, **CALM | {"requote_s": 20})
    return found[0]


def told(of: Measured) -> str:
    took = of.lags
    parts = {
        "to the signal": took.to_signal,
        "of them held": took.held,
        "to the decision": took.to_decision,
        "in the queue": of.delays_ms,
    }
    return " | ".join(f"{name} {figures(values)}" for name, values in parts.items())


def check(of: Measured, limit_ms: int, trades: int) -> None:
    """All but one trade in a hundred within the limit, and of those that need not be held every one."""
    took = of.lags
    assert len(took.to_signal) > trades
    assert percentile(took.to_signal, 99) <= limit_ms, told(of)
    assert took.at_once[-1] <= limit_ms, told(of)
    assert max(took.held, default=0) <= limit_ms + TWIN_HOLD_MS, told(of)
    assert percentile(took.to_decision, 95) <= limit_ms + 2 * ROUND_TRIP_MS, told(of)
    assert took.to_decision[-1] <= limit_ms + TWIN_HOLD_MS + PREPARED_MS, told(of)
    assert percentile(of.delays_ms, 99) < HAND_OVER_MS, told(of)


@pytest.mark.slow
def test_a_trade_is_a_signal_within_ten_seconds_of_its_match_though_the_stream_is_dead() -> None:
    """S0.3, C11, F37, F45, K12-K14: silent, then half open, then silent with every answer cached for five minutes.

    That is half an hour in which polling is all there is, of answers that a cache would keep if it knew them.
    Excluded are none: a possible twin (F31) is held for `TWIN_HOLD_MS` at most, and is one in a hundred at most.
    """
    silent: Faults = {"silent": {"channel": "rtds"}}
    phases = [(12, silent), (10, {"half_open": {"channel": "rtds"}}), (10, {**silent, "data_cache": {}})]
    of = measured(phases, lambda _: lambda trade: trade.matched_ms)
    assert of.shown_by["rtds"] == 0
    check(of, WORST_MS, trades=300)


@pytest.mark.slow
def test_a_trade_is_a_signal_within_fifty_milliseconds_of_its_frame_while_the_stream_is_alive() -> None:
    """C6, S0.2, S0.7: from the moment the venue sent the first frame of a fill, and all that the venue added before.

    Excluded are those mined before we listened.
    """

    def sent(stage: Stage) -> Began:
        sent_at = stage.feed.sent_at
        return lambda trade: sent_at.get((trade.wallet.lower(), trade.transaction_hash, trade.token, trade.side))

    of = measured([(15, {})], sent)
    assert all(trade.mined_ms <= of.followed_at + CONNECTED_MS for trade in of.lags.unbegun)
    check(of, ABOVE_THE_FEED_MS, trades=200)
