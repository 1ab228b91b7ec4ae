"""Which event a record shows, and which market and token it is about where the record names them only in part.

A fill has one content wherever it is read: transaction, wallet, token, side, shares and dollars. The time is no part
of it where there is a transaction, so rows of different sources agree; and an equal row is then a re-read, never a
second fill, because recorded pages repeat rows. A record without a transaction has its time instead, and its equals
are told apart by counting.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import msgspec

from copydesk.adapters.polymarket.parse.numbers import condition_hex, token_id
from copydesk.adapters.polymarket.parse.refusals import Refused, RefusedRow, shown
from copydesk.domain.ids import MarketId, TimeMs, TokenId, Wallet, action_id, row_event_id
from copydesk.domain.money import Shares, Usdc
from copydesk.domain.trade import LeaderActivity, LeaderTrade, Token

LeaderEvent = LeaderTrade | LeaderActivity
RowReader = Callable[[Any], LeaderEvent]
"""Gives the event of one decoded row, or raises `Refused` and nothing else."""

Names = tuple[Any, Any, Any, Any, Any, Any, Any]
"""What a record says of the token: token id, condition id, outcome, title, slug, event slug, market number."""

Content = tuple[str, str, str, str, str, str]


def stamp(tx_hash: str, happened_at: TimeMs) -> str:
    """What sets a record apart from an equal one at another moment: its transaction, else its time."""
    return tx_hash or f"at:{happened_at}"


def content_of(stamped: str, leader: Wallet, about: str, what: str, shares: Shares, moved: Usdc) -> Content:
    """What makes an event this event in every source: `about` is a token or a market, `what` a side or a kind."""
    return (stamped, leader, about, what, str(shares), str(moved))


def nth(event: LeaderEvent, occurrence: int) -> LeaderEvent:
    """`event` as the one that comes after `occurrence` equal ones. Only a record without a transaction has equals."""
    if not occurrence or event.tx_hash:
        return event
    stamped = stamp("", event.happened_at)
    if isinstance(event, LeaderActivity):
        about = event.token.id if event.token else event.market or ""
        content = content_of(stamped, event.leader, about, event.kind, event.shares, event.cash)
        return msgspec.structs.replace(event, event_id=row_event_id(content, occurrence))
    token = event.token.id
    content = content_of(stamped, event.leader, token, event.side, event.shares, event.notional)
    event_id = row_event_id(content, occurrence)
    action = action_id(event.leader, event_id, token, event.side)
    return msgspec.structs.replace(event, event_id=event_id, content_id=event_id, action_id=action)


def token_of(names: Names) -> Token:
    """The token of these names; equal names give the same object."""
    try:
        return _token_of(names)
    except TypeError:  # a list or an object among the names: nothing the cache can hold
        raise Refused(RefusedRow.WRONG_TYPE, "a list or an object for a name of the market") from None


@lru_cache(maxsize=8192)
def _token_of(names: Names) -> Token:
    token, _, outcome, title, slug, event_slug, _ = names
    market = market_of(names)
    if token is not None and token != "":
        identity = token_id(token, "token id")
        market = market or MarketId(f"token:{identity}")
    elif market and outcome:
        identity = TokenId(f"{market}/{_words(outcome)}")
    else:
        raise Refused(RefusedRow.MISSING_FIELD, "neither a token id nor a market and an outcome")
    return Token(
        id=identity,
        market=market,
        outcome=_words(outcome),
        title=_words(title),
        slug=_words(slug),
        event_slug=_words(event_slug),
    )


def market_of(names: Names) -> MarketId | None:
    """The condition id, else `title:`, `slug:` or `market:` and what the record has; None if it names no market."""
    _, condition, _, title, slug, _, number = names
    if condition:
        return MarketId(condition_hex(condition, "condition id"))
    for prefix, words in (("title:", title), ("slug:", slug), ("market:", number)):
        if words:
            return MarketId(prefix + _words(words))
    return None


def _words(value: Any) -> str:
    if not value:
        return ""
    if type(value) is str:
        return value
    if type(value) is int:
        return shown(value)
    raise Refused(RefusedRow.WRONG_TYPE, shown(value))
