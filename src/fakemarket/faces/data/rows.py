"""The rows of trades and activity, with the venue's names, units and ways of saying that it does not know."""

from collections.abc import Callable
from typing import Final, Generic, TypeVar

import msgspec

from fakemarket.faces.data.envelope import encoded
from fakemarket.world.accounts import Profile
from fakemarket.world.exchange import Exchange
from fakemarket.world.money import number
from fakemarket.world.tokens import Market
from fakemarket.world.trades import ActivityRow, Fill

OUTCOME_UNKNOWN: Final = 999
NOBODY: Final = Profile(name="", pseudonym="")
KEPT_MAX: Final = 20_000
Row = TypeVar("Row", Fill, ActivityRow)


class Written(Generic[Row]):
    """Rows as text, kept because every page of a busy poller brings the same ones again; a mined row never changes."""

    def __init__(self, exchange: Exchange, write: Callable[[Exchange, Row], dict[str, object]]) -> None:
        self._exchange = exchange
        self._write: Callable[[Exchange, Row], dict[str, object]] = write
        self._kept: dict[int, msgspec.Raw] = {}

    def of(self, row: Row) -> msgspec.Raw:
        kept = self._kept.get(row.sequence)
        if kept is None:
            if len(self._kept) >= KEPT_MAX:
                self._kept.clear()
            kept = self._kept[row.sequence] = msgspec.Raw(encoded(self._write(self._exchange, row)))
        return kept


def icon_of(market: Market) -> str:
    return f"https://images.invalid/{market.slug}.png"


def profile_of(exchange: Exchange, wallet: str) -> Profile:
    account = exchange.accounts.by_wallet(wallet)
    return account.profile if account is not None else NOBODY


def profile_fields(profile: Profile) -> dict[str, object]:
    return {
        "name": profile.name,
        "pseudonym": profile.pseudonym,
        "bio": profile.bio,
        "profile_image": profile.image,
        "profile_image_optimized": "",
    }


def market_fields(exchange: Exchange, condition: str) -> dict[str, object]:
    market = exchange.catalog.market(condition)
    if market is None:
        return {"title": "", "slug": "", "icon": "", "event_slug": ""}
    return {
        "title": market.question,
        "slug": market.slug,
        "icon": icon_of(market),
        "event_slug": exchange.catalog.event_of(market).slug,
    }


def outcome_fields(exchange: Exchange, condition: str, token: str) -> dict[str, object]:
    market = exchange.catalog.market(condition)
    if market is None or token not in market.tokens:
        return {"outcome": "", "outcome_index": OUTCOME_UNKNOWN}
    return {"outcome": market.outcome(token), "outcome_index": market.index(token)}


def trade_row(exchange: Exchange, fill: Fill) -> dict[str, object]:
    return {
        "proxy_wallet": fill.wallet,
        "side": fill.side,
        "token_id": fill.token,
        "condition_id": fill.condition,
        "size": number(fill.size),
        "price": float(fill.price),
        "timestamp": fill.timestamp_s,
        "transaction_hash": fill.transaction_hash,
        **market_fields(exchange, fill.condition),
        **outcome_fields(exchange, fill.condition, fill.token),
        **profile_fields(profile_of(exchange, fill.wallet)),
    }


def activity_row(exchange: Exchange, row: ActivityRow) -> dict[str, object]:
    """Write one row; only trades name a token and a side, and a redeemed size is the payout."""
    is_trade = row.kind == "TRADE"
    document: dict[str, object] = {
        "proxy_wallet": row.wallet,
        "timestamp": row.timestamp_s,
        "condition_id": row.condition,
        "type": row.kind,
        "size": number(row.cash if row.kind == "REDEEM" else row.size),
        "usdc_size": number(row.cash),
        "transaction_hash": row.transaction_hash,
        "price": float(row.price) if is_trade else 0,
        "token_id": row.token if is_trade else "",
        "side": row.side if is_trade else "",
        **market_fields(exchange, row.condition),
        **profile_fields(profile_of(exchange, row.wallet)),
    }
    if is_trade:
        return document | outcome_fields(exchange, row.condition, row.token)
    return document | _named_outcome(exchange, row)


def _named_outcome(exchange: Exchange, row: ActivityRow) -> dict[str, object]:
    market = exchange.catalog.market(row.condition)
    if row.kind != "REDEEM" or market is None or row.outcome_index not in {0, 1}:
        return {"outcome": "", "outcome_index": OUTCOME_UNKNOWN}
    return {"outcome": market.outcomes[row.outcome_index], "outcome_index": row.outcome_index}
