"""Claims: the keys an entry takes for good, so that nothing is copied, planned or booked twice (I1, I10, I20).

| kind    | key                    | taken by                     |
|---------|------------------------|------------------------------|
| event   | the event id           | the first entry it led to    |
| action  | account and action id  | the entry that decided it    |
| intent  | account and intent id  | the entry that planned it    |
| fill    | the fill key           | the entry that booked it     |

Ids of 64 hex digits are digests already: 16 of their 32 bytes, the first and the last eight, name them well enough
and keep the permanent index small. Any other id is kept whole.
"""

from __future__ import annotations

from binascii import a2b_hex
from typing import TYPE_CHECKING

from copydesk.domain.events import FillBooked, OrderPlanned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copydesk.domain.events import Fact
    from copydesk.domain.ids import AccountId, ActionId, EventId

DIGEST_HEX = 64
_WORDS = {b"e": "event", b"a": "action", b"i": "intent", b"f": "fill key"}


def event_keys(events: Sequence[EventId]) -> list[bytes]:
    """The keys of events, over all accounts."""
    return [_key(b"e", event, b"") for event in events]


def action_keys(account: AccountId, actions: Sequence[ActionId]) -> list[bytes]:
    """The keys of actions of one account."""
    owner = _owner(account)
    return [_key(b"a", action, owner) for action in actions]


def keys_of(account: AccountId, fact: Fact, events: Sequence[EventId], actions: Sequence[ActionId]) -> list[bytes]:
    """Every key that an entry of `account` takes with it."""
    keys = []
    for event in events:
        keys.append(_key(b"e", event, b""))
    if actions:
        owner = _owner(account)
        for action in actions:
            keys.append(_key(b"a", action, owner))
    if isinstance(fact, OrderPlanned):
        keys.append(_key(b"i", fact.intent, _owner(account)))
    elif isinstance(fact, FillBooked):
        keys.append(_key(b"f", fact.key, b""))
    return keys


def words_of(key: bytes) -> str:
    """Which field a key is about."""
    return _WORDS[key[:1].lower()]


def _owner(account: AccountId) -> bytes:
    return b"\x1f" + account.encode()


def _key(kind: bytes, name: str, owner: bytes) -> bytes:
    if len(name) == DIGEST_HEX:
        try:
            return kind + a2b_hex(name[:16] + name[48:]) + owner
        except ValueError:
            return kind.upper() + name.encode() + owner
    return kind.upper() + name.encode() + owner
