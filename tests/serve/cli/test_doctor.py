"""`copydesk doctor` says whether the desk could run here, and what to do where not (S4.4, S4.20)."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from copydesk.domain.venue_health import FaceHealth, Location, Standing, VenueHealth
from copydesk.serve.cli import health
from copydesk.serve.cli.findings import Finding, Grade
from copydesk.serve.cli.venue_findings import findings_of
from tests.serve.cli.conftest import Typed

CHECKS = ["Settings", "Leaders", "Python", "State directory", "File modes", "Disk space", "SQLite"]


def checked(typed: Typed, *words: str | Path) -> tuple[int, dict[str, dict[str, Any]]]:
    result = typed("doctor", "--offline", "--json", *words)
    return result.exit_code, {each["check"]: each for each in json.loads(result.stdout)["checks"]}


def test_a_well_desk_exits_0(typed: Typed, kept: Path) -> None:
    code, checks = checked(typed, "--ledger", kept)
    assert code == 0
    assert set(checks) == {*CHECKS, "Ledger"}
    assert all(each["grade"] in {"ok", "warn"} for each in checks.values())
    assert all(each["fix"] for each in checks.values() if each["grade"] != "ok")


def test_each_check_is_a_line_for_a_person(typed: Typed) -> None:
    lines = typed("doctor", "--offline").stdout.splitlines()
    assert {name: next(line for line in lines if name in line)[0] for name in CHECKS} == {
        **dict.fromkeys(CHECKS, "✓"),
        "Leaders": "!",
    }
    assert lines[-1] == f"! {len(CHECKS)} checks: {len(CHECKS) - 1} well, 1 to look at"


def test_a_healthcheck_says_only_what_is_not_well(typed: Typed) -> None:
    """S4.20; without a leader nothing asks the network, which the test would not allow."""
    result = typed("healthcheck")
    assert result.exit_code == 0
    assert [line[:9] for line in result.stdout.splitlines()] == ["! Leaders", "         ", "! 7 check"]


def test_the_desks_own_ledger_is_looked_at_where_there_is_one(typed: Typed, kept: Path, tmp_path: Path) -> None:
    own = tmp_path / "state" / "copydesk" / "desk.db"
    own.parent.mkdir(parents=True, mode=0o700)
    shutil.copy(kept, own)
    own.chmod(0o600)
    code, checks = checked(typed)
    assert (code, checks["Ledger"]["grade"]) == (0, "ok")
    assert str(own) in typed("status").stdout
    assert typed("positions").exit_code == 0


def test_what_others_may_read_is_a_warning(typed: Typed, tmp_path: Path) -> None:
    typed("init", "--leader", "kestrel")
    assert checked(typed)[1]["File modes"]["grade"] == "ok"
    (tmp_path / "copydesk.yaml").chmod(0o640)
    code, checks = checked(typed)
    assert (code, checks["File modes"]["grade"], checks["Leaders"]["found"]) == (0, "warn", "1 named")
    assert checks["File modes"]["fix"] == "chmod go-rwx copydesk.yaml"


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


# --- the venue -------------------------------------------------------------------------------------------------------


def a_location(**said: Any) -> Location:
    parts: dict[str, Any] = {"country": "CH", "region": "ZH", "is_refused": False, "standing": Standing.OPEN,
                             "reviewed": "2026-11-20", "review_age_days": 3}  # fmt: skip
    return Location(**(parts | said))


def a_face(**said: Any) -> FaceHealth:
    parts: dict[str, Any] = {"face": "data", "url": "https://data-api.polymarket.com", "latency_ms": 80}
    return FaceHealth(**(parts | said))


def looked(
    *faces: FaceHealth, skew_ms: int | None = 0, location: Location | None = None, is_local: bool = False
) -> list[Finding]:
    seen = VenueHealth(faces=faces, skew_ms=skew_ms, location=location or a_location())
    return findings_of(seen, is_local=is_local)


@pytest.mark.parametrize(
    ("skew_ms", "grade"),
    [(0, "ok"), (-2_000, "ok"), (2_001, "warn"), (5_000, "warn"), (-5_001, "fail"), (40_000, "fail"), (None, "warn")],
)
def test_a_clock_more_than_five_seconds_off_is_unhealthy(skew_ms: int | None, grade: str) -> None:
    """S4.4, F29."""
    clock = looked(skew_ms=skew_ms)[0]
    assert (clock.check, clock.grade) == ("Clock", grade)
    assert bool(clock.fix) == (grade != "ok")


def test_the_words_on_a_clock_say_which_way_it_is_off() -> None:
    assert looked(skew_ms=7_000)[0].found == "7 s ahead of the venue's"
    assert looked(skew_ms=-7_000)[0].found == "7 s behind the venue's"
    assert looked(skew_ms=-7_000_000, is_local=True)[0].grade is Grade.OK


def test_a_face_that_does_not_answer_is_unhealthy_and_named() -> None:
    silent, refusing = looked(a_face(latency_ms=None, words="no answer within 12 s"),
                              a_face(latency_ms=None, words="blocked", is_forbidden=True))[:2]  # fmt: skip
    assert (silent.grade, silent.found) == (Grade.FAIL, "data-api.polymarket.com: no answer within 12 s")
    assert refusing.found == "data-api.polymarket.com will not have us: blocked"
    assert "nothing here goes round them" in refusing.fix


def test_paper_does_without_the_stream_of_our_own_orders() -> None:
    stream = looked(a_face(face="ws_user", latency_ms=None, words="answered 500"))[0]
    assert stream.grade is Grade.WARN


def test_a_slow_face_is_a_warning() -> None:
    assert [each.grade for each in looked(a_face(latency_ms=2_000), a_face(latency_ms=2_001))[:2]] == ["ok", "warn"]


@pytest.mark.parametrize(
    ("said", "grade", "words"),
    [
        ({}, "ok", "CH-ZH: the venue takes orders from there"),
        ({"standing": Standing.SITE_CLOSE_ONLY}, "ok", "its own site only closes positions there"),
        ({"standing": Standing.CLOSE_ONLY}, "warn", "lets one only close positions from there; paper goes on"),
        ({"standing": Standing.BLOCKED}, "warn", "takes no orders from there; paper goes on"),
        ({"is_refused": True}, "warn", "takes no orders from there; paper goes on"),
        ({"review_age_days": 91}, "warn", "by a list of 2026-11-20"),
        ({"country": "", "region": "", "is_refused": True}, "warn", "an unknown place"),
    ],
)
def test_where_one_may_not_trade_paper_goes_on_and_says_so(said: dict[str, Any], grade: str, words: str) -> None:
    """C41, E47, K15: a truthful word, and nothing that helps to evade it."""
    place = looked(location=a_location(**said))[-1]
    assert (place.check, place.grade) == ("Location", grade)
    assert words in place.found
