"""Rows of `/v2/positions` made into what a leader holds."""

from __future__ import annotations

from typing import Any

from copydesk.adapters.polymarket.parse.identity import token_of
from copydesk.adapters.polymarket.parse.numbers import amount, wallet
from copydesk.adapters.polymarket.parse.refusals import Refused, RefusedRow, shown
from copydesk.domain.ids import Wallet
from copydesk.domain.money import MICROS, Price, Shares
from copydesk.domain.trade import LeaderPosition

_NAMES = ("token_id", "condition_id", "outcome", "title", "slug", "event_slug", "")


def position_of(row: Any, leader: Wallet) -> LeaderPosition:
    """The position of one row. Raises `Refused` if it is none, or another wallet's.

    An average price of 0 or of a dollar and more is the venue's way to say that it does not know.
    """
    if type(row) is Refused:
        raise row
    if type(row) is not dict:
        raise Refused(RefusedRow.WRONG_TYPE, shown(row))
    who = wallet(row.get("proxy_wallet"), "proxy_wallet")
    if who != leader:
        raise Refused(RefusedRow.WRONG_TYPE, f"a position of {who}")
    token, condition, outcome, title, slug, event_slug, number = map(row.get, _NAMES)
    if not token:
        raise Refused(RefusedRow.MISSING_FIELD, "token_id is empty")
    average = amount(row.get("avg_price") or 0, "avg_price")
    return LeaderPosition(
        token=token_of((token, condition, outcome, title, slug, event_slug, number)),
        shares=Shares(amount(row.get("current_size"), "current_size")),
        average=Price(average) if 0 < average < MICROS else None,
    )
