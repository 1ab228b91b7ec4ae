"""What the desk stands on, on this machine: each check says what it found, and the fix where that is not well."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from copydesk.domain.errors import CopydeskError
from copydesk.serve.cli.findings import Finding, Grade
from copydesk.serve.cli.state import state_directory

if TYPE_CHECKING:
    from copydesk.settings.layers import Loaded

PYTHON_LEAST = (3, 11)
SQLITE_LEAST = (3, 37)
DISK_WARN_BYTES = 1_000_000_000
DISK_FAIL_BYTES = 100_000_000
SYNCHRONOUS_FULL = 2
FOR_OTHERS = 0o077


def machine() -> list[Finding]:
    """What does not depend on the settings."""
    return [_python(), _state_directory(), _file_modes(), _disk(), _sqlite()]


def settings_and_leaders(loaded: Loaded) -> list[Finding]:
    """What was set, and whom that copies."""
    from copydesk.settings.lower_layers import leaders_named

    number = len(leaders_named(loaded.settings))
    found = f"preset {loaded.settings.preset}, version {loaded.version}"
    named = Finding("Leaders", Grade.OK, f"{number} named")
    if not number:
        named = Finding("Leaders", Grade.WARN, "nobody to copy", "`copydesk init --leader NAME` or `up --leader NAME`")
    return [Finding("Settings", Grade.OK, found), named]


def bad_settings(error: CopydeskError) -> Finding:
    """That the settings cannot be used."""
    return Finding("Settings", Grade.FAIL, str(error), "correct it; `copydesk config validate` checks again")


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info[:2] < PYTHON_LEAST:
        return Finding("Python", Grade.FAIL, version, "use Python 3.11 or newer")
    return Finding("Python", Grade.OK, version)


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


def _file_modes() -> Finding:
    """Whether what the desk keeps is for its owner only."""
    folder, here = state_directory(), Path()
    kept = sorted(folder.iterdir()) if folder.is_dir() else []
    private = [path for path in (folder, *kept, here / ".env", here / "copydesk.yaml") if path.exists()]
    open_to_others = [str(path) for path in private if path.stat().st_mode & FOR_OTHERS]
    if open_to_others:
        return Finding(
            "File modes", Grade.WARN, f"others may read {', '.join(open_to_others)}",
            f"chmod go-rwx {' '.join(open_to_others)}",
        )  # fmt: skip
    return Finding("File modes", Grade.OK, f"{len(private)} places, for their owner only")


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


def ledger(path: Path) -> Finding:
    """Whether a ledger is whole."""
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
    if path.stat().st_mode & FOR_OTHERS:
        return Finding("Ledger", Grade.WARN, "others may read it", f"chmod 600 {path}")
    return Finding("Ledger", Grade.OK, f"{verdict.entries:,} entries, whole and unchanged")
