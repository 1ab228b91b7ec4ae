"""Positions as the Data API shows them: filtered, sorted and incomplete in the venue's ways."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from fakemarket.faces.data.holdings import Holding
from fakemarket.faces.data.query import Query
from fakemarket.faces.data.rows import icon_of, profile_of
from fakemarket.faces.data.values import payout_of, price_now
from fakemarket.world.exchange import Exchange
from fakemarket.world.money import ONE, number
from fakemarket.world.tokens import Market

SHOWN_FROM: Final = 100_000
STATUSES: Final = ("OPEN", "REDEEMABLE", "REDEEMABLE_LOST", "MERGEABLE", "CLOSED")
SORTS: Final = ("CURRENT_VALUE", "PRICE", "TOKENS", "UNREALIZED_PNL", "REALIZED_PNL", "TOTAL_PNL", "TIMESTAMP")
NO_DATE: Final = "1970-01-01"


class Position:
    """One holding with its market and today's price, ready to be filtered, sorted and written."""

    def __init__(self, exchange: Exchange, holding: Holding, market: Market, *, is_paired: bool) -> None:
        self.exchange = exchange
        self.holding = holding
        self.market = market
        self.price = price_now(exchange, holding.token)
        self.value = holding.shares * self.price // ONE
        self.unrealized = self.value - holding.cost
        self.is_paired = is_paired and market.payouts is None

    @property
    def status(self) -> str:
        if self.holding.shares == 0:
            return "CLOSED"
        return "OPEN" if self.market.payouts is None else "REDEEMABLE"

    def is_in(self, status: str) -> bool:
        """Say whether a filter takes it: open ones include the redeemable, losers among them."""
        held = self.holding.shares > 0
        match status:
            case "CLOSED":
                return not held
            case "REDEEMABLE":
                return held and self.status == "REDEEMABLE"
            case "REDEEMABLE_LOST":
                return held and payout_of(self.market, self.holding.token) == 0
            case "MERGEABLE":
                return held and self.is_paired
            case _:
                return held

    def rank(self, sort: str) -> int:
        ranks: dict[str, int] = {
            "CURRENT_VALUE": self.value,
            "PRICE": self.price,
            "TOKENS": self.holding.shares,
            "UNREALIZED_PNL": self.unrealized,
            "REALIZED_PNL": self.holding.realized,
            "TOTAL_PNL": self.holding.realized + self.unrealized,
            "TIMESTAMP": self.holding.last_s,
        }
        return ranks[sort]

    def row(self) -> dict[str, object]:
        holding, market = self.holding, self.market
        return {
            "proxy_wallet": holding.wallet,
            "token_id": holding.token,
            "condition_id": market.condition,
            "current_size": number(holding.shares),
            "avg_price": number(holding.average),
            **self._amounts(),
            "status": self.status,
            "redeemable": self.status == "REDEEMABLE",
            "mergeable": self.is_paired,
            "negative_risk": market.neg_risk,
            "archived": market.archived,
            **self._names(),
            "end_date": day_of(market.end_ms),
            "last_event_at": holding.last_s,
            "first_entry_at": holding.first_s,
        }

    def _amounts(self) -> dict[str, object]:
        holding = self.holding
        total = holding.realized + self.unrealized
        return {
            "entry_cost_usdc": number(holding.cost),
            "entry_fees_usdc": number(holding.fees),
            "total_cost_usdc": number(holding.cost + holding.fees),
            "current_price": number(self.price),
            "current_value": number(self.value),
            "total_size": number(holding.bought),
            "realized_pnl": number(holding.realized),
            "unrealized_pnl": number(self.unrealized),
            "total_pnl": number(total),
            "percent_pnl": percent(self.unrealized, holding.cost),
            "percent_realized_pnl": percent(holding.realized, holding.bought_cost),
        }

    def _names(self) -> dict[str, object]:
        market, token = self.market, self.holding.token
        event = self.exchange.catalog.event_of(market)
        profile = profile_of(self.exchange, self.holding.wallet)
        opposite = market.other(token)
        return {
            "verified": profile.verified,
            "title": market.question,
            "slug": market.slug,
            "icon": icon_of(market),
            "event_slug": event.slug,
            "event_id": event.id,
            "outcome": market.outcome(token),
            "outcome_index": market.index(token),
            "opposite_outcome": market.outcome(opposite),
            "opposite_token_id": opposite,
            "name": profile.name,
            "profile_image": profile.image,
        }


def percent(part: int, whole: int) -> float:
    """Return a share of a whole in percent with four decimals, and nought of nothing."""
    return number(part * 100 * ONE // whole // 100 * 100) if whole else 0.0


def day_of(at_ms: int | None) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).date().isoformat() if at_ms else NO_DATE


def positions_of(exchange: Exchange, holdings: list[Holding]) -> list[Position]:
    """Join holdings with their markets; markets that are not active are left out, as the venue does."""
    held = {(holding.wallet, holding.token) for holding in holdings if holding.shares > 0}
    found = []
    for holding in holdings:
        market = exchange.catalog.of_token(holding.token)
        if market is not None and market.active:
            is_paired = (holding.wallet, market.other(holding.token)) in held
            found.append(Position(exchange, holding, market, is_paired=is_paired))
    return found


def wanted(query: Query, events: list[int]) -> Callable[[Position], bool]:
    """Build the filter a request asks for; without an amount, crumbs below a tenth of a share are dropped."""
    status = query.choice("status", STATUSES, "OPEN")
    in_cash = query.choice("filter_type", ("CASH", "TOKENS"), "TOKENS") == "CASH"
    amount = query.micros("filter_amount")
    least = SHOWN_FROM if amount is None else amount
    title = query.text("title").strip().lower()
    conditions = set(query.conditions())
    with_archived = query.is_set("include_archived", default=False)
    start, end = query.integer("start", 0), query.integer("end", 0)

    def keep(position: Position) -> bool:
        holding, market = position.holding, position.market
        return (
            position.is_in(status)
            and (status == "CLOSED" or (position.value if in_cash else holding.shares) >= least)
            and (not conditions or market.condition in conditions)
            and (not events or int(market.event_id) in events)
            and title in market.question.lower()
            and (with_archived or not market.archived)
            and start <= holding.last_s
            and (end == 0 or holding.last_s <= end)
        )

    return keep
