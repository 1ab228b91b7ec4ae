"""The commands that explain: why not, what each gate saved, and the same decisions again (N7, N11, S2.41).

All over the ledger of one replay, under the settings it was made with and under others.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import Result

from copydesk.adapters.storage.sqlite import SqliteLedgerStore
from copydesk.domain.refusal import Reason
from copydesk.flow.ledger.seal import open_entry
from copydesk.serve.cli.asking import ends_at
from tests.histories import one_of_each, sealed
from tests.serve.cli.conftest import SAMPLE, SELDOM, Typed

SAMPLE_RESULTS = "sample:7"
SOON = "gates.resolution_floor_s=7200"


def document(result: Result, code: int = 0) -> dict[str, Any]:
    assert result.exit_code == code, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def decided(typed: Typed, ledger: Path) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for line in typed("decisions", "tail", "-n", 5_000, "--ledger", ledger, "--json").stdout.splitlines()
    ]


# --- why not ---------------------------------------------------------------------------------------------------------


def test_why_not_adds_up_with_the_report(typed: Typed, kept: Path, told: dict[str, Any]) -> None:
    found = document(typed("decisions", "why-not", "--ledger", kept, "--json"))
    assert {each["reason"]: each["count"] for each in found["reasons"]} == told["skipped"]
    assert (found["decisions"], found["copied"]) == (told["decisions"], told["copied"])
    assert [each["count"] for each in found["reasons"]] == sorted(told["skipped"].values(), reverse=True)


def test_why_not_shows_counts_money_limit_setting_and_examples(typed: Typed, kept: Path) -> None:
    found = document(typed("decisions", "why-not", "--ledger", kept, "--json"))
    shown = typed("decisions", "why-not", "--ledger", kept).stdout
    soon = next(each for each in found["reasons"] if each["reason"] == "resolves_soon")
    assert soon["limits"] == [{"limit": 600_000, "unit": "ms", "count": soon["count"]}]
    line = next(line for line in shown.splitlines() if line.startswith("Resolves too soon"))
    for part in (f"{soon['count']:,}", f"${Decimal(soon['leader_bought']):,.2f}", "≥ 10 min", soon["setting"]):
        assert part in line
    for each in found["reasons"]:
        assert 1 <= len(each["examples"]) <= 3
        for example in each["examples"]:
            assert example["id"][:12] in shown
            assert example["why"] in shown
    assert typed("decisions", "show", soon["examples"][0]["id"], "--ledger", kept).exit_code == 0


def test_why_not_of_one_leader_by_how_the_wallet_begins(typed: Typed, kept: Path) -> None:
    skips = [each for each in decided(typed, kept) if each["verdict"] != "copied"]
    leader = skips[-1]["decision"]["signal"]["leader"]
    own = [each for each in skips if each["decision"]["signal"]["leader"] == leader]
    found = document(
        typed("decisions", "why-not", "--leader", leader[:14].upper().replace("0X", "0x"), "--ledger", kept, "--json")
    )
    assert found["leaders"] == [leader]
    assert found["skipped"] == len(own)


def test_why_not_back_from_the_ledgers_end(typed: Typed, kept: Path) -> None:
    """A reading command needs no clock: the last entry is the end."""
    (last,) = typed("ledger", "show", "--ledger", kept, "--json").stdout.splitlines()
    end = json.loads(last)["recorded_at"]
    for text, ms in (("2h", 7_200_000), ("90m", 5_400_000), ("1d", 86_400_000), ("1w", 604_800_000), ("30s", 30_000)):
        assert document(typed("decisions", "why-not", "--since", text, "--ledger", kept, "--json"))["since"] == end - ms


def test_the_end_is_the_last_entry(tmp_path: Path) -> None:
    with closing(SqliteLedgerStore(tmp_path / "ledger", open_entry)) as store:
        assert ends_at(store) == 0
        for entry in sealed(one_of_each()):
            store.append(entry, (), ())
        store.step_done()
        store.flush()
        assert ends_at(store) == sealed(one_of_each())[-1].recorded_at > sealed(one_of_each())[-2].recorded_at


def test_a_leader_nobody_decided_about_is_said_clearly(typed: Typed, kept: Path) -> None:
    result = typed("decisions", "why-not", "--leader", "0xdead", "--ledger", kept)
    assert result.exit_code == 3
    assert "no decision about a leader 0xdead; the ledger has decisions about 0x" in result.stderr
    assert typed("decisions", "gates", "--leader", "0xdead", "--ledger", kept).exit_code == 3


def test_a_time_in_which_nothing_was_decided_is_said_clearly(typed: Typed, kept: Path) -> None:
    result = typed("decisions", "why-not", "--until", "2001-01-01", "--ledger", kept)
    assert result.exit_code == 0
    assert "Nothing was decided in this time, so nothing was skipped. The last decision was at 20" in result.stdout


def test_a_time_nobody_can_read_is_refused(typed: Typed, kept: Path) -> None:
    result = typed("decisions", "why-not", "--since", "yesterday", "--ledger", kept)
    assert result.exit_code == 2
    assert "90s, 30m, 12h, 1d, 2w, or 2026-05-14" in result.stderr


def test_that_all_was_copied_is_said(typed: Typed) -> None:
    mirrored = ("--preset", "exact", "--quiet", "--json", "--ledger", "exact.db")
    assert typed("replay", "--source", "sample:7:300", *mirrored).exit_code == 0
    shown = typed("decisions", "why-not", "--ledger", "exact.db").stdout
    assert "Nothing was skipped: all" in shown
    assert "nothing to follow" in typed("decisions", "gates", "--ledger", "exact.db").stdout


# --- what the gates saved --------------------------------------------------------------------------------------------


def test_every_skip_is_followed_to_its_result(typed: Typed, kept: Path, told: dict[str, Any]) -> None:
    """N11: n for each rule, unknown results apart."""
    found = document(typed("decisions", "gates", "--results", SAMPLE_RESULTS, "--ledger", kept, "--json"))
    assert {each["reason"]: each["skipped"] for each in found["gates"]} == told["skipped"]
    for each in found["gates"]:
        apart = each["unknown_result"] + each["unpriced"] + each["nothing_to_follow"]
        assert each["followed"] + apart == each["skipped"]
        assert (each["reason"] == "nothing_held") == (each["nothing_to_follow"] > 0)
    assert sum(Decimal(each["saved"]) for each in found["gates"]) == Decimal(found["saved"])
    soon = next(each for each in found["gates"] if each["reason"] == "resolves_soon")
    assert Decimal(soon["saved_low"]) <= Decimal(soon["saved"]) <= Decimal(soon["saved_high"])


def test_without_results_only_our_own_settlements_count(typed: Typed, kept: Path) -> None:
    with_file = document(typed("decisions", "gates", "--results", SAMPLE_RESULTS, "--ledger", kept, "--json"))
    without = document(typed("decisions", "gates", "--ledger", kept, "--json"))
    assert all(each["unknown_result"] == 0 for each in with_file["gates"])
    assert sum(each["unknown_result"] for each in without["gates"]) > 0
    assert 0 < sum(each["followed"] for each in without["gates"]) < sum(each["followed"] for each in with_file["gates"])


def test_the_seed_is_stated_and_gives_the_same_ranges(typed: Typed, kept: Path) -> None:
    command = ("decisions", "gates", "--results", SAMPLE_RESULTS, "--ledger", kept)
    first, again = typed(*command).stdout, typed(*command).stdout
    assert first == again
    assert "Seed of the redraws: 7." in first
    ranges = [document(typed(*command, "--seed", seed, "--json"))["gates"] for seed in (7, 8)]
    assert ranges[0] != ranges[1]
    assert [each["saved"] for each in ranges[0]] == [each["saved"] for each in ranges[1]]


def test_the_table_shows_what_the_document_says(typed: Typed, kept: Path) -> None:
    command = ("decisions", "gates", "--results", SAMPLE_RESULTS, "--ledger", kept)
    shown = typed(*command).stdout
    soon = next(each for each in document(typed(*command, "--json"))["gates"] if each["reason"] == "resolves_soon")
    line = next(line for line in shown.splitlines() if line.startswith("Resolves too soon"))
    for name in ("saved", "saved_low", "saved_high"):
        sign = "−" if Decimal(soon[name]) < 0 else "+"
        assert f"{sign}${abs(Decimal(soon[name])):,.2f}" in line
    assert "held to the result" in shown


@pytest.mark.parametrize("names", [("sample:x",), ("sample:7", "sample:8"), ("sample:7", "a.csv")])
def test_results_that_are_none_are_refused(typed: Typed, kept: Path, names: tuple[str, ...]) -> None:
    given = [word for name in names for word in ("--results", name)]
    assert typed("decisions", "gates", *given, "--ledger", kept).exit_code == 2


def test_a_file_of_results_that_is_not_there_is_named(typed: Typed, kept: Path) -> None:
    result = typed("decisions", "gates", "--results", "gone.csv", "--ledger", kept)
    assert result.exit_code == 7
    assert "gone.csv" in result.stderr


# --- the same decisions again ----------------------------------------------------------------------------------------


def test_the_same_code_and_settings_give_every_decision_again_to_the_byte(
    typed: Typed, kept: Path, told: dict[str, Any]
) -> None:
    """N7: and the exit code says so."""
    found = document(typed("replay", "--against", kept, *SELDOM, "--json"))
    assert found["identical"] == found["decisions"] == found["same_settings"] == told["decisions"]
    assert (found["changed"], found["missing"], found["first"]) == (0, {}, None)
    shown = typed("replay", "--against", kept, *SELDOM)
    assert shown.exit_code == 0
    assert f"All {told['decisions']:,} decisions came out again, byte for byte" in shown.stdout


def settings_file(folder: Path, gates: str = "") -> Path:
    path = folder / "A.yaml"
    path.write_text(f"account: {{bankroll_usdc: 100000}}\ngates: {{unknown_end: allow, depth_min_usdc: 20{gates}}}\n")
    return path


def test_a_file_of_the_same_settings_changes_nothing(typed: Typed, kept: Path, tmp_path: Path) -> None:
    """S2.41: the file counts alone."""
    found = document(typed("replay", "--settings", settings_file(tmp_path), "--against", kept, "--json"))
    assert found["identical"] == found["same_settings"] == found["decisions"]


def test_other_settings_are_compared_reason_by_reason_and_refused_by_the_exit_code(
    typed: Typed, kept: Path, tmp_path: Path
) -> None:
    """S2.41: agreement, diffs, the first divergence as two cards, exit code 4."""
    command = ("replay", "--settings", settings_file(tmp_path, ", resolution_floor_s: 7200"), "--against", kept)
    found = document(typed(*command, "--json"), code=4)
    assert found["identical"] + found["other_numbers"] + found["changed"] == found["decisions"]
    assert found["same_settings"] == 0
    assert {change["now"] for change in found["changes"]} == {"resolves_soon"}
    assert sum(change["count"] for change in found["changes"]) == found["changed"] > 0
    first = found["first"]
    assert first["now"]["reason"] == "resolves_soon"
    assert first["then"]["signal"] == first["now"]["signal"]
    shown = typed(*command)
    assert shown.exit_code == 4
    assert f"{found['changed']:,} of {found['decisions']:,} decisions came out otherwise" in shown.stdout
    then, now = shown.stdout.split("─── now")
    assert first["id"][:12] in then
    assert first["id"][:12] in now
    assert "≥ 120 min" in now or "≥ 2 h" in now
    for change in found["changes"]:
        assert f"{change['count']:,}" in shown.stdout


def test_what_changed_is_what_a_new_replay_decides_first(typed: Typed, kept: Path) -> None:
    """An independent witness: the first divergence is where a whole replay under the other settings differs too."""
    other = ("--set", SOON)
    found = document(typed("replay", "--against", kept, *SELDOM, *other, "--json"), code=4)
    typed("replay", "--source", SAMPLE, "--ledger", "other.db", "--quiet", "--json", *SELDOM, *other)
    pairs = zip(decided(typed, kept), decided(typed, Path("other.db")), strict=True)
    differing = next(old["id"] for old, new in pairs if old["reason"] != new["reason"])
    assert found["first"]["id"] == differing


def test_a_ledger_from_before_scenes_is_not_agreed_with(typed: Typed, kept: Path) -> None:
    """What is missing is named, and the exit code is that of a part."""
    strip_scenes(kept, Path("old.db"))
    shown = typed("replay", "--against", "old.db", *SELDOM)
    assert shown.exit_code == 8
    assert "No change is known, but" in shown.stdout
    assert "it was recorded before scenes were" in shown.stdout
    card_shown = typed("decisions", "show", decided(typed, kept)[0]["id"], "--ledger", "old.db")
    assert "Not on record" in card_shown.stdout


def strip_scenes(ledger: Path, into: Path) -> None:
    """A copy of a ledger as a release before scenes would have written it. Its hashes are not made anew."""
    with closing(sqlite3.connect(ledger)) as source, closing(sqlite3.connect(into)) as target:
        source.backup(target)
        target.execute("DROP TRIGGER entry_UPDATE")
        kind = "decision_made"
        for position, body in target.execute("SELECT position, body FROM entry WHERE kind = ?", (kind,)).fetchall():
            said = msgspec.json.decode(body)
            del said["fact"]["scene"]
            target.execute("UPDATE entry SET body = ? WHERE position = ?", (msgspec.json.encode(said), position))
        target.commit()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--settings", "A.yaml"), "no --against LEDGER"),
        (("--against", "KEPT", "--source", "sample:7"), "--source"),
        (("--against", "KEPT", "--leader", "0x1"), "--leader"),
        (("--against", "KEPT", "--settings", "gone.yaml"), "gone.yaml"),
        (("--against", "KEPT", "--settings", "A.yaml", "--set", "halted=true"), "one or the other"),
        (("--against", "KEPT", "--set", "account.id=other"), "an account of the ledger: desk"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(
    typed: Typed, kept: Path, tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    settings_file(tmp_path)
    result = typed("replay", *(str(kept) if word == "KEPT" else word for word in words))
    assert result.exit_code == 2
    assert says in result.stderr


def test_a_time_without_decisions_is_not_agreement(typed: Typed, kept: Path) -> None:
    """Nothing compared is no success."""
    result = typed("replay", "--against", kept, *SELDOM, "--until", "2001-01-01")
    assert result.exit_code == 3
    assert "no decision to make again" in result.stderr


def test_a_part_of_the_time_is_made_again_on_the_holdings_of_all(typed: Typed, kept: Path) -> None:
    times = [each["decision"]["decided_at"] for each in decided(typed, kept)]
    middle = str(times[len(times) // 2] // 1000)
    found = document(typed("replay", "--against", kept, *SELDOM, "--since", middle, "--json"))
    assert found["identical"] == found["decisions"] == sum(at >= int(middle) * 1000 for at in times)


def test_every_reason_of_a_comparison_has_words(typed: Typed, kept: Path, tmp_path: Path) -> None:
    """A leader who is not followed any more, and a halt."""
    leader = decided(typed, kept)[0]["decision"]["signal"]["leader"]
    path = settings_file(tmp_path)
    path.write_text(f'{path.read_text()}leaders: [{{wallet: "{leader}"}}]\nhalted: true\n')
    shown = typed("replay", "--against", kept, "--settings", path)
    assert shown.exit_code == 4
    assert "not followed" in shown.stdout
    assert Reason.HALTED.capitalize() in shown.stdout
