"""`copydesk replay` and `report`: figures that add up, the same each time, and the same from the ledger alone."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.serve.cli.conftest import SAMPLE, SELDOM, Typed, home

SHORT = "sample:7:600"
NAMED_IN_THE_ISSUE = {
    *("rows_read", "rows_refused", "events", "duplicates", "actions", "signals", "decisions", "copied", "skipped"),
    *("expired", "fills", "fees", "realised", "unrealised", "equity", "wall_s", "trades_per_s"),
    *("realised_micros", "settled_fills", "pnl_by_wallet"),
}
HEADER = "proxyWallet,side,asset,conditionId,size,price,timestamp,title,slug,outcome,transactionHash"
WALLET, MARKET = "0x" + "ab" * 20, "0x" + "cd" * 32


def a_row(number: int, **said: str) -> str:
    fields = {
        "proxyWallet": WALLET,
        "side": "BUY",
        "asset": "1" * 30,
        "conditionId": MARKET,
        "size": "100",
        "price": "0.5",
        "timestamp": str(1_770_000_000 + number),
        "title": "Will it rain?",
        "slug": "rain",
        "outcome": "Yes",
        "transactionHash": "0x" + f"{number:064x}",
    }
    return ",".join({**fields, **said}.values())


def a_file(folder: Path, *rows: str) -> Path:
    path = folder / "trades.csv"
    path.write_text("\n".join([HEADER, *rows]) + "\n")
    return path


def replayed(typed: Typed, *words: str | Path) -> dict[str, Any]:
    result = typed("replay", "--json", "--quiet", *words)
    assert result.exit_code == 0, result.stderr
    report: dict[str, Any] = json.loads(result.stdout)
    return report


# --- the figures -----------------------------------------------------------------------------------------------------


def test_the_report_is_one_document_with_every_figure_asked_for(told: dict[str, Any]) -> None:
    assert told.keys() >= NAMED_IN_THE_ISSUE
    assert told["mode"] == "paper"
    assert next(iter(told)) == "mode"


def test_nothing_is_dropped_without_a_count(told: dict[str, Any]) -> None:
    """I20, K24: conservation of rows and of signals."""
    assert told["rows_read"] == 2_000
    assert told["rows_read"] == told["events"] + told["duplicates"] + sum(told["rows_refused"].values())
    assert told["decisions"] == told["copied"] + sum(told["skipped"].values()) + told["expired"]
    assert told["signals"] == told["decisions"]
    assert told["copied"] == sum(told["orders"].values()) > 0


def test_two_replays_end_with_the_same_head(typed: Typed, told: dict[str, Any], tmp_path: Path) -> None:
    again = replayed(typed, "--source", SAMPLE, "--ledger", tmp_path / "again.db", *SELDOM)
    assert again["ledger_head"] == told["ledger_head"]


def test_feeding_the_same_source_twice_adds_nothing(typed: Typed, tmp_path: Path) -> None:
    ledger = tmp_path / "desk.db"
    first = replayed(typed, "--source", SHORT, "--ledger", ledger)
    second = replayed(typed, "--source", SHORT, "--ledger", ledger)
    assert second["ledger_head"] == first["ledger_head"]
    assert second["ledger_entries"] == first["ledger_entries"]
    assert second["decisions"] == 0
    assert second["rows_read"] == second["events"] + second["duplicates"] + sum(second["rows_refused"].values())


def test_the_curve_begins_where_the_money_began(typed: Typed, told: dict[str, Any], tmp_path: Path) -> None:
    assert told["curve"][0][1] == told["deposited"] == "100000.000000"
    ledger = tmp_path / "desk.db"
    both = a_file(tmp_path, a_row(1), a_row(60, side="SELL", price="0.6"))
    first = replayed(typed, "--source", both, "--ledger", ledger, "--preset", "exact")
    second = replayed(typed, "--source", a_file(tmp_path, a_row(900)), "--ledger", ledger, "--preset", "exact")
    assert second["curve"][0][1] == first["curve"][-1][1] != first["curve"][0][1]


def test_without_a_ledger_nothing_is_left_behind(typed: Typed, tmp_path: Path) -> None:
    report = replayed(typed, "--source", SHORT)
    assert report["ledger_file"] is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["state"]


def test_a_ledger_alone_gives_the_same_figures_as_the_replay(typed: Typed, kept: Path, told: dict[str, Any]) -> None:
    result = typed("report", "--ledger", kept, "--json")
    recomputed = json.loads(result.stdout)
    differing = {"ledger_file", "curve"}
    shared = (recomputed.keys() & told.keys()) - differing
    assert len(shared) > 15
    assert {name: recomputed[name] for name in shared} == {name: told[name] for name in shared}
    assert (recomputed["runs"], recomputed["unfinished"]) == (1, 0)


def test_the_audit_gives_the_same_profit_from_its_ledger(typed: Typed, tmp_path: Path) -> None:
    report = replayed(typed, "--source", SHORT, "--preset", "exact", "--ledger", tmp_path / "exact.db")
    recomputed = json.loads(typed("report", "--ledger", tmp_path / "exact.db", "--json").stdout)
    assert recomputed["realised_micros"] == report["realised_micros"] != 0
    assert recomputed["pnl_by_wallet"] == report["pnl_by_wallet"]


def test_the_audit_counts_only_markets_that_resolved_in_both_reports(typed: Typed, tmp_path: Path) -> None:
    source = a_file(tmp_path, a_row(1), a_row(2, side="SELL", price="0.6"))
    report = replayed(typed, "--source", source, "--preset", "exact", "--ledger", tmp_path / "exact.db")
    recomputed = json.loads(typed("report", "--ledger", tmp_path / "exact.db", "--json").stdout)
    assert (report["fills"], report["realised_micros"], recomputed["realised_micros"]) == (2, 0, 0)


def test_a_kept_ledger_has_its_decisions_beside_it(kept: Path, told: dict[str, Any]) -> None:
    """S2.26: one JSON line for each decision."""
    lines = kept.with_name("desk.db.decisions.jsonl").read_text().splitlines()
    assert len(lines) == told["decisions"]
    assert all("decision" in json.loads(line)["fact"] for line in lines[:20])


# --- what is chosen --------------------------------------------------------------------------------------------------


def test_a_period_leaves_out_what_is_before_and_after(typed: Typed, tmp_path: Path) -> None:
    source = a_file(tmp_path, *(a_row(number) for number in range(0, 1_000, 100)))
    since = replayed(typed, "--source", source, "--since", "1770000300", "--until", "2026-02-02T02:51:40Z")
    assert (since["rows_outside_period"], since["events"]) == (6, 4)


def test_only_the_leaders_named_are_copied(typed: Typed, tmp_path: Path) -> None:
    other = "0x" + "ef" * 20
    source = a_file(tmp_path, a_row(1), a_row(2, proxyWallet=other))
    assert replayed(typed, "--source", source)["signals"] == 2
    assert replayed(typed, "--source", source, "--leader", other.upper().replace("X", "x"))["signals"] == 1


def test_a_leader_that_is_named_keeps_what_the_settings_say_of_it(typed: Typed, tmp_path: Path) -> None:
    (tmp_path / "copydesk.yaml").write_text(f"leaders: [{{wallet: '{WALLET}', bankroll_usdc: 100000}}]\n")
    ledger = tmp_path / "desk.db"
    source, own = (
        a_file(tmp_path, a_row(1)),
        ("--set", "amount.mode=pro_rata", "--set", "gates.price_moved_max_bps=null"),
    )
    replayed(typed, "--source", source, "--leader", WALLET, "--ledger", ledger, "--preset", "mirror", *own)
    story = json.loads(typed("decisions", "tail", "--ledger", ledger, "--json").stdout)
    assert [line["rule"] if isinstance(line, dict) else line[0] for line in story["decision"]["sizing"]][:2] == [
        "leader's notional",
        "same share of the bankroll",
    ]


# --- what is said ----------------------------------------------------------------------------------------------------


def test_data_goes_to_stdout_and_talk_to_stderr(typed: Typed) -> None:
    result = typed("replay", "--source", SHORT, "--json")
    assert result.stdout.count("\n") == 1
    assert "replay begins" in result.stderr
    assert "replay done" in result.stderr


def test_quiet_says_nothing_but_the_data(typed: Typed) -> None:
    assert typed("replay", "--source", SHORT, "--json", "--quiet").stderr == ""


def test_the_log_is_mirrored_to_a_file_as_json_lines(typed: Typed, tmp_path: Path) -> None:
    """S4.16, S4.29."""
    typed("replay", "--source", SHORT, "--quiet")
    lines = (tmp_path / "state" / "copydesk" / "log" / "copydesk.log").read_text().splitlines()
    events = [json.loads(line)["event"] for line in lines]
    assert (events[0], events[-1]) == ("replay begins", "replay done")


def test_a_log_file_in_the_settings_is_used(typed: Typed, tmp_path: Path) -> None:
    typed("replay", "--source", SHORT, "--set", f"log.file={tmp_path / 'own.log'}", "--set", "log.level=warning")
    assert all(json.loads(line)["level"] == "warning" for line in (tmp_path / "own.log").read_text().splitlines())
    assert not (tmp_path / "state").exists()


def test_a_refused_row_is_named_counted_and_does_not_stop_the_rest(typed: Typed, tmp_path: Path) -> None:
    source = a_file(tmp_path, a_row(1), a_row(2, price="1.5"), a_row(3, size="-5"), a_row(4, price="NaN"), a_row(5))
    result = typed("replay", "--source", source, "--json")
    report = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (report["rows_read"], report["events"]) == (5, 2)
    assert sum(report["rows_refused"].values()) == 3
    first = next(line for line in result.stderr.splitlines() if "row refused" in line)
    assert f"{source}:3" in first
    assert "reason=price_range" in first
    assert "1.5" in first
    assert "rows refused in all" in result.stderr


def test_a_truncated_archive_gives_what_stood_before_its_end(typed: Typed, tmp_path: Path) -> None:
    whole = gzip.compress(a_file(tmp_path, *(a_row(number) for number in range(2_000))).read_bytes())
    (tmp_path / "cut.csv.gz").write_bytes(whole[: len(whole) // 2])
    result = typed("replay", "--source", "cut.csv.gz", "--json")
    report = json.loads(result.stdout)
    assert report["rows_refused"].get("truncated_file") == 1
    assert report["events"] > 100
    assert "truncated_file" in result.stderr


def test_progress_for_a_script_is_json_lines_on_stderr(typed: Typed, tmp_path: Path) -> None:
    source = a_file(tmp_path, *(a_row(number) for number in range(3_000)))
    result = typed("replay", "--source", source, "--progress", "json", "--json", "--set", "log.level=error")
    lines = [json.loads(line) for line in result.stderr.splitlines()]
    assert [line["phase"] for line in lines] == sorted(
        (line["phase"] for line in lines), key=["reading", "replaying"].index
    )
    assert lines[-1] == {"phase": "replaying", "done": 3_000, "total": 3_000}
    json.loads(result.stdout)


def test_the_report_for_a_person_says_paper_first_and_what_it_rests_on(typed: Typed) -> None:
    result = typed("replay", "--source", SHORT, "--plot", "--quiet")
    lines = result.stdout.splitlines()
    assert lines[0].startswith("PAPER · replay")
    assert any(line.startswith("Why ") and line.endswith("were skipped") for line in lines)
    assert "It is not market history" in result.stdout
    assert "gates.unknown_end=allow" in result.stdout
    assert "┤" in result.stdout
    assert lines[-1].startswith("Ledger not kept")
    assert all(line == line.rstrip() for line in lines)
    assert "\x1b" not in result.stdout


def test_the_audit_says_that_it_is_no_forecast(typed: Typed) -> None:
    assert "Not a forecast" in typed("replay", "--source", SHORT, "--preset", "exact", "--quiet").stdout


@pytest.mark.recorded
def test_a_recorded_file_is_replayed_and_reported(typed: Typed, recorded_data: Path) -> None:
    source = recorded_data / "data_api" / "edulabrador_polymarket-smart-money" / "trades.json"
    report = replayed(typed, "--source", source)
    assert report["rows_read"] == report["events"] + report["duplicates"] + sum(report["rows_refused"].values()) > 0


# --- interrupted -----------------------------------------------------------------------------------------------------

LONG = "sample:7:8000"
KILLED_AFTER_ROWS = 3_000


def killed(folder: Path, ledger: Path) -> None:
    """Begin a replay in a process of its own and kill it in the middle, without a chance to tidy up."""
    words = (
        "replay",
        "--source",
        LONG,
        "--ledger",
        str(ledger),
        "--progress",
        "json",
        "--set",
        "log.level=error",
        *SELDOM,
    )
    asked = [sys.executable, "-m", "copydesk", *words]
    variables = {**home(folder), "PYTHONPATH": str(Path(__file__).parents[3] / "src")}
    with subprocess.Popen(asked, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=variables) as process:
        for line in process.stderr or ():
            told = json.loads(line)
            if told["phase"] == "replaying" and told["done"] >= KILLED_AFTER_ROWS:
                process.kill()
                break


@pytest.mark.slow
def test_a_killed_replay_run_again_ends_as_if_nothing_had_happened(typed: Typed, tmp_path: Path) -> None:
    """I20, F25: the same head hash, and at no time a ledger that does not verify."""
    whole = replayed(typed, "--source", LONG, "--ledger", tmp_path / "whole.db", *SELDOM)
    cut = tmp_path / "cut.db"
    killed(tmp_path, cut)
    status = json.loads(typed("status", "--ledger", cut, "--json").stdout)
    assert (status["unfinished"], typed("ledger", "verify", "--ledger", cut).exit_code) == (1, 0)
    assert 0 < status["ledger_entries"] < whole["ledger_entries"]
    finished = replayed(typed, "--source", LONG, "--ledger", cut, *SELDOM)
    assert finished["ledger_head"] == whole["ledger_head"]
    assert finished["ledger_compared"] == status["ledger_entries"]
    assert (
        cut.with_name("cut.db.decisions.jsonl").read_bytes()
        == tmp_path.joinpath("whole.db.decisions.jsonl").read_bytes()
    )


@pytest.mark.slow
def test_a_killed_replay_is_not_finished_under_other_settings(typed: Typed, tmp_path: Path) -> None:
    cut = tmp_path / "cut.db"
    killed(tmp_path, cut)
    before = typed("ledger", "export", "--ledger", cut).stdout
    result = typed("replay", "--source", LONG, "--ledger", cut, "--quiet")
    assert result.exit_code == 2
    assert "ledger with an unfinished run" in result.stderr
    assert typed("ledger", "export", "--ledger", cut).stdout == before


def test_the_same_file_given_twice_counts_as_duplicates(typed: Typed, tmp_path: Path) -> None:
    source = a_file(tmp_path, *(a_row(number) for number in range(0, 500, 25)))
    once = replayed(typed, "--source", source)
    twice = replayed(typed, "--source", source, "--source", source)
    assert (twice["rows_read"], twice["events"], twice["duplicates"]) == (40, 20, 20)
    assert twice["ledger_head"] == once["ledger_head"]
