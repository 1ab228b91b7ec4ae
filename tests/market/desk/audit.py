"""The director's own list of what leaders did beside what a ledger says was decided."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from copydesk.adapters.polymarket.parse.known_columns import DATA_API_V2
from copydesk.adapters.polymarket.parse.rows import MappedRows
from copydesk.domain.decision import Approved, Decision, Skipped
from copydesk.domain.events import DecisionMade, TradeReplaced
from copydesk.domain.exits import ExitCause
from copydesk.domain.ids import AccountId, ActionId, EventId, Wallet
from copydesk.domain.refusal import Reason
from copydesk.domain.signal import Signal
from copydesk.domain.trade import LeaderBaseline
from copydesk.domain.trade import LeaderTrade as Sighted
from copydesk.ports import LedgerStore
from fakemarket.director.record import LeaderTrade as Listed
from fakemarket.world.money import decimal_text
from tests.market.desk.stage import INDEX_LAG_MS, Desk

AGE_MAX_MS = 30_000
"""An entry this old is not copied: gates.age_max_s."""
_COLUMNS = MappedRows(DATA_API_V2)
Row = tuple[tuple[str, str | int], ...]


class Ledger(NamedTuple):
    """What a ledger says: each decision of each event, each that settles an action, and what was settled anew."""

    of_event: dict[tuple[AccountId, EventId], list[Decision]]
    of_action: Counter[tuple[AccountId, ActionId]]
    replaced: set[EventId]
    decisions: list[Decision]

    def outcomes(self) -> Counter[str]:
        """How the decisions came out."""
        return Counter(each.reason if isinstance(each, Skipped) else type(each).__name__ for each in self.decisions)


def read(store: LedgerStore) -> Ledger:
    """Read a ledger. A later fill of an action that was decided is no second decision of it.

    An exit that follows no trade is left out: the list has trades only. One that says a leader left who did not is
    kept, and so is found to be invented: on these days nobody sends tokens away.
    """
    ledger = Ledger(defaultdict(list), Counter(), set(), [])
    for _, entry in store.entries():
        fact = entry.fact
        if isinstance(fact, TradeReplaced):
            ledger.replaced.add(fact.later)
        if not isinstance(fact, DecisionMade) or _follows_no_trade(fact.decision.signal):
            continue
        decision = fact.decision
        ledger.decisions.append(decision)
        for event in decision.signal.events:
            ledger.of_event[entry.account, event].append(decision)
        if not isinstance(decision, Skipped) or decision.reason is not Reason.ACTION_ALREADY_DECIDED:
            ledger.of_action.update((entry.account, action) for action in decision.signal.actions)
    return ledger


def _follows_no_trade(signal: Signal) -> bool:
    return signal.exit is not None and signal.exit.cause is not ExitCause.LEADER_LEFT


@cache
def _event(row: Row) -> Sighted:
    event = _COLUMNS.event_of(dict(row))
    assert isinstance(event, Sighted)
    return event


def event_of(listed: Listed) -> Sighted:
    """A trade of the list as a row of it would be read, made without asking any face."""
    row = {
        "proxy_wallet": listed.wallet,
        "transaction_hash": listed.transaction_hash,
        "side": listed.side,
        "price": str(Decimal(listed.price)),
        "size": decimal_text(listed.size),
        "timestamp": listed.timestamp_s,
        "token_id": listed.token,
        "condition_id": listed.condition,
    }
    return _event(tuple(row.items()))


class Verdict(NamedTuple):
    """Where list and ledger differ; everything is empty where they do not."""

    lost: list[Listed]
    twice: list[object]
    invented: list[EventId]
    copied_from_before: list[Listed]


AGREED = Verdict([], [], [], [])


def compare(
    ledger: Ledger, listed: Sequence[Listed], accounts: Iterable[AccountId], baselines: Iterable[LeaderBaseline]
) -> Verdict:
    """Hold a ledger to the list: what a baseline shows is in no decision, what it could not show yet in exactly one.

    What it should have shown and did not, because the venue was not well, is in one at most, and no entry if it was
    `AGE_MAX_MS` old. A trade that was taken back and mined again is one trade with two rows: one is decided, and the
    other replaced, or it never was seen. Which of several equal trades was, nobody can tell: only how many.
    """
    known = {event_of(trade).content_id for trade in listed}
    verdict = Verdict([], [], [event for _, event in ledger.of_event if event not in known], [])
    for account in accounts:
        for group in _fates(ledger, listed, account, {each.leader: each for each in baselines}, verdict).values():
            times = sum(count for count, _ in group)
            verdict.lost.extend(rows[-1] for _, rows in group if times < len(group))
            verdict.twice.extend(rows for _, rows in group if times > len(group))
    verdict.twice.extend(key for key, count in ledger.of_action.items() if count > 1)
    return verdict


Kind = tuple[str, str, str, int, int]
"""What equal trades have in common: wallet, token, side, shares, dollars."""


def _fates(
    ledger: Ledger,
    listed: Sequence[Listed],
    account: AccountId,
    seen: Mapping[Wallet, LeaderBaseline],
    verdict: Verdict,
) -> dict[Kind, list[tuple[int, list[Listed]]]]:
    """New trades that have to be decided, by their kind, each with how often it was; the rest goes into `verdict`."""
    alike: dict[Kind, list[tuple[int, list[Listed]]]] = defaultdict(list)
    for rows in _settlements(listed):
        latest, before = rows[-1], seen[Wallet(rows[-1].wallet.lower())]
        names = dict.fromkeys(event_of(row).content_id for row in rows)
        decided = [decision for name in names for decision in ledger.of_event.get((account, name), ())]
        is_entry = latest.side == "BUY" and any(isinstance(decision, Approved) for decision in decided)
        if not names.keys().isdisjoint(before.events):
            verdict.copied_from_before.extend(rows if decided else ())
        elif latest.mined_ms > before.taken_at - INDEX_LAG_MS and latest.status != "reverted":
            kind = (latest.wallet, latest.token, latest.side, latest.size, latest.cash)
            alike[kind].append((len(decided), rows))
        else:
            verdict.copied_from_before.extend(rows if is_entry and _is_long_before(latest, before) else ())
            verdict.twice.extend([rows] if len(decided) > 1 else ())
    return alike


def _is_long_before(trade: Listed, baseline: LeaderBaseline) -> bool:
    return trade.mined_ms < baseline.taken_at - AGE_MAX_MS


def _settlements(listed: Sequence[Listed]) -> Iterable[list[Listed]]:
    """Each trade as the rows of its settlements, the last of which is what stands."""
    rows: dict[tuple[str, str], list[Listed]] = defaultdict(list)
    for trade in listed:
        rows[trade.trade_id, trade.order_id].append(trade)
    return rows.values()


class Lags(NamedTuple):
    """Milliseconds from something to what came of a trade, each sorted.

    `to_signal` are all of them; `at_once` and `held` are those of the trades that were not held as possible twins, and
    of those that were. `to_decision` is what each took until it was decided. Those in `unbegun` were decided though
    that something never was.
    """

    at_once: list[int]
    held: list[int]
    to_signal: list[int]
    to_decision: list[int]
    unbegun: list[Listed]


def lags(
    ledger: Ledger, listed: Sequence[Listed], desk: Desk, account: AccountId, began: Callable[[Listed], int | None]
) -> Lags:
    """How long each decided trade took from `began`."""
    found = Lags([], [], [], [], [])
    for trade in listed:
        event, since = event_of(trade).content_id, began(trade)
        decided = ledger.of_event.get((account, event), ())
        if since is None:
            found.unbegun.extend([trade] if decided else [])
            continue
        to_signal = [each.signal.seen_at - since for each in decided]
        (found.held if event in desk.held else found.at_once).extend(to_signal)
        found.to_signal.extend(to_signal)
        found.to_decision.extend(each.decided_at - since for each in decided)
    for each in found[:4]:
        each.sort()
    return found


def percentile(values: Sequence[int], percent: int) -> int:
    """The smallest of the sorted `values` that `percent` of them do not exceed."""
    return values[max(0, -(-len(values) * percent // 100) - 1)]


def figures(values: Sequence[int]) -> str:
    """Count, median, 99th percentile and maximum of sorted `values`, to be read."""
    if not values:
        return "none"
    return f"{len(values)}: p50 {percentile(values, 50)}, p99 {percentile(values, 99)}, max {values[-1]}"
