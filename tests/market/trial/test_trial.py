"""A desk and a market as processes, for hours of the market's time, on its worst days: every trade once (I20, I22)."""

from __future__ import annotations

import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from copydesk.flow.ledger.verify import verify
from copydesk.wiring.opening import open_ledger
from tests.market.trial.accounts import difference, told_by
from tests.market.trial.market_process import Market, a_desk, a_market, told_to_stop

SPEED = 50
HOUR_MS = 3_600_000
QUIET_MS = 900_000
"""How long nothing is wrong at the end: whatever was missed has to be found within this."""
UNTIL_MS = 300_000
"""Trades so shortly before the end may still be on their way."""

Phase = Mapping[str, Mapping[str, object]]
BAD_DAYS: Sequence[Phase] = (
    {},
    {"gap": {"channel": "rtds", "probability": 0.02}},
    {"silent": {"channel": "rtds"}},
    {"half_open": {"channel": "rtds"}},
    {"duplicate_event": {}},
    {"reorder": {}},
    {"late_event": {}},
    {"rtds_trades_off": {}},
    {"data_lag": {"lag_ms": 80_000}},
    {"data_cache": {"max_age_s": 300}},
    {"malformed": {"probability": 0.1}},
    {"paging": {"kind": "repeat"}},
    {"paging": {"kind": "truncate"}},
    {"paging": {"kind": "skip"}},
    {"twin_transaction": {"probability": 0.2}},
    {"silent": {"channel": "rtds"}, "data_lag": {"lag_ms": 80_000}, "data_cache": {"max_age_s": 300}},
)
KILLED_IN, STOPPED_IN = 5, 10
"""In which phases the desk is killed, and stopped, and started again."""


def wait(market: Market, until_ms: int) -> None:
    """Let the market's time pass."""
    while (left_ms := until_ms - market.now_ms()) > 0:
        time.sleep(min(0.5, left_ms / 1_000 / market.speed))  # noqa: TID251 - processes run in the machine's time


def live_through(market: Market, ledger: Path, hours: float) -> int:
    """Run a desk through the bad days, killed once and stopped once on the way; when it ended, in market time."""
    began, phase_ms = market.now_ms(), int(hours * HOUR_MS - QUIET_MS) // len(BAD_DAYS)
    ends = [began + phase_ms * (number + 1) for number in range(len(BAD_DAYS))]
    runs = ((0, KILLED_IN), (KILLED_IN, STOPPED_IN), (STOPPED_IN, len(BAD_DAYS)))
    for first, last in runs:
        with a_desk(market, ledger) as desk:
            for phase, end in list(zip(BAD_DAYS, ends, strict=True))[first:last]:
                for name, parameters in phase.items():
                    market.set_fault(name, parameters)
                wait(market, end)
                for name in phase:
                    market.clear_fault(name)
                assert desk.poll() is None
            if last == KILLED_IN:
                desk.send_signal(signal.SIGKILL)
                desk.wait()
                continue
            if last == len(BAD_DAYS):
                wait(market, began + int(hours * HOUR_MS))
            assert told_to_stop(desk) == 0
    return market.now_ms()


def every_trade_is_accounted_for(folder: Path, hours: float) -> None:
    """Run the trial and hold the ledger to the market's own list."""
    ledger = folder / "ledger.sqlite"
    with a_market(SPEED, seed=7) as market:
        ended_ms = live_through(market, ledger, hours)
        told, trades = told_by(ledger), market.trades()
    assert difference(told, trades, ended_ms - UNTIL_MS) == ([], [], [])
    assert max(told.events.values()) == 1
    assert len(told.actions) > 1_000 * hours
    assert told.outcomes["Approved"] > 0
    store = open_ledger(ledger)
    assert verify(store.rows(), store.heads()).is_sound
    store.close()
    (folder / "told.txt").write_text(f"{len(trades)} trades, {len(told.actions)} actions, {dict(told.outcomes)}\n")


@pytest.mark.slow
def test_every_leader_trade_of_a_bad_hour_is_decided_exactly_once(tmp_path: Path) -> None:
    """I20, I21, I22, S0.20, F1, F30-F34, F37, F38, F45, F47: killed once, stopped once, through every fault."""
    every_trade_is_accounted_for(tmp_path, hours=1)


@pytest.mark.trial
def test_every_leader_trade_of_ten_bad_hours_is_decided_exactly_once(tmp_path: Path) -> None:
    """The same for ten hours: `make trial`."""
    every_trade_is_accounted_for(tmp_path, hours=10)
