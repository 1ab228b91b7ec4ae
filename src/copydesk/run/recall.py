"""What a ledger already holds: the accounts' holdings up to where a run begins, and whether that run is unfinished."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from copydesk.domain.errors import BadInput, require
from copydesk.domain.events import DecisionMade, RunFinished, RunStarted
from copydesk.flow.ledger.seal import Sealer
from copydesk.flow.pipeline import Desk
from copydesk.flow.portfolio.fold import Portfolio

if TYPE_CHECKING:
    from collections.abc import Iterable

    from copydesk.domain.ids import AccountId
    from copydesk.ports import DecisionLog, LedgerStore


class Recalled(NamedTuple):
    """Where a run begins: the desks as they were, after `position` entries; `is_redo` if it began once before."""

    desks: dict[AccountId, Desk]
    position: int
    is_redo: bool


def recall(store: LedgerStore, accounts: Iterable[AccountId], version: str, log: DecisionLog) -> Recalled:
    """Fold the ledger up to its last finished run and write the decisions on the way to `log` again.

    Raises `BadInput` if an unfinished run was begun under other settings: it can only be finished under its own.
    """
    position, is_redo = _begin_at(store, version)
    desks = {account: Desk(account, Portfolio(), Sealer(account)) for account in accounts}
    if position == 0:
        return Recalled(desks, 0, is_redo)
    for place, entry in store.entries():
        if place > position:
            break
        desk = desks.get(entry.account)
        if desk is None:
            desk = desks[entry.account] = Desk(entry.account, Portfolio(), Sealer(entry.account))
        desk.portfolio.apply(entry.fact)
        desk.sealer = Sealer.after(entry)
        if isinstance(entry.fact, DecisionMade):
            log.write((entry.body,))
    return Recalled(desks, position, is_redo)


def _begin_at(store: LedgerStore, version: str) -> tuple[int, bool]:
    """How many entries stand before the run that begins now, and whether it is a run that was cut off."""
    head = 0
    open_runs: dict[AccountId, tuple[int, RunStarted]] = {}
    for place, entry in store.entries():
        head = place
        if isinstance(entry.fact, RunStarted):
            require(entry.account not in open_runs, f"account {entry.account} begins a run within a run at {place}")
            open_runs[entry.account] = (place, entry.fact)
        elif isinstance(entry.fact, RunFinished):
            open_runs.pop(entry.account, None)
    if not open_runs:
        return head, False
    place, started = min(open_runs.values(), key=lambda run: run[0])
    if started.settings_version != version:
        raise BadInput(
            "ledger with an unfinished run",
            found=f"settings {version}",
            allowed=f"settings {started.settings_version} (preset {started.preset}), with which it was begun",
            remedy="finish it with the same settings and sources, or name another ledger",
        )
    return place - 1, True
