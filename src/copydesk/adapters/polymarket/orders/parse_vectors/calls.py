"""Matches as they were sent to the chain: the orders in a call of `matchOrders`, mined or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from copydesk.adapters.polymarket.orders.hashing import WORD, checksummed, unhex
from copydesk.adapters.polymarket.orders.order import OrderSide, SignatureType, SignedFields, order_hash
from copydesk.adapters.polymarket.orders.parse_vectors.found import Found, exchange_at
from copydesk.adapters.polymarket.orders.verdict import Refusal, order_refused

if TYPE_CHECKING:
    from collections.abc import Iterator

MATCH_ORDERS = unhex("3c2b4399")
_SIGNATURE_FIELD = 11
Signed = tuple[SignedFields, bytes]


def check_fills(vectors: list[dict[str, Any]]) -> Found:
    """Every order of a mined call has the hash its event names, and a signature that we find right too."""
    found = Found()
    for vector in vectors:
        call = vector["transaction"]
        on, signed = exchange_at(call["to"]), list(_orders(unhex(call["input"])))
        if on is None or not signed:
            found.left["match that was sent through another contract, or failed"] += 1
            continue
        ours = {"0x" + order_hash(fields, on).hex() for fields, _ in signed}
        filled = {
            event["orderHash"]
            for event in vector["events"]
            if event["event"] == "OrderFilled" and event["address"] == on.contract
        }
        found.same("hashes of filled orders", vector["id"], sorted(filled - ours), [])
        for fields, signature in signed:
            found.same("signature of a filled order", vector["id"], order_refused(fields, signature, on), None)
    return found


def check_refused(vectors: list[dict[str, Any]]) -> Found:
    """A match was refused for a signature exactly where one of its orders has a wrong one."""
    found = Found()
    for vector in vectors:
        on = exchange_at(vector["to"])
        if on is None:
            found.left["match that was sent through another contract, or failed"] += 1
            continue
        verdicts = {order_refused(fields, signature, on) for fields, signature in _orders(unhex(vector["input"]))}
        is_wrong = Refusal.SIGNATURE in verdicts
        found.same("refused match", vector["id"], is_wrong, vector["error"] == Refusal.SIGNATURE)
    return found


def _orders(call: bytes) -> Iterator[Signed]:
    """The taker's order and the makers'; none if this is no call of `matchOrders`."""
    if call[:4] != MATCH_ORDERS:
        return
    data = call[4:]
    yield _order(data, _number(data, WORD))
    makers = _number(data, 2 * WORD)
    first = makers + WORD
    for place in range(_number(data, makers)):
        yield _order(data, first + _number(data, first + place * WORD))


def _order(data: bytes, at: int) -> Signed:
    words = [data[at + place * WORD : at + (place + 1) * WORD] for place in range(_SIGNATURE_FIELD)]
    salt, maker, signer, *numbers = words
    token_id, maker_amount, taker_amount, side, kind, timestamp_ms = (
        int.from_bytes(each, "big") for each in numbers[:6]
    )
    fields = SignedFields(
        int.from_bytes(salt, "big"),
        checksummed(maker[12:]),
        checksummed(signer[12:]),
        token_id,
        maker_amount,
        taker_amount,
        OrderSide(side),
        SignatureType(kind),
        timestamp_ms,
        *numbers[6:],
    )
    signature_at = at + _number(data, at + _SIGNATURE_FIELD * WORD)
    start = signature_at + WORD
    return fields, data[start : start + _number(data, signature_at)]


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + WORD], "big")
