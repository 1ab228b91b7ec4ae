"""What every command needs: a ledger to read, and somewhere to log to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.adapters.storage.sqlite import SqliteLedgerStore
from copydesk.domain.errors import Unreadable
from copydesk.flow.ledger.seal import open_entry

if TYPE_CHECKING:
    from pathlib import Path
    from typing import TextIO

    from copydesk.adapters.telemetry.logs import Logs


def open_ledger(path: Path) -> SqliteLedgerStore:
    """The ledger in the file at `path`, for reading. Raises `Unreadable` if there is none."""
    if not path.is_file() or not path.stat().st_size:
        raise Unreadable(str(path), "the file is empty" if path.is_file() else "no such ledger file")
    return SqliteLedgerStore(path, open_entry)


def start_logs(*, terminal: TextIO, level: str = "info", file: Path | None = None, is_quiet: bool = False) -> Logs:
    """Log to `terminal`, errors only where quiet, and to `file`, by default one in the user's state directory."""
    from copydesk.adapters.telemetry.logs import start

    return start(level=level, file=file, terminal=terminal, is_quiet=is_quiet)
