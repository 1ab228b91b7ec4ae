"""`copydesk healthcheck`: whether the desk is well, check by check, each with what to do about it (S4.20)."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from contextlib import closing
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

import typer

from copydesk.domain.errors import CopydeskError
from copydesk.serve.cli import options
from copydesk.serve.cli.codes import Code

if TYPE_CHECKING:
    pass

PYTHON_LEAST = (3, 11)
SQLITE_LEAST = (3, 37)
DISK_WARN_BYTES = 1_000_000_000
DISK_FAIL_BYTES = 100_000_000
SYNCHRONOUS_FULL = 2
_WORST_FIRST = ("fail", "warn", "ok")


class Grade(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


MARKS = {Grade.OK: "✓", Grade.WARN: "!", Grade.FAIL: "✗"}


class Finding(NamedTuple):
    """One check: how it came out, what was found, and the fix if it is not well."""

    check: str
    grade: Grade
    found: str
    fix: str = ""


def healthcheck(ledger: options.Ledger = None, as_json: options.Json = False) -> None:
    """Check what the desk stands on. Exit code 6 if anything fails."""
    findings = [check() for check in (_python, _settings, _state_directory, _disk, _sqlite)]
    if ledger is not None:
        findings.append(_ledger(ledger))
    worst = next(grade for grade in _WORST_FIRST if any(each.grade == grade for each in findings))
    if as_json:
        from copydesk.serve.cli.screen import write_document

        write_document({"status": worst, "checks": [each._asdict() for each in findings]})
    else:
        for each in findings:
            sys.stdout.write(f"{MARKS[each.grade]} {each.check:<16} {each.found}\n")
            if each.fix:
                sys.stdout.write(f"{'':<18} fix: {each.fix}\n")
    if worst == Grade.FAIL:
        raise typer.Exit(Code.UNHEALTHY)


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info[:2] < PYTHON_LEAST:
        return Finding("Python", Grade.FAIL, version, "use Python 3.11 or newer")
    return Finding("Python", Grade.OK, version)


def _settings() -> Finding:
    from copydesk.settings.layers import load

    try:
        loaded = load({})
    except CopydeskError as error:
        return Finding("Settings", Grade.FAIL, str(error), "run `copydesk config validate`")
    return Finding("Settings", Grade.OK, f"preset {loaded.settings.preset}, version {loaded.version}")


def state_directory() -> Path:
    """Where the program keeps its state and its log."""
    from platformdirs import user_state_path

    return user_state_path("copydesk")


def _state_directory() -> Finding:
    path = state_directory()
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        with TemporaryDirectory(dir=path):
            return Finding("State directory", Grade.OK, f"{path} can be written")
    except OSError as error:
        return Finding(
            "State directory", Grade.FAIL, f"{path}: {error.strerror}", "make it writable or set XDG_STATE_HOME"
        )


def _disk() -> Finding:
    path = next(each for each in (state_directory(), *state_directory().parents) if each.is_dir())
    free = shutil.disk_usage(path).free
    found = f"{free // 1_000_000:,} MB free at {path}"
    if free < DISK_FAIL_BYTES:
        return Finding(
            "Disk space", Grade.FAIL, found, "free at least 100 MB: a ledger that cannot grow stops the desk"
        )
    if free < DISK_WARN_BYTES:
        return Finding("Disk space", Grade.WARN, found, "free at least 1 GB")
    return Finding("Disk space", Grade.OK, found)


def _sqlite() -> Finding:
    """Whether this SQLite is new enough and writes to the disk before it says so."""
    if sqlite3.sqlite_version_info < SQLITE_LEAST:
        return Finding("SQLite", Grade.FAIL, sqlite3.sqlite_version, "use a Python built with SQLite 3.37 or newer")
    try:
        near = state_directory() if state_directory().is_dir() else None
        with TemporaryDirectory(dir=near) as folder, closing(sqlite3.connect(Path(folder) / "probe.sqlite")) as probe:
            mode = probe.execute("PRAGMA journal_mode=WAL").fetchone()[0]
            probe.execute("PRAGMA synchronous=FULL")
            level = probe.execute("PRAGMA synchronous").fetchone()[0]
            probe.execute("CREATE TABLE probe(number INTEGER) STRICT")
            probe.commit()
    except (sqlite3.Error, OSError) as error:
        return Finding(
            "SQLite", Grade.FAIL, f"{sqlite3.sqlite_version}: {error}", "put the ledger on a local file system"
        )
    if mode != "wal" or level != SYNCHRONOUS_FULL:
        return Finding("SQLite", Grade.FAIL, f"journal {mode}, synchronous {level}", "use a local file system")
    return Finding("SQLite", Grade.OK, f"{sqlite3.sqlite_version}, write-ahead log with full sync")


def _ledger(path: Path) -> Finding:
    from copydesk.flow.ledger.verify import verify
    from copydesk.wiring.opening import open_ledger

    fix = "restore a backup; `copydesk ledger verify` says more"
    try:
        with closing(open_ledger(path)) as store:
            verdict = verify(store.rows(), store.heads())
    except CopydeskError as error:
        return Finding("Ledger", Grade.FAIL, str(error), fix)
    if verdict.fault is not None:
        found = f"entry {verdict.fault.position}: {verdict.fault.what} is not what was sealed"
        return Finding("Ledger", Grade.FAIL, found, fix)
    if path.stat().st_mode & 0o077:
        return Finding("Ledger", Grade.WARN, "others may read it", f"chmod 600 {path}")
    return Finding("Ledger", Grade.OK, f"{verdict.entries:,} entries, whole and unchanged")
