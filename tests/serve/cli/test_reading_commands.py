"""The commands that read a ledger: decisions, positions, status, and the ledger itself.

Three readers of one record (S3.35): a person's history, the audit that verifies it, and the report made from it.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from copydesk.domain.refusal import Reason
from copydesk.serve.cli.reasons import REASONS
from tests.serve.cli.conftest import Typed


def tail(typed: Typed, ledger: Path, number: int) -> list[dict[str, Any]]:
    result = typed("decisions", "tail", "-n", number, "--ledger", ledger, "--json")
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def one_with(stories: list[dict[str, Any]], verdict: str, reason: str | None = None) -> dict[str, Any]:
    return next(each for each in stories if each["verdict"] == verdict and reason in {None, each["reason"]})


@pytest.fixture
def stories(typed: Typed, kept: Path) -> list[dict[str, Any]]:
    return tail(typed, kept, 5_000)


# --- decisions -------------------------------------------------------------------------------------------------------


def test_the_tail_is_one_object_a_line_and_newest_last(typed: Typed, kept: Path, told: dict[str, Any]) -> None:
    """S2.26, S2.27: every decision has a verdict, and every no a reason in words."""
    everything = tail(typed, kept, 5_000)
    assert len(everything) == told["decisions"]
    assert [each["position"] for each in everything] == sorted(each["position"] for each in everything)
    assert tail(typed, kept, 3) == everything[-3:]
    assert tail(typed, kept, 0) == []
    assert all(each["mode"] == "paper" for each in everything)
    assert all(bool(each["why"]) == (each["verdict"] != "copied") for each in everything)


def test_the_tail_agrees_with_the_report(stories: list[dict[str, Any]], told: dict[str, Any]) -> None:
    assert sum(each["verdict"] == "copied" for each in stories) == told["copied"]
    assert sum(len(each["fills"]) for each in stories) == told["fills"]
    for reason, number in told["skipped"].items():
        assert sum(each["reason"] == reason for each in stories) == number


def test_the_tail_for_a_person_has_an_id_that_show_takes(typed: Typed, kept: Path) -> None:
    (story,) = tail(typed, kept, 1)
    listed = typed("decisions", "tail", "-n", 1, "--ledger", kept).stdout
    assert story["id"][:12] in listed
    assert typed("decisions", "show", story["id"][:12], "--ledger", kept).exit_code == 0


def test_a_card_shows_every_gate_and_marks_the_one_that_decided(
    typed: Typed, kept: Path, stories: list[dict[str, Any]]
) -> None:
    story = one_with(
        stories, "skipped", Reason.DEPTH if any(s["reason"] == "depth" for s in stories) else "price_moved"
    )
    reason = Reason(story["reason"])
    card = typed("decisions", "show", story["id"], "--ledger", kept).stdout
    (decided,) = [line for line in card.splitlines() if "decided here" in line]
    assert decided.startswith("✗")
    assert gate_name(reason) in decided
    assert REASONS[reason].setting in decided
    before, behind = card.split(decided)
    asked = [line for line in before.splitlines() if line.startswith("✓")]
    assert [REASONS[Reason.HALTED].gate in asked[0], f"{len(asked)} passed" in card] == [True, True]
    assert "the gates behind it" in behind
    assert "✓" not in behind
    assert story["why"] in card


def gate_name(reason: Reason) -> str:
    return f"{REASONS[reason].gate}  "


def test_a_card_marks_the_cap_that_left_too_little(typed: Typed, tmp_path: Path) -> None:
    tight = ("--set", "caps.leader_bps=150", "--set", "amount.factor_bps=9000", "--set", "gates.depth_min_usdc=20")
    typed("replay", "--source", "sample:7:2000", "--ledger", "tight.db", "--quiet", "--json", *tight)
    ledger = tmp_path / "tight.db"
    story = one_with(tail(typed, ledger, 5_000), "skipped", Reason.CAP_LEADER)
    card = typed("decisions", "show", story["id"], "--ledger", ledger).stdout
    (line,) = [line for line in card.splitlines() if line.startswith("Per-leader cap  ")]
    assert line.endswith("◀ decided here; set by caps.leader_bps")
    copied = one_with(tail(typed, ledger, 5_000), "copied")
    assert "◀ binding" in typed("decisions", "show", copied["id"], "--ledger", ledger).stdout


def test_a_card_of_a_copy_shows_the_sizing_the_fills_and_the_result(
    typed: Typed, kept: Path, stories: list[dict[str, Any]]
) -> None:
    story = next(each for each in stories if each["fills"] and each["settled"])
    card = typed("decisions", "show", story["id"], "--ledger", kept).stdout
    assert card.startswith("PAPER  ✓ Copied")
    assert re.search(r"\b\d\d passed", card)
    assert "not checked" not in card
    for words in ("Per-trade cap", "Whole lots", "Fill", "fee $", "Copy gap", "Market result", story["order"]["id"]):
        assert words in card
    order = card[card.index("\nOrder ") :]
    assert order.count("Fill ") == len(story["fills"])


def test_a_prefix_is_enough_if_it_is_unique(typed: Typed, kept: Path, stories: list[dict[str, Any]]) -> None:
    wanted = stories[0]["id"]
    shown = json.loads(typed("decisions", "show", wanted[:16], "--ledger", kept, "--json").stdout)
    assert shown == stories[0]
    several = typed("decisions", "show", wanted[:1], "--ledger", kept)
    assert several.exit_code == 2
    assert "give more digits" in several.stderr


# --- positions and status --------------------------------------------------------------------------------------------


@pytest.fixture
def open_ledger_file(typed: Typed, tmp_path: Path) -> Path:
    """A ledger that holds something: nobody says how the market ended."""
    header = "proxyWallet,side,asset,conditionId,size,price,timestamp,title,slug,outcome,transactionHash"
    before, title = f"0x{'ab' * 20},BUY,{'1' * 30},0x{'cd' * 32},5000,0.5", "Will it \x1b[31mrain?"
    rows = [f"{before},{1_770_000_000 + number},{title},rain,Yes,0x{number:064x}" for number in range(3)]
    (tmp_path / "rain.csv").write_text("\n".join([header, *rows]) + "\n")
    result = typed("replay", "--source", "rain.csv", "--ledger", "rain.db", "--quiet", "--preset", "mirror",
                   "--set", "gates.price_moved_max_bps=null", "--set", "slip_max_bps=1000")  # fmt: skip
    assert result.exit_code == 0, result.stderr
    return tmp_path / "rain.db"


def test_positions_are_listed_at_cost_with_outcome_market_and_leader(typed: Typed, open_ledger_file: Path) -> None:
    document = json.loads(typed("positions", "--ledger", open_ledger_file, "--json").stdout)
    (position,) = document["positions"]
    assert (position["outcome"], position["is_open"]) == ("Yes", True)
    assert document["accounts"]["desk"]["deployed"] == position["cost"] != "0.000000"
    drawn = typed("positions", "--ledger", open_ledger_file).stdout
    assert drawn.startswith("PAPER · positions")
    assert "Yes" in drawn
    assert "0xabab…abab" in drawn


def test_a_ledger_does_not_guess_what_is_held_is_worth(typed: Typed, open_ledger_file: Path) -> None:
    """C23: unknown is said, never shown as zero."""
    report = json.loads(typed("report", "--ledger", open_ledger_file, "--json").stdout)
    assert (report["unrealised"], report["equity"]) == (None, None)
    (line,) = [
        line for line in typed("report", "--ledger", open_ledger_file).stdout.splitlines() if "Unrealised" in line
    ]
    assert line.split()[1] == "—"


def test_no_title_of_a_market_can_command_the_terminal(typed: Typed, open_ledger_file: Path) -> None:
    for words in (("positions",), ("status",), ("decisions", "tail"), ("report",), ("ledger", "show", "6")):
        result = typed(*words, "--ledger", open_ledger_file)
        assert result.exit_code == 0, result.stderr
        assert "\x1b" not in result.output
    assert "Will it" in typed("positions", "--ledger", open_ledger_file).stdout


def test_settled_positions_are_shown_when_asked_for(typed: Typed, kept: Path) -> None:
    opened = json.loads(typed("positions", "--ledger", kept, "--json").stdout)["positions"]
    everything = json.loads(typed("positions", "--settled", "--ledger", kept, "--json").stdout)["positions"]
    assert len(everything) > len(opened)
    assert "Realised" in typed("positions", "--settled", "--ledger", kept).stdout


def test_status_says_paper_what_is_held_and_why_the_last_trade_was_skipped(
    typed: Typed, kept: Path, stories: list[dict[str, Any]]
) -> None:
    lines = typed("status", "--ledger", kept).stdout.splitlines()
    assert lines[0].startswith("PAPER")
    assert any(line.startswith("Holds") for line in lines)
    assert any(stories[-1]["id"][:12] in line for line in lines)
    assert stories[-1]["verdict"] == "copied" or lines[-1].endswith(stories[-1]["why"])


def test_status_agrees_with_the_report(typed: Typed, kept: Path, told: dict[str, Any]) -> None:
    """Status tells decisions apart by their bytes: what it counts must be what a full reading counts."""
    status = json.loads(typed("status", "--ledger", kept, "--json").stdout)
    for name in ("decisions", "copied", "expired", "fees", "realised", "positions_open", "ledger_entries"):
        assert status[name] == told[name], name
    assert status["skipped"] == sum(told["skipped"].values())


def test_status_without_a_ledger_says_how_to_make_one(typed: Typed) -> None:
    result = typed("status")
    assert result.exit_code == 0
    assert "copydesk replay --ledger FILE" in result.stdout
    assert json.loads(typed("status", "--json").stdout) == {"mode": "paper", "ledger_file": None}


def test_status_of_a_cut_off_run_says_how_to_finish_it(typed: Typed, kept: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.db"
    shutil.copy(kept, cut)
    change(cut, "DELETE FROM entry WHERE kind = 'run_finished'")
    assert "1 cut off: run the same replay again" in typed("status", "--ledger", cut).stdout
    assert json.loads(typed("status", "--ledger", cut, "--json").stdout)["unfinished"] == 1


# --- the ledger itself -----------------------------------------------------------------------------------------------


def change(ledger: Path, statement: str) -> None:
    """Change a ledger behind its back, which its triggers refuse to everybody who does not remove them."""
    with closing(sqlite3.connect(ledger)) as connection:
        connection.executescript("DROP TRIGGER entry_UPDATE; DROP TRIGGER entry_DELETE;" + statement)
        connection.commit()


def test_a_sound_ledger_verifies(typed: Typed, kept: Path, told: dict[str, Any]) -> None:
    result = typed("ledger", "verify", "--ledger", kept, "--json")
    verdict = json.loads(result.stdout)
    assert (result.exit_code, verdict["ok"], verdict["fault"]) == (0, True, None)
    assert verdict["entries"] == told["ledger_entries"]
    assert {account: head["hash"] for account, head in verdict["heads"].items()} == told["ledger_head"]
    assert "whole and unchanged" in typed("ledger", "verify", "--ledger", kept).stdout


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET body = CAST(replace(body, ':', ' :') AS BLOB) WHERE position = 50",
        "UPDATE entry SET recorded_at = recorded_at + 1 WHERE position = 100",
        "DELETE FROM entry WHERE position = 100",
        "DELETE FROM entry WHERE position > 100",
    ],
)
def test_a_changed_ledger_exits_1_and_names_the_entry(typed: Typed, kept: Path, tmp_path: Path, statement: str) -> None:
    """I9, I15: a changed, moved or missing entry is found."""
    changed = tmp_path / "changed.db"
    shutil.copy(kept, changed)
    change(changed, statement)
    result = typed("ledger", "verify", "--ledger", changed, "--json")
    fault = json.loads(result.stdout)["fault"]
    assert result.exit_code == 1
    assert fault["position"] >= 50
    told = typed("ledger", "verify", "--ledger", changed)
    assert told.exit_code == 1
    assert f"entry {fault['position']}" in told.stdout


def test_an_export_holds_every_entry_byte_for_byte(typed: Typed, kept: Path, told: dict[str, Any]) -> None:
    """The hash chain can be checked from the export alone."""
    lines = typed("ledger", "export", "--ledger", kept).stdout.splitlines()
    rows = [json.loads(line) for line in lines]
    assert len(rows) == told["ledger_entries"]
    bodies = [line[line.index('"body":') + len('"body":') : -1] for line in lines]
    for before, row, body in zip(rows, rows[1:], bodies[1:], strict=False):
        assert sha256(bytes.fromhex(before["hash"]) + body.encode()).hexdigest() == row["hash"]


def test_an_export_can_be_csv_in_a_private_file(typed: Typed, kept: Path, told: dict[str, Any], tmp_path: Path) -> None:
    result = typed("ledger", "export", "--ledger", kept, "--format", "csv", "-o", "out.csv")
    assert (result.exit_code, result.stdout) == (0, "")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text())))
    assert len(rows) == told["ledger_entries"]
    assert json.loads(rows[-1]["body"])["seq"] == int(rows[-1]["seq"])
    assert stat.S_IMODE((tmp_path / "out.csv").stat().st_mode) == 0o600
    assert not (tmp_path / "out.csv.part").exists()


def test_an_export_that_cannot_be_written_exits_2(typed: Typed, kept: Path) -> None:
    assert typed("ledger", "export", "--ledger", kept, "-o", "no/such/folder.jsonl").exit_code == 2


def test_one_entry_is_shown_in_full(typed: Typed, kept: Path) -> None:
    filled = next(
        json.loads(line)
        for line in typed("ledger", "export", "--ledger", kept).stdout.splitlines()
        if '"kind":"fill_booked"' in line
    )
    drawn = typed("ledger", "show", str(filled["position"]), "--ledger", kept).stdout
    assert "Postings" in drawn
    assert filled["hash"] in drawn
    assert json.loads(typed("ledger", "show", str(filled["position"]), "--ledger", kept, "--json").stdout) == filled
    by_account = typed("ledger", "show", str(filled["seq"]), "--account", "desk", "--ledger", kept, "--json")
    assert json.loads(by_account.stdout) == filled


def test_what_was_done_at_a_moment_is_one_question(typed: Typed, kept: Path) -> None:
    """S3.37: the entry recorded at that moment or last before it, in the ledger or in one account's chain."""
    rows = [json.loads(line) for line in typed("ledger", "export", "--ledger", kept).stdout.splitlines()]
    chosen = rows[len(rows) // 2]
    expected = [row for row in rows if row["recorded_at"] <= chosen["recorded_at"]][-1]
    at = datetime.fromtimestamp(chosen["recorded_at"] // 1000, UTC).replace(
        microsecond=chosen["recorded_at"] % 1000 * 1000
    )
    for more in ((), ("--account", "desk")):
        shown = typed("ledger", "show", "--at", at.isoformat(), *more, "--ledger", kept, "--json")
        assert json.loads(shown.stdout) == expected
    assert typed("ledger", "show", "--at", "2020-01-01", "--ledger", kept).exit_code == 3


def test_without_a_number_the_last_entry_is_shown(typed: Typed, kept: Path, told: dict[str, Any]) -> None:
    last = json.loads(typed("ledger", "show", "--ledger", kept, "--json").stdout)
    assert (last["position"], last["kind"]) == (told["ledger_entries"], "run_finished")
    assert json.loads(typed("ledger", "show", "--account", "desk", "--ledger", kept, "--json").stdout) == last


def test_reading_never_makes_a_ledger(typed: Typed, tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    assert typed("status", "--ledger", "empty.db").exit_code == 7
    assert (tmp_path / "empty.db").stat().st_size == 0


def test_reading_changes_nothing(typed: Typed, kept: Path) -> None:
    before = typed("ledger", "export", "--ledger", kept).stdout
    for words in (("status",), ("report",), ("positions",), ("decisions", "tail"), ("healthcheck",)):
        assert typed(*words, "--ledger", kept).exit_code == 0
    assert typed("ledger", "export", "--ledger", kept).stdout == before
