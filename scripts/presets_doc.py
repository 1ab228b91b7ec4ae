"""Writes docs/presets.md: each preset over the same recorded wallets, with what was copied, skipped and earned."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from textwrap import wrap

from copydesk.run.report import ReplayReport
from copydesk.settings.layers import load, presets
from copydesk.wiring.replay import ReplayRequest, replay_once

REPO = Path(__file__).parents[1]
PAGE = REPO / "docs" / "presets.md"
DATA = Path(os.environ.get("RECORDED_DATA") or REPO.parent / "shared" / "data")
SOURCES = (
    "data_api/ibalgo_insider-trading-prediction/trades_nobel_2025-10-10.csv.gz",
    "data_api/sellersja01_polybotanalysis/activity_wallet_8_0xf539.csv.gz",
    "data_api/sellersja01_polybotanalysis/activity_galindrast.json.gz",
    "data_api/starhaz3_star-polymarket/activity_0x4f34.json.gz",
    "data_api/rendoarsandi_Poly-Bot/trades_gabagool22_1000.json.gz",
    "data_api/bennacer860_fleet-ai-sandbox/wallet_trades.csv.gz",
)
RESULTS = "gamma/merged_index/resolutions_all.csv.gz"
AUDIT = "exact"
REASONS_SHOWN = 5
HEAD = """\
# Presets

Every preset over the same recorded wallets, from $1,000. Made by `make presets-doc`; `make test` fails if the table is
not what the replay says today. What each preset sets is in [settings](settings.md).

This shows what the rules do, not what they earn: the books are modelled from the recorded trades, most markets of the
records have no recorded result, and the wallets were recorded because somebody found them remarkable. A preset that
copies more does not do better for it.

| preset | signals | copied | skipped | orders | equity at the end |
|---|---:|---:|---:|---:|---:|"""


def page(data: Path) -> str:
    """The text of docs/presets.md, from the records in `data`."""
    reports = {name: _report(name, data) for name in presets() if name != AUDIT}
    rows = [_row(name, report) for name, report in reports.items()]
    reasons = [f"- **{name}**: {_reasons(report)}." for name, report in reports.items()]
    wrapped = [line for reason in reasons for line in _wrapped(reason)]
    first = next(iter(reports.values()))
    read = (
        f"{first.rows_read:,} rows were read, {first.events:,} events and {first.duplicates:,} duplicates among them."
    )
    return "\n".join((HEAD, *rows, "", read, "", "## Why not", "", "The five most frequent reasons:", "", *wrapped, ""))


def _report(preset: str, data: Path) -> ReplayReport:
    request = ReplayRequest(sources=tuple(str(data / each) for each in SOURCES), results=(data / RESULTS,))
    return replay_once(load({"preset": preset}, {"gates": {"unknown_end": "allow"}}), request)


def _row(name: str, report: ReplayReport) -> str:
    skipped = sum(report.skipped.values()) + report.expired
    cells = (
        f"`{name}`",
        f"{report.decisions:,}",
        f"{report.copied:,}",
        f"{skipped:,}",
        f"{sum(report.orders.values()):,}",
    )
    return "| " + " | ".join((*cells, f"${report.equity}")) + " |"


def _reasons(report: ReplayReport) -> str:
    most = sorted(report.skipped.items(), key=lambda each: (-each[1], each[0]))[:REASONS_SHOWN]
    return ", ".join(f"{reason} {count:,}" for reason, count in most)


def _wrapped(text: str) -> list[str]:
    return wrap(text, 118, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


if __name__ == "__main__":
    PAGE.write_text(page(DATA), encoding="utf-8")
    sys.stdout.write(f"wrote {PAGE.name}\n")
