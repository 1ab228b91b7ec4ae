"""What a ledger already holds: the accounts' holdings up to where a run begins, and what must not be done again."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple

from copydesk.domain.errors import BadInput, require
from copydesk.domain.events import (
    ActivitySeen,
    DecisionMade,
    LeaderFollowed,
    LeaderLeft,
    RunFinished,
    RunStarted,
    Settled,
    TradeReplaced,
)
from copydesk.domain.trade import LeaderTrade
from copydesk.flow.clean.twins import NEAR_MS
from copydesk.flow.decide.leaders.records import TrackRecords
from copydesk.flow.desk import Desk
from copydesk.flow.ledger.seal import Sealer
from copydesk.flow.portfolio.fold import Portfolio

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from copydesk.domain.decision import Decision
    from copydesk.domain.events import Entry
    from copydesk.domain.ids import AccountId, EventId, TimeMs, Wallet
    from copydesk.ports import DecisionLog, LedgerStore, ResultSource


LIVE = "live"
"""The kind of a run whose world goes on. It is never run again: the next begins where its entries end."""


class Recalled(NamedTuple):
    """Where a run begins: the desks as they were, after `position` entries; `is_redo` if it began once before."""

    desks: dict[AccountId, Desk]
    position: int
    is_redo: bool
    records: TrackRecords


class RecalledLive(NamedTuple):
    """Where a live run begins: the desks after `position` entries, whom each account follows and since when.

    `known` is up to when each leader's doings are on record: a feed looks back to there. `latest` are trades decided
    so shortly before the ledger ends that they may come again, settled anew (F31), and when they were; those that were
    combined with others are left out, because a decision does not tell them apart.
    """

    desks: dict[AccountId, Desk]
    position: int
    since: dict[tuple[AccountId, Wallet], TimeMs]
    known: dict[Wallet, TimeMs]
    latest: tuple[tuple[LeaderTrade, TimeMs], ...]
    records: TrackRecords


def recall(
    store: LedgerStore, accounts: Iterable[AccountId], version: str, log: DecisionLog, results: ResultSource
) -> Recalled:
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
    desks, records = _new_desks(accounts), TrackRecords()
    for entry in _entries(store, position):
        _fold(desks, entry, log)
        _trace(records, entry, results)
    return Recalled(desks, position, redone is not None, records)


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
    latest, records = _Latest(), TrackRecords()
    for entry in _entries(store, position):
        _fold(desks, entry, log)
        _remember(entry, since, known)
        latest.take(entry)
        _trace(records, entry, None)
    return RecalledLive(desks, position, since, known, tuple(latest.trades()), records)


class _Latest:
    """The decisions about single trades of the last `NEAR_MS`, by the event under which the trade was settled last."""

    def __init__(self) -> None:
        self._decisions: OrderedDict[EventId, Decision] = OrderedDict()

    def take(self, entry: Entry) -> None:
        """Take in an entry, and let go of what is too old by it."""
        match entry.fact:
            case DecisionMade(decision=decision) if len(decision.signal.events) == 1 and decision.signal.exit is None:
                self._decisions[decision.signal.events[0]] = decision
            case TradeReplaced(earlier=earlier, later=later) if earlier in self._decisions:
                self._decisions[later] = self._decisions.pop(earlier)
        while self._decisions and next(iter(self._decisions.values())).decided_at < entry.recorded_at - NEAR_MS:
            self._decisions.popitem(last=False)

    def trades(self) -> Iterator[tuple[LeaderTrade, TimeMs]]:
        """Each trade, as far as its signal tells, and when it was decided."""
        for event, decision in self._decisions.items():
            signal = decision.signal
            is_as_decided = event == signal.events[0] and signal.tx_hashes
            trade = LeaderTrade(
                event_id=event,
                content_id=event,
                action_id=signal.actions[0],
                leader=signal.leader,
                token=signal.leader_token,
                side=signal.side,
                shares=signal.shares,
                notional=signal.leader_notional,
                happened_at=signal.happened_at,
                source="ledger",
                tx_hash=signal.tx_hashes[0] if is_as_decided else "",
            )
            yield trade, decision.decided_at


def _remember(entry: Entry, since: dict[tuple[AccountId, Wallet], TimeMs], known: dict[Wallet, TimeMs]) -> None:
    match entry.fact:
        case LeaderFollowed(leader=leader):
            since[entry.account, leader] = entry.fact.since
            _raise(known, leader, entry.recorded_at)
        case LeaderLeft(leader=leader):
            since.pop((entry.account, leader), None)
        case DecisionMade(decision=decision) if decision.signal.exit is None:
            _raise(known, decision.signal.leader, decision.signal.happened_at)
        case ActivitySeen(activity=activity):
            _raise(known, activity.leader, activity.happened_at)
        case _:
            return


def _trace(records: TrackRecords, entry: Entry, results: ResultSource | None) -> None:
    """Take what an entry tells of its leader into the track records, as it was taken in when it was written.

    Of the results a ledger has those of what was held; the others are asked for again.
    """
    match entry.fact:
        case DecisionMade(decision=decision):
            token = decision.signal.token
            records.observe(decision.signal, None if results is None else results.payout(token), entry.recorded_at)
        case Settled(token=token, per_share=per_share):
            records.advance(entry.recorded_at)
            records.settle(token, per_share, entry.recorded_at)
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
    desk.portfolio.apply(entry.fact, entry.recorded_at)
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
