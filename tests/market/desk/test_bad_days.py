"""Whatever goes wrong on the way, every trade on the director's list is decided exactly once, and soon (I20, I21, I22).

Each run has its faults from before the desk starts; then they end, and all that was done before must be decided within
half an hour. A trade that was settled anew under another hash is one trade.
"""

from __future__ import annotations

import pytest

from copydesk.adapters.storage.memory import MemoryLedgerStore
from copydesk.domain.ids import AccountId, TimeMs
from copydesk.flow.ledger.seal import open_entry
from tests.market.desk.audit import AGREED, Ledger, Verdict, compare, read
from tests.market.desk.stage import CALM, MINUTE_MS, Desk, Faults, Stage, play, rules

BAD_MS = 2 * MINUTE_MS
OUTAGE_MS = 20 * MINUTE_MS
LOOK_EVERY_MS = 30_000
LOOKS_MAX = 60
"""Half an hour of looks."""
CLIENTS = 2
ACCOUNTS = [AccountId(f"desk-{number:05}") for number in range(CLIENTS)]

DEAD: Faults = {"silent": {"channel": "rtds"}}
BAD_DAYS: dict[str, Faults] = {
    "none": {},
    "rtds_silent_f37": DEAD,
    "rtds_half_open_f45": {"half_open": {"channel": "rtds"}},
    "rtds_cut_f47": {"gap": {"channel": "rtds", "probability": 0.3}},
    "rtds_late_f33": {"late_event": {"channel": "rtds"}},
    "rtds_trades_off": {"rtds_trades_off": {}},
    "books_half_open_f45": {"half_open": {"channel": "market"}},
    "books_starve_f46": {"starve": {"channel": "market"}},
    "all_doubled_f30": {"duplicate_event": {"copies": 2}},
    "all_reordered_f32": {"reorder": {}},
    "data_lags_80_s": {"data_lag": {"lag_ms": 80_000}},
    "data_cached_300_s": {"data_cache": {"max_age_s": 300}},
    "lagging_cached_and_no_rtds": {**DEAD, "data_lag": {"lag_ms": 80_000}, "data_cache": {"max_age_s": 300}},
    "malformed_f34": {"malformed": {"kind": "any", "probability": 0.3}},
    "malformed_and_no_rtds_f34": {**DEAD, "malformed": {"kind": "any", "probability": 0.3}},
    "poison_f35": {"poison": {}},
    "pages_repeat_f38": {**DEAD, "paging": {"kind": "repeat"}},
    "pages_end_early_f38": {**DEAD, "paging": {"kind": "truncate"}},
    "pages_skip_f38": {**DEAD, "paging": {"kind": "skip"}},
    "no_json_f53": {**DEAD, "garbled": {"path": "/v2/trades", "probability": 0.5}},
    "throttled_f50": {**DEAD, "throttle": {"path": "/v2/trades", "probability": 0.5}},
    "twins_f31": {"twin_transaction": {"probability": 0.3}},
    "twins_long_after_f31": {"twin_transaction": {"probability": 0.3, "depth": 4}},
    "twins_and_no_rtds_f31": {**DEAD, "twin_transaction": {"probability": 0.3, "depth": 6}},
    "ghosts_f63": {"ghost_fill": {"probability": 0.3}},
    "blocks_change_f43": {"reorg": {"probability": 0.3}},
    "everything_at_once": {
        "gap": {"channel": "rtds", "probability": 0.1},
        "duplicate_event": {"probability": 0.3},
        "reorder": {"probability": 0.3},
        "malformed": {"kind": "any", "probability": 0.2},
        "paging": {"kind": "skip", "probability": 0.5},
        "throttle": {"path": "/v2/trades", "probability": 0.2},
        "data_cache": {},
        "data_lag": {"lag_ms": 20_000},
        "ghost_fill": {"probability": 0.1},
    },
}
OUTAGES: dict[str, Faults] = {
    "no_answer_makes_sense": {"half_open": {"channel": "rtds"}, "garbled": {}},
    "no_answer_at_all": {"half_open": {"channel": "rtds"}, "throttle": {"retry_after_s": 30}},
    "answers_are_old": {"half_open": {"channel": "rtds"}, "silent": {"channel": "data"}},
}


