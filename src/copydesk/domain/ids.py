"""The names of things. Every id is a digest of content, so two runs over the same input give the same ids."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, NewType

if TYPE_CHECKING:
    from collections.abc import Iterable

EventId = NewType("EventId", str)
"""One thing a leader did, as one row or log shows it. 64 hex digits."""
ActionId = NewType("ActionId", str)
"""All fills of one leader, transaction, token and side: the unit that is copied once (I1). 64 hex digits."""
SignalId = NewType("SignalId", str)
"""One client's copy of the actions of one leader, token and side in one scan window. 64 hex digits."""
IntentId = NewType("IntentId", str)
"""One order we mean to place: account, signal, leg number. 64 hex digits."""
OrderId = NewType("OrderId", str)
"""The venue's name of an order; on paper the intent id."""
FillKey = NewType("FillKey", str)
"""One fill of one order; booking the same key twice changes nothing. 64 hex digits."""
Wallet = NewType("Wallet", str)
"""A leader's trading wallet: `0x` and 40 lower-case hex digits, or `unknown:NAME` where a record has none."""
MarketId = NewType("MarketId", str)
"""The condition id (`0x` and 64 hex digits), or `title:TEXT` where a record has none."""
TokenId = NewType("TokenId", str)
"""The outcome token's decimal id, or `MARKET/OUTCOME` where a record has none."""
ClientId = NewType("ClientId", str)
"""A person we trade for."""
AccountId = NewType("AccountId", str)
"""One trading account of a client: one ledger chain, one set of caps."""
TimeMs = NewType("TimeMs", int)
"""Milliseconds since 1970-01-01 UTC."""

_SEPARATOR = "\x1f"


def digest(kind: str, parts: Iterable[str]) -> str:
    """SHA-256 over `kind` and `parts`, joined by the unit separator, as 64 hex digits."""
    return sha256(_SEPARATOR.join((kind, *parts)).encode()).hexdigest()


def chain_event_id(tx_hash: str, log_index: int) -> EventId:
    """The id of an event seen on chain: SHA-256 of the transaction hash and the log's index (S3.10)."""
    return EventId(digest("chain", (tx_hash, str(log_index))))


def row_event_id(content: Iterable[str], occurrence: int) -> EventId:
    """The id of an event seen as a row: its content and which of several equal rows it is (C9)."""
    return EventId(digest("row", (*content, str(occurrence))))


def action_id(leader: Wallet, tx_hash: str, token: TokenId, side: str) -> ActionId:
    """The id that groups every fill of one leader, transaction, token and side."""
    return ActionId(digest("action", (leader, tx_hash, token, side)))


def signal_id(client: ClientId, leader: Wallet, token: TokenId, side: str, actions: Iterable[ActionId]) -> SignalId:
    """The id of one client's signal; `actions` in any order."""
    return SignalId(digest("signal", (client, leader, token, side, *sorted(actions))))


def intent_id(account: AccountId, signal: SignalId, leg: int) -> IntentId:
    """The id of one order we mean to place."""
    return IntentId(digest("intent", (account, signal, str(leg))))


def fill_key(order: OrderId, trade: str) -> FillKey:
    """The id of one fill: the order and the venue's name of the trade that filled it."""
    return FillKey(digest("fill", (order, trade)))
