"""What a ledger already holds: the accounts' holdings up to where a run begins, and what must not be done again."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from copydesk.domain.errors import BadInput, require
from copydesk.domain.events import ActivitySeen, DecisionMade, LeaderFollowed, LeaderLeft, RunFinished, RunStarted
from copydesk.flow.ledger.seal import Sealer
from copydesk.flow.pipeline import Desk
from copydesk.flow.portfolio.fold import Portfolio

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from copydesk.domain.events import Entry
    from copydesk.domain.ids import AccountId, TimeMs, Wallet
    from copydesk.ports import DecisionLog, LedgerStore


LIVE = "live"
"""The kind of a run whose world goes on. It is never run again: the next begins where its entries end."""


class Recalled(NamedTuple):
    """Where a run begins: the desks as they were, after `position` entries; `is_redo` if it began once before."""

    desks: dict[AccountId, Desk]
    position: int
    is_redo: bool


class RecalledLive(NamedTuple):
    """Where a live run begins: the desks after `position` entries, whom each account follows and since when.

    `known` is up to when each leader's doings are on record: a feed looks back to there.
    """

    desks: dict[AccountId, Desk]
    position: int
    since: dict[tuple[AccountId, Wallet], TimeMs]
    known: dict[Wallet, TimeMs]


def recall(store: LedgerStore, accounts: Iterable[AccountId], version: str, log: DecisionLog) -> Recalled:
    """Fold the ledger up to its last finished run and write the decisions on the way to `log` again.

    Raises `BadInput` if an unfinished run was begun under other settings: it can only be finished under its own.
    """
    position, redone = _begin_at(store)
    if redone is not None and redone.settings_version != version:
        raise BadInput(
            "ledger with an unfinished run",
            found=f"settings {version}",
            allowed=f"settings {redone.settings_version} (preset {redone.preset}), with which it was begun",
            remedy="finish it with the same settings and sources, or name another ledger",
        )
    desks = _new_desks(accounts)
    for entry in _entries(store, position):
        _fold(desks, entry, log)
    return Recalled(desks, position, redone is not None)


def recall_live(store: LedgerStore, accounts: Iterable[AccountId], log: DecisionLog) -> RecalledLive:
    """Fold the whole ledger for a live run, and gather whom it has followed.

    Raises `BadInput` if a replay was cut off in it: only that replay can finish it.
    """
    position, redone = _begin_at(store)
    if redone is not None:
        raise BadInput(
            "ledger with an unfinished replay",
            found=f"a replay under settings {redone.settings_version} (preset {redone.preset})",
            allowed="a ledger of live runs, or of replays that came to their end",
            remedy="finish the replay, or name another ledger",
        )
    desks = _new_desks(accounts)
    since: dict[tuple[AccountId, Wallet], TimeMs] = {}
    known: dict[Wallet, TimeMs] = {}
    for entry in _entries(store, position):
        _fold(desks, entry, log)
        _remember(entry, since, known)
    return RecalledLive(desks, position, since, known)


def _remember(entry: Entry, since: dict[tuple[AccountId, Wallet], TimeMs], known: dict[Wallet, TimeMs]) -> None:
    match entry.fact:
        case LeaderFollowed(leader=leader):
            since[entry.account, leader] = entry.fact.since
            _raise(known, leader, entry.recorded_at)
        case LeaderLeft(leader=leader):
            since.pop((entry.account, leader), None)
        case DecisionMade(decision=decision):
            _raise(known, decision.signal.leader, decision.signal.happened_at)
        case ActivitySeen(activity=activity):
            _raise(known, activity.leader, activity.happened_at)
        case _:
            return


def _raise(known: dict[Wallet, TimeMs], leader: Wallet, at: TimeMs) -> None:
    known[leader] = max(known.get(leader, at), at)


def _new_desks(accounts: Iterable[AccountId]) -> dict[AccountId, Desk]:
    return {account: Desk(account, Portfolio(), Sealer(account)) for account in accounts}


def _entries(store: LedgerStore, up_to: int) -> Iterator[Entry]:
    if not up_to:
        return
    for place, entry in store.entries():
        if place > up_to:
            return
        yield entry


def _fold(desks: dict[AccountId, Desk], entry: Entry, log: DecisionLog) -> None:
    desk = desks.get(entry.account)
    if desk is None:
        desk = desks[entry.account] = Desk(entry.account, Portfolio(), Sealer(entry.account))
    desk.portfolio.apply(entry.fact)
    desk.sealer = Sealer.after(entry)
    if isinstance(entry.fact, DecisionMade):
        log.write((entry.body,))


def _begin_at(store: LedgerStore) -> tuple[int, RunStarted | None]:
    """How many entries stand before the run that begins now, and how the replay began that was cut off, if one was."""
    head = 0
    open_runs: dict[AccountId, tuple[int, RunStarted]] = {}
    for place, entry in store.entries():
        head = place
        if isinstance(entry.fact, RunStarted):
            require(entry.account not in open_runs, f"account {entry.account} begins a run within a run at {place}")
            if entry.fact.kind != LIVE:
                open_runs[entry.account] = (place, entry.fact)
        elif isinstance(entry.fact, RunFinished):
            open_runs.pop(entry.account, None)
    if not open_runs:
        return head, None
    place, started = min(open_runs.values(), key=lambda run: run[0])
    return place - 1, started
