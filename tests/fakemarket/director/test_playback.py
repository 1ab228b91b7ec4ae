"""Playback: recorded trades become real matches at the same prices, sizes and distances in time."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from fakemarket.director.director import Director
from fakemarket.director.playback import read_recording, two_levels
from fakemarket.director.scenario import scenario_named
from fakemarket.world.clock import ManualClock
from fakemarket.world.exchange import Exchange, ExchangePlan
from fakemarket.world.money import ONE

START_MS = 1_795_132_800_000


def a_row(at_s: int, **given: object) -> dict[str, object]:
    row: dict[str, object] = {
        "proxyWallet": "0x" + "aa" * 20,
        "name": "alice",
        "side": "BUY",
        "conditionId": "0x" + "01" * 32,
        "title": "Will it rain?",
        "outcome": "Yes",
        "size": 100.5,
        "price": 0.43,
        "timestamp": at_s,
    }
    return row | given


def played(path: Path | str, ms: int) -> Director:
    director = Director(Exchange(ManualClock(START_MS), ExchangePlan(seed=7)), scenario_named(f"recorded:{path}"))
    director.start()
    director.exchange.clock.advance(ms)
    return director


def test_a_recording_is_made_again(tmp_path: Path) -> None:
    path = tmp_path / "trades.json"
    rows = [
        a_row(1_000),
        a_row(1_060, outcome="No", price=0.555, size=9.87779),
        a_row(1_090, side="SELL", price=0.4512345, size=80),
    ]
    path.write_text(json.dumps([*rows, a_row(1_095, type="REDEEM"), a_row(1_096, price=0)]))
    director = played(path, 120_000)
    trades = director.record.trades
    assert [(trade.side, trade.size) for trade in trades] == [
        ("BUY", 100_500_000),
        ("BUY", 9_877_790),
        ("SELL", 80_000_000),
    ]
    assert [round(Decimal(trade.price), 4) for trade in trades] == [
        Decimal("0.4300"),
        Decimal("0.5550"),
        Decimal("0.4512"),
    ]
    assert [trade.matched_ms - START_MS for trade in trades] == [1_000, 61_000, 91_000]
    account = director.exchange.accounts.by_wallet(trades[0].wallet)
    assert account is not None
    assert account.profile.bio == "0x" + "aa" * 20


def test_lines_and_tables_are_read_too(tmp_path: Path) -> None:
    lines = tmp_path / "a.jsonl"
    lines.write_text(json.dumps(a_row(2)) + "\n" + json.dumps(a_row(1)) + "\n")
    table = tmp_path / "b.csv"
    table.write_text(
        "wallet,side,market_title,outcome,size,price,timestamp\n0xAB,buy,T,Yes,5,0.5,2026-01-01T00:00:00\n"
    )
    assert [row.at_ms for row in read_recording(str(lines))] == [1_000, 2_000]
    assert [(row.wallet, row.side) for row in read_recording(str(table))] == [("0xab", "BUY")]


def test_a_file_without_trades_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "none.json"
    path.write_text("[]")
    with pytest.raises(ValueError, match="holds no trade"):
        read_recording(str(path))


@pytest.mark.parametrize("price", [432_100, 432_000, 431_999, 2_500, 999_000])
def test_two_levels_average_to_the_price(price: int) -> None:
    size = 250 * ONE
    levels = two_levels(price, size, 1_000)
    assert sum(part for _, part in levels) == size
    average = sum(at * part for at, part in levels) // size
    assert abs(average - price) <= 50


@pytest.mark.slow
def test_a_real_recording_plays(recorded_data: Path) -> None:
    source = recorded_data / "data_api" / "ibalgo_insider-trading-prediction" / "trades_nobel_2025-10-10.csv.gz"
    director = played(source, 20 * 60_000)
    recorded = read_recording(str(source))
    first_ms = recorded[0].at_ms
    due = [row for row in recorded if row.at_ms - first_ms <= 19 * 60_000]
    assert len(director.record.trades) >= len(due)
    shown = director.record.trades[: len(due)]
    assert sorted((one.side, one.size) for one in shown) == sorted((row.side, row.size) for row in due)
