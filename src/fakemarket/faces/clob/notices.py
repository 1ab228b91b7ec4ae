"""Notifications of an account: cancelled, filled, failed, resolved; kept for two days."""

from dataclasses import dataclass

from fakemarket.world.events import AnyEvent, MarketResolved, OrderChanged, TradeChanged
from fakemarket.world.exchange import Exchange
from fakemarket.world.money import decimal_text
from fakemarket.world.orders import Order
from fakemarket.world.trades import Trade

CANCELLED, FILLED, RESOLVED, FAILED = 1, 2, 4, 8
KEPT_MS = 48 * 3_600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One line in an account's list."""

    number: int
    owner: str
    at_ms: int
    kind: int
    payload: dict[str, object]


class Notices:
    """All notifications by the API key they are for."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._of: dict[str, list[Notice]] = {}
        self._number = 0
        exchange.events.subscribe(self._hear)

    def listing(self, owner: str) -> list[dict[str, object]]:
        oldest_ms = self._exchange.clock.now_ms() - KEPT_MS
        kept = [notice for notice in self._of.get(owner, []) if notice.at_ms >= oldest_ms]
        self._of[owner] = kept
        return [
            {
                "id": notice.number,
                "owner": owner,
                "timestamp": notice.at_ms // 1000,
                "type": notice.kind,
                "payload": notice.payload,
            }
            for notice in kept
        ]

    def drop(self, owner: str, numbers: set[str]) -> None:
        self._of[owner] = [notice for notice in self._of.get(owner, []) if str(notice.number) not in numbers]

    def _hear(self, event: AnyEvent) -> None:
        if isinstance(event, OrderChanged) and event.change == "CANCELLATION":
            self._add(event.owner, CANCELLED, self._order_payload(event.order))
        elif isinstance(event, TradeChanged) and event.status in ("CONFIRMED", "FAILED"):
            self._hear_trade(event.trade, FILLED if event.status == "CONFIRMED" else FAILED)
        elif isinstance(event, MarketResolved):
            self._hear_resolution(event.condition)

    def _hear_trade(self, trade: Trade, kind: int) -> None:
        for order_id in (trade.taker_order_id, *(maker.order_id for maker in trade.makers)):
            order = self._exchange.order(order_id)
            if order is not None:
                extra = {"transaction_hash": trade.transaction_hash, "trade_id": trade.id}
                self._add(order.owner, kind, self._order_payload(order) | extra)

    def _hear_resolution(self, condition: str) -> None:
        market = self._exchange.catalog.markets[condition]
        for account in self._exchange.accounts.all():
            if any(account.balance(token) for token in market.tokens):
                for key in account.keys:
                    self._add(key.key, RESOLVED, self._market_payload(condition))

    def _order_payload(self, order: Order) -> dict[str, object]:
        market = self._exchange.catalog.markets[order.condition]
        return {
            "asset_id": order.token,
            "market": order.condition,
            "order_id": order.id,
            "side": order.side,
            "type": order.order_type,
            "price": decimal_text(order.price),
            "original_size": decimal_text(order.size),
            "matched_size": decimal_text(order.filled),
            "remaining_size": decimal_text(max(0, order.remaining)),
            "outcome": order.outcome,
            "outcome_index": market.index(order.token),
            "transaction_hash": "",
            "trade_id": "",
            "question": market.question,
            "market_slug": market.slug,
            "icon": "",
            "image": "",
            "eventSlug": self._exchange.catalog.event_of(market).slug,
            "seriesSlug": "",
        }

    def _market_payload(self, condition: str) -> dict[str, object]:
        market = self._exchange.catalog.markets[condition]
        return {"condition_id": condition, "market": condition, "question": market.question, "slug": market.slug}

    def _add(self, owner: str, kind: int, payload: dict[str, object]) -> None:
        if owner:
            self._number += 1
            at_ms = self._exchange.clock.now_ms()
            self._of.setdefault(owner, []).append(
                Notice(number=self._number, owner=owner, at_ms=at_ms, kind=kind, payload=payload)
            )
