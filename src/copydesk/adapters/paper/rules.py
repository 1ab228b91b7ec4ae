"""Why a venue turns an order away before it reaches the book, in words like its own."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from copydesk.domain.money import MICROS, cost
from copydesk.domain.trade import Side

if TYPE_CHECKING:
    from copydesk.domain.market import Market
    from copydesk.domain.order import Order


def objection(order: Order, market: Market) -> str:
    """What the venue says against `order`, empty if it takes it.

    A market's minimum is called shares in one place of the venue's pages and dollars in another: both must be met.
    The dollar minimum is known for orders that buy (docs/paper.md).
    """
    if not market.is_open:
        return f"the orderbook {order.token.id} does not exist"
    return _against_price(order, market) or _against_size(order, market)


def _against_price(order: Order, market: Market) -> str:
    price, tick = int(order.limit), int(market.tick)
    if not tick <= price <= MICROS - tick:
        return f"invalid price ({_shown(price)}), min: {_shown(tick)} - max: {_shown(MICROS - tick)}"
    if price % tick:
        return f"price {_shown(price)} breaks minimum tick size rule: {_shown(tick)}"
    return ""


def _against_size(order: Order, market: Market) -> str:
    shares, least = int(order.shares), int(market.shares_min)
    if shares % int(market.lot):
        return f"invalid amounts: size {_shown(shares)} is finer than {_shown(int(market.lot))}"
    if shares < least or not shares:
        return f"size {_shown(shares)} lower than the minimum: {_shown(least)}"
    amount, amount_min = int(cost(order.shares, order.limit)), int(market.notional_min)
    if order.side is Side.BUY and amount < amount_min:
        return f"invalid amount for a marketable BUY order (${_shown(amount)}), min size: ${_shown(amount_min)}"
    return ""


def _shown(micros: int) -> str:
    return f"{(Decimal(micros) / MICROS).normalize():f}"
