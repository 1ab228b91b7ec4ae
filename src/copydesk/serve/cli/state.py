"""Where the program keeps what it has to remember, and the ledger it uses where none is named."""

from __future__ import annotations

from pathlib import Path

LEDGER = "desk.db"


def state_directory() -> Path:
    """Where the program keeps its state and its log."""
    from platformdirs import user_state_path

    return user_state_path("copydesk")


def own_ledger() -> Path:
    """The ledger that `copydesk up` writes if none is named."""
    return state_directory() / LEDGER
