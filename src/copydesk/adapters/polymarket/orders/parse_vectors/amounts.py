"""Prices and sizes with the amounts that the official clients make of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from copydesk.adapters.polymarket.orders.amounts import Amounts, limit_amounts, market_buy, market_sell
from copydesk.adapters.polymarket.orders.order import OrderSide
from copydesk.adapters.polymarket.orders.parse_vectors.found import Found
from copydesk.domain.money import MICROS, Price, Shares, Usdc

FOLLOWED = "polymarket-client"
"""The client whose rounding is ours; where the other disagrees it loses a hundredth to binary floats."""


def check(vectors: list[dict[str, Any]]) -> Found:
    """Maker and taker amount of each vector."""
    found = Found()
    for number, vector in enumerate(vectors):
        (theirs,) = (said for name, said in vector.items() if name.startswith(FOLLOWED))
        ours = _amounts(vector)
        found.same(
            f"{vector['kind']} amounts",
            f"amounts {number}",
            (str(ours.maker), str(ours.taker)),
            (theirs["makerAmount"], theirs["takerAmount"]),
        )
        if not vector["same"]:
            found.left["amounts in which py-clob-client-v2 differs"] += 1
    return found


def _amounts(vector: dict[str, Any]) -> Amounts:
    side, price, tick = OrderSide[vector["side"]], Price(_micros(vector["price"])), Price(_micros(vector["tick_size"]))
    if vector["kind"] == "limit":
        return limit_amounts(side, price, Shares(_micros(vector["size"])), tick)
    if side is OrderSide.BUY:
        return market_buy(Usdc(_micros(vector["amount"])), price, tick)
    return market_sell(Shares(_micros(vector["amount"])), price, tick)


def _micros(text: str) -> int:
    return int(Decimal(text) * MICROS)
