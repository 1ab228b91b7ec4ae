"""`copydesk config` says which settings apply and why; `copydesk healthcheck` whether the desk is well (S4.20)."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from copydesk.serve.cli import health
from tests.serve.cli.conftest import Typed

CHECKS = ["Python", "Settings", "State directory", "Disk space", "SQLite"]


# --- settings --------------------------------------------------------------------------------------------------------


def test_show_lists_every_setting(typed: Typed) -> None:
    document = json.loads(typed("config", "show", "--json").stdout)
    assert document["settings"]["gates.price_max"] == "0.97"
    assert document["settings"]["preset"] == "balanced"
    assert "origins" not in document
    drawn = typed("config", "show").stdout
    assert all(path in drawn for path in document["settings"])


def test_origin_names_the_layer_each_value_comes_from(
    typed: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "copydesk.yaml").write_text("preset: selective\ngates: {price_min: 0.1}\n")
    (tmp_path / ".env").write_text("COPYDESK_GATES__TTL_S=200\n")
    monkeypatch.setenv("COPYDESK_SLIP_MAX_BPS", "100")
    result = typed("config", "show", "--origin", "--json", "--set", "gates.price_max=0.9")
    origins = json.loads(result.stdout)["origins"]
    wanted = {
        "gates.price_max": "flag",
        "slip_max_bps": "environment",
        "gates.ttl_s": ".env",
        "gates.price_min": "project file",
        "gates.depth_min_usdc": "preset selective",
        "gates.age_max_s": "default",
    }
    assert {path: origins[path] for path in wanted} == wanted
    drawn = typed("config", "show", "--origin", "--set", "gates.price_max=0.9").stdout
    (line,) = [line for line in drawn.splitlines() if line.startswith("gates.price_max")]
    assert line.split() == ["gates.price_max", "0.9", "flag"]


def test_validate_accepts_good_settings_and_refuses_others(typed: Typed, tmp_path: Path) -> None:
    good = typed("config", "validate", "--preset", "mirror")
    assert (good.exit_code, good.stdout.startswith("settings are valid: preset mirror")) == (0, True)
    assert json.loads(typed("config", "validate", "--json").stdout)["ok"] is True
    (tmp_path / "copydesk.yaml").write_text("gates: {price_maximum: 0.9}\n")
    bad = typed("config", "validate")
    assert bad.exit_code == 2
    assert "gates.price_maximum (from project file)" in bad.stderr


# --- health ----------------------------------------------------------------------------------------------------------


def checked(typed: Typed, *words: str | Path) -> tuple[int, dict[str, dict[str, Any]]]:
    result = typed("healthcheck", "--json", *words)
    return result.exit_code, {each["check"]: each for each in json.loads(result.stdout)["checks"]}


def test_a_well_desk_exits_0(typed: Typed, kept: Path) -> None:
    code, checks = checked(typed, "--ledger", kept)
    assert code == 0
    assert list(checks) == [*CHECKS, "Ledger"]
    assert all(each["grade"] in {"ok", "warn"} for each in checks.values())
    assert all(each["fix"] for each in checks.values() if each["grade"] != "ok")


def test_each_check_is_a_line_for_a_person(typed: Typed) -> None:
    lines = typed("healthcheck").stdout.splitlines()
    assert [next(line for line in lines if name in line)[0] for name in CHECKS] == ["✓"] * len(CHECKS)


def test_bad_settings_are_unhealthy_and_the_fix_is_named(typed: Typed, tmp_path: Path) -> None:
    (tmp_path / "copydesk.yaml").write_text("preset: reckless\n")
    code, checks = checked(typed)
    assert code == 6
    assert checks["Settings"]["grade"] == "fail"
    assert "config validate" in checks["Settings"]["fix"]


def test_a_state_directory_that_cannot_be_written_is_unhealthy(typed: Typed, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where a folder should be")
    code, checks = checked(typed)
    assert (code, checks["State directory"]["grade"]) == (6, "fail")
    assert "XDG_STATE_HOME" in checks["State directory"]["fix"]


def test_a_full_disk_is_unhealthy_and_a_nearly_full_one_warns(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "DISK_WARN_BYTES", 10**18)
    code, checks = checked(typed)
    assert (code, checks["Disk space"]["grade"]) == (0, "warn")
    monkeypatch.setattr(health, "DISK_FAIL_BYTES", 10**18)
    code, checks = checked(typed)
    assert (code, checks["Disk space"]["grade"]) == (6, "fail")


def test_an_old_python_or_sqlite_is_unhealthy(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "PYTHON_LEAST", (99, 0))
    monkeypatch.setattr(health, "SQLITE_LEAST", (99, 0))
    code, checks = checked(typed)
    assert code == 6
    assert checks["Python"]["grade"] == checks["SQLite"]["grade"] == "fail"


def test_a_missing_or_damaged_ledger_is_unhealthy(typed: Typed, kept: Path, tmp_path: Path) -> None:
    code, checks = checked(typed, "--ledger", "missing.db")
    assert (code, checks["Ledger"]["grade"]) == (6, "fail")
    damaged = tmp_path / "damaged.db"
    shutil.copy(kept, damaged)
    damaged.write_bytes(damaged.read_bytes().replace(b'"approved"', b'"APPROVED"', 1))
    code, checks = checked(typed, "--ledger", damaged)
    assert (code, checks["Ledger"]["grade"]) == (6, "fail")


def test_a_ledger_that_others_may_read_is_a_warning(typed: Typed, kept: Path, tmp_path: Path) -> None:
    open_to_all = tmp_path / "open.db"
    shutil.copy(kept, open_to_all)
    open_to_all.chmod(0o644)
    code, checks = checked(typed, "--ledger", open_to_all)
    assert (code, checks["Ledger"]["grade"]) == (0, "warn")
    assert checks["Ledger"]["fix"] == f"chmod 600 {open_to_all}"
