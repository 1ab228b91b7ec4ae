"""The tables beside a ledger say what the ledger says, once, whatever was cut off when (S4.27)."""

from __future__ import annotations

import csv
from pathlib import Path

import msgspec
import pytest

from copydesk.adapters.storage.memory import MemoryLedgerStore
from copydesk.adapters.telemetry.csv_tables import CsvTable
from copydesk.domain.ids import AccountId, ClientId
from copydesk.domain.money import decimal_text
from copydesk.flow.ledger.seal import open_entry
from copydesk.run.live import LiveRun
from copydesk.run.tables import POSITION_COLUMNS, TRADE_COLUMNS, LedgerTables
from tests.builders import LEADER, MARKET, NO, YES, a_relation
from tests.live_worlds import Town, at
from tests.run.test_live import a_baseline

TRADES = [
    at(900 + 1000 * number, tx=f"0x{number:064x}", token=(YES, NO)[number % 2], size=100 + number)
    for number in range(6)
]
SCRIPT = [(0, a_baseline()), *((1_000 + 1_000 * number, trade) for number, trade in enumerate(TRADES))]


class Beside:
    """A ledger and the two tables beside it."""

    def __init__(self, folder: Path) -> None:
        self.trades_path, self.positions_path = folder / "l.leader_trades.csv", folder / "l.positions.csv"
        self.store = MemoryLedgerStore(open_entry)

    def run(self, ms: int = 10_000, clients: int = 1) -> LiveRun:
        me = a_relation(leader=LEADER)
        relations = [
            msgspec.structs.replace(me, client=ClientId(f"c{number}"), account=AccountId(f"a{number}"))
            for number in range(clients)
        ]
        return Town(poller=SCRIPT, relations=relations).run(self.store, ms)

    def tables(self) -> LedgerTables:
        """The tables as a run opens them."""
        trades, positions = CsvTable(self.trades_path, TRADE_COLUMNS), CsvTable(self.positions_path, POSITION_COLUMNS)
        made = LedgerTables(self.store, trades, positions)
        made.begin()
        return made

    def trades(self) -> list[dict[str, str]]:
        return rows(self.trades_path)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_leader_trade_is_one_row_with_exact_amounts(tmp_path: Path) -> None:
    beside = Beside(tmp_path)
    live = beside.run()
    beside.tables().catch_up(live.pipeline.desks)
    written = beside.trades()
    assert [row["event"] for row in written] == [trade.event_id for trade in TRADES]
    first = written[0]
    assert (first["leader"], first["side"], first["title"], first["market"]) == (LEADER, "BUY", "Will it rain?", MARKET)
    assert (first["shares"], first["price"], first["amount"], first["fills"]) == ("100", "0.4", "40", "1")
    assert first["transactions"] == TRADES[0].tx_hash
    assert first["happened_at"] == "2026-11-18T11:06:40.900Z"


def test_several_who_copy_one_trade_are_one_row(tmp_path: Path) -> None:
    """S4.27: deduplicated."""
    beside = Beside(tmp_path)
    live = beside.run(clients=3)
    beside.tables().catch_up(live.pipeline.desks)
    assert len(beside.trades()) == len(TRADES)
    assert {row["account"] for row in rows(beside.positions_path)} == {"a0", "a1", "a2"}


def test_a_restart_writes_nothing_again_and_misses_nothing(tmp_path: Path) -> None:
    beside = Beside(tmp_path)
    live = beside.run(3_500)
    beside.tables().catch_up(live.pipeline.desks)
    assert 0 < len(beside.trades()) < len(TRADES)
    live = beside.run(10_000)
    again = beside.tables()
    again.catch_up(live.pipeline.desks)
    again.catch_up(live.pipeline.desks)
    assert [row["event"] for row in beside.trades()] == [trade.event_id for trade in TRADES]


@pytest.mark.slow
def test_tables_cut_off_anywhere_are_made_whole_again(tmp_path: Path) -> None:
    """F4: kill -9 while a row is being written; the ledger is the truth."""
    beside = Beside(tmp_path)
    live = beside.run()
    beside.tables().catch_up(live.pipeline.desks)
    whole = beside.trades_path.read_bytes()
    for size in range(0, len(whole), 7):
        beside.trades_path.write_bytes(whole[:size])
        beside.tables().catch_up(live.pipeline.desks)
        assert beside.trades_path.read_bytes() == whole


def test_a_table_of_another_ledger_is_made_anew(tmp_path: Path) -> None:
    beside, other = Beside(tmp_path), Beside(tmp_path)
    live = beside.run()
    beside.tables().catch_up(live.pipeline.desks)
    other.tables()
    assert other.trades() == []


def test_positions_are_what_the_ledger_says_they_are(tmp_path: Path) -> None:
    beside = Beside(tmp_path)
    live = beside.run()
    beside.tables().catch_up(live.pipeline.desks)
    (desk,) = live.pipeline.desks.values()
    written = rows(beside.positions_path)
    assert len(written) == len(desk.portfolio.positions) > 0
    position = desk.portfolio.positions[LEADER, YES.id]
    row = next(each for each in written if each["token"] == YES.id)
    assert (row["state"], row["shares"], row["average"]) == ("held", decimal_text(position.shares), "0.4")
    assert (row["cost"], row["fees"]) == (decimal_text(position.basis), decimal_text(position.fees))