async def decided(stage: Stage, store: MemoryLedgerStore, desk: Desk, until: TimeMs) -> tuple[Ledger, Verdict]:
    """Look until all that was mined before `until` is decided, for half an hour at most; then stop."""
    verdict = Verdict([], [], [], [])
    for _ in range(LOOKS_MAX):
        await stage.pass_ms(LOOK_EVERY_MS)
        listed = [trade for trade in stage.director.record.trades if trade.mined_ms < until]
        verdict = compare(read(store), listed, ACCOUNTS, desk.inbox.baselines)
        if not verdict.lost:
            break
    await stage.stop(desk)
    ledger = read(store)
    every = compare(ledger, stage.director.record.trades, ACCOUNTS, desk.inbox.baselines)
    return ledger, verdict._replace(invented=every.invented, twice=every.twice)


def test_every_trade_of_a_good_minute_is_decided_exactly_once() -> None:
    """I20, I22: the quick one."""

    async def act(stage: Stage) -> None:
        store = MemoryLedgerStore(open_entry)
        desk = stage.desk(store, rules(stage.leaders, CLIENTS))
        await stage.pass_ms(20_000)
        ledger, verdict = await decided(stage, store, desk, TimeMs(stage.clock.now() + 20_000))
        assert verdict == AGREED
        assert len(ledger.decisions) > 10

    play(act, **CALM)


@pytest.mark.slow
@pytest.mark.parametrize("day", BAD_DAYS)
def test_every_trade_of_a_bad_day_is_decided_exactly_once(day: str) -> None:
    """I20, I21, I22, F30-F35, F37, F38, F43, F45-F47, F50, F53, F63, K13, K14: once for each account."""

    async def act(stage: Stage) -> None:
        store = MemoryLedgerStore(open_entry)
        stage.faults(BAD_DAYS[day])
        desk = stage.desk(store, rules(stage.leaders, CLIENTS))
        await stage.pass_ms(BAD_MS)
        stage.exchange.faults.clear_all()
        ledger, verdict = await decided(stage, store, desk, stage.clock.now())
        assert verdict == AGREED
        assert len(ledger.decisions) > 50

    play(act, **CALM)


@pytest.mark.slow
def test_every_trade_is_decided_exactly_once_though_the_stream_is_gone() -> None:
    """F37, K13: nobody answers at its address for two minutes, then it comes back, and is listened to again."""

    async def act(stage: Stage) -> None:
        store = MemoryLedgerStore(open_entry)
        desk = stage.desk(store, rules(stage.leaders, CLIENTS))
        await stage.pass_ms(MINUTE_MS)
        await stage.shut("rtds")
        await stage.pass_ms(BAD_MS)
        await stage.reopen("rtds")
        shown = desk.inbox.shown_by["rtds"]
        ledger, verdict = await decided(stage, store, desk, stage.clock.now())
        assert verdict == AGREED
        assert len(ledger.decisions) > 50
        assert desk.inbox.shown_by["rtds"] > shown

    play(act, **CALM)


@pytest.mark.slow
@pytest.mark.parametrize("outage", OUTAGES)
def test_after_twenty_minutes_of_nothing_everything_is_decided_within_half_an_hour(outage: str) -> None:
    """I22, F37, F45, F50, F53, S4.24: what is too old to be copied by then is recorded all the same (F33)."""

    async def act(stage: Stage) -> None:
        store = MemoryLedgerStore(open_entry)
        desk = stage.desk(store, rules(stage.leaders, CLIENTS))
        await stage.pass_ms(MINUTE_MS)
        before = len(read(store).decisions)
        stage.faults(OUTAGES[outage])
        await stage.pass_ms(OUTAGE_MS)
        assert len(read(store).decisions) < before + 50
        stage.exchange.faults.clear_all()
        ledger, verdict = await decided(stage, store, desk, stage.clock.now())
        assert verdict == AGREED
        assert ledger.outcomes()["Expired"] > 100

    play(act, **CALM)
