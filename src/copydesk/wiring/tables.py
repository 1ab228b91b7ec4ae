"""The tables beside a ledger, in files named after it (S4.27)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.adapters.telemetry.csv_tables import CsvTable
from copydesk.run.tables import POSITION_COLUMNS, TRADE_COLUMNS, LedgerTables

if TYPE_CHECKING:
    from pathlib import Path

    from copydesk.ports import LedgerStore


def tables_beside(ledger: Path, store: LedgerStore) -> LedgerTables:
    """The tables of the ledger in the file `ledger`, up to date with what `store` has."""
    trades = CsvTable(ledger.with_name(f"{ledger.name}.leader_trades.csv"), TRADE_COLUMNS)
    positions = CsvTable(ledger.with_name(f"{ledger.name}.positions.csv"), POSITION_COLUMNS)
    tables = LedgerTables(store, trades, positions)
    tables.begin()
    return tables
