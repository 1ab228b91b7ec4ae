"""A chain: its exchanges' domains, the type of an order, and the wallets of known owners."""

from __future__ import annotations

from typing import Any

from coincurve import PrivateKey

from copydesk.adapters.polymarket.orders.hashing import unhex
from copydesk.adapters.polymarket.orders.order import NEG_RISK, ORDER_TYPE, ORDER_TYPE_HASH, STANDARD
from copydesk.adapters.polymarket.orders.parse_vectors.found import Found
from copydesk.adapters.polymarket.orders.signing import address_of
from copydesk.adapters.polymarket.orders.wallets import wallets_of

NAMES = {"exchange": STANDARD, "neg_risk_exchange": NEG_RISK}


def check(document: dict[str, Any]) -> Found:
    """Domains, types, addresses."""
    found, eip712 = Found(), document["eip712"]
    found.same("type of an order", "chain", ORDER_TYPE.decode(), eip712["order_type"])
    found.same("type of an order", "chain", "0x" + ORDER_TYPE_HASH.hex(), eip712["order_typehash"])
    for name, on in NAMES.items():
        found.same("exchange", name, on.contract, document["contracts"][name])
        found.same("domain", name, "0x" + on.separator.hex(), eip712["domain_separator"][name])
    for vector in document["wallet_derivation"]:
        owner, own = vector["owner"], wallets_of(vector["owner"])
        found.same("address of a key", owner, address_of(PrivateKey(unhex(vector["owner_private_key"]))), owner)
        found.same("proxy wallet", owner, own.proxy, vector["proxy_wallet"])
        found.same("safe", owner, own.safe, vector["safe_wallet"])
        found.same("deposit wallet", owner, own.deposit, vector["deposit_wallet_beacon"])
        found.same("deposit wallet of before", owner, own.deposit_uups, vector["deposit_wallet_uups"])
    return found
