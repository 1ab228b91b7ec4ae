"""Every recorded trade file goes through the whole program: all rows accounted for, and the same again."""

from __future__ import annotations

import gzip
from contextlib import suppress
from pathlib import Path

import pytest

from copydesk.domain.errors import Unreadable
from copydesk.run.report import ReplayReport
from copydesk.settings.layers import load
from copydesk.wiring.replay import ReplayRequest, replay_once

RESULTS = "gamma/merged_index/resolutions_all.csv.gz"
TRADE_FILES = 53
"""How many files of the data set hold trades; the others are refused as what they are."""


def replayed(recorded_data: Path, *sources: Path) -> ReplayReport:
    """A replay on a ledger of its own, under the default preset."""
    request = ReplayRequest(sources=tuple(map(str, sources)), results=(recorded_data / RESULTS,))
    return replay_once(load({}, {"gates": {"unknown_end": "allow"}}), request)


def tried(recorded_data: Path, path: Path) -> ReplayReport | None:
    """A replay of a file, None if it says that it holds no trades."""
    with suppress(Unreadable):
        return replayed(recorded_data, path)
    return None


def files(recorded_data: Path) -> list[Path]:
    """Everything recorded of trades, and what lies between."""
    folders = ("data_api", "onchain", "rtds", "evm")
    found = (path for folder in folders for path in (recorded_data / folder).rglob("*") if path.is_file())
    return sorted(path for path in found if path.suffix != ".md")


def adds_up(report: ReplayReport) -> bool:
    """I20."""
    rows = report.events + report.duplicates + sum(report.rows_refused.values())
    return (
        report.rows_read == rows and report.decisions == report.copied + sum(report.skipped.values()) + report.expired
    )


@pytest.mark.slow
def test_every_recorded_file_is_replayed_or_refused_as_what_it_is(recorded_data: Path) -> None:
    """I11, I20, I21: conservation; a second run and a doubled source give the same head; no other error ever."""
    found = {path: tried(recorded_data, path) for path in files(recorded_data)}
    reports = {path: report for path, report in found.items() if report is not None}
    for path, once in reports.items():
        twice = replayed(recorded_data, path, path)
        assert adds_up(once), path
        assert adds_up(twice), path
        assert twice.ledger_head == once.ledger_head, path
        assert (twice.rows_read, twice.events) == (2 * once.rows_read, once.events), path
    assert len(reports) == TRADE_FILES


@pytest.mark.slow
def test_shuffled_rows_of_a_second_give_the_same_ledger(recorded_data: Path, tmp_path: Path) -> None:
    """I21: the recorded announcement, its rows turned around within each second."""
    path = recorded_data / "data_api/ibalgo_insider-trading-prediction/trades_nobel_2025-10-10.csv.gz"
    header, *rows = gzip.decompress(path.read_bytes()).decode().splitlines(keepends=True)
    turned = tmp_path / "turned.csv"
    turned.write_text(header + "".join(reversed(rows)))
    each_twice = tmp_path / "twice.csv"
    each_twice.write_text(header + "".join(row for row in rows for _ in range(2)))
    heads = [replayed(recorded_data, source).ledger_head for source in (path, turned, each_twice)]
    assert heads[0] == heads[1] == heads[2]
