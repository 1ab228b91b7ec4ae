"""What a desk's ledger says of leaders' trades, set beside the market's own list of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from copydesk.domain.decision import Skipped
from copydesk.domain.events import DecisionMade, LeaderFollowed, TradeReplaced
from copydesk.domain.exits import ExitCause
from copydesk.domain.ids import ActionId, EventId, TimeMs, TokenId, Wallet, action_id, row_event_id
from copydesk.domain.refusal import Reason
from copydesk.domain.signal import Signal
from copydesk.wiring.opening import open_ledger

FOLLOWED_WITHIN_MS = 5_000
"""Around the moment a leader's baseline is taken a trade may be on either side of it."""


class Told(NamedTuple):
    """What a ledger says: how often each action was decided, which events were, and what was settled anew."""

    actions: Counter[ActionId]
    events: Counter[EventId]
    outcomes: Counter[str]
    replaced: frozenset[EventId]
    followed_at: dict[Wallet, TimeMs]


class Difference(NamedTuple):
    """Where ledger and market disagree; all empty if they do not."""

    missing: list[Mapping[str, Any]]
    twice: list[ActionId]
    invented: list[ActionId]


def told_by(ledger: Path) -> Told:
    """Everything a ledger says of leaders' trades. A later fill of an action that was decided is no second decision.

    An exit that follows no trade is left out; one that says a leader left is kept, and found to be invented: here
    nobody sends tokens away.
    """
    told = Told(Counter(), Counter(), Counter(), frozenset(), {})
    replaced = set()
    store = open_ledger(ledger)
    for _, entry in store.entries():
        match entry.fact:
            case DecisionMade(decision=decision) if _follows_a_trade(decision.signal):
                told.events.update(decision.signal.events)
                if isinstance(decision, Skipped) and decision.reason is Reason.ACTION_ALREADY_DECIDED:
                    continue
                told.actions.update(decision.signal.actions)
                told.outcomes[decision.reason if isinstance(decision, Skipped) else type(decision).__name__] += 1
            case TradeReplaced(later=later):
                replaced.add(later)
            case LeaderFollowed(leader=leader):
                told.followed_at.setdefault(leader, entry.recorded_at)
            case _:
                continue
    store.close()
    return told._replace(replaced=frozenset(replaced))


def _follows_a_trade(signal: Signal) -> bool:
    return signal.exit is None or signal.exit.cause is ExitCause.LEADER_LEFT


def difference(told: Told, trades: Iterable[Mapping[str, Any]], until_ms: int) -> Difference:
    """Compare with the market's list, of trades mined before `until_ms`; one taken back need not have been seen."""
    listed = {_action(trade) for trade in trades}
    missing = [
        trade
        for trade in trades
        if trade["status"] != "reverted"
        and told.followed_at[Wallet(trade["wallet"].lower())] + FOLLOWED_WITHIN_MS < trade["mined_ms"] < until_ms
        and told.actions[_action(trade)] == 0
        and _event(trade) not in told.replaced
    ]
    twice = [action for action, count in told.actions.items() if count > 1]
    return Difference(missing, twice, [action for action in told.actions if action not in listed])


def _action(trade: Mapping[str, Any]) -> ActionId:
    wallet, tx_hash = Wallet(trade["wallet"].lower()), trade["transaction_hash"].lower()
    return action_id(wallet, tx_hash, TokenId(trade["token"]), trade["side"])


def _event(trade: Mapping[str, Any]) -> EventId:
    """The id the trade has as a row: shares, and dollars as price times shares, in whole micros."""
    shares = int(Decimal(trade["size"]) * 1_000_000)
    notional = int((Decimal(trade["size"]) * Decimal(trade["price"]) * 1_000_000).quantize(Decimal(1)))
    content = (trade["transaction_hash"].lower(), trade["wallet"].lower(), trade["token"], trade["side"])
    return row_event_id((*content, str(shares), str(notional)), 0)
