"""Test vectors of others, held against our own arithmetic: hashes, signatures, amounts, wallets, refusals (N21).

A file's form is told by what is in it:

| form                   | what is checked                                                                        |
|------------------------|----------------------------------------------------------------------------------------|
| orders and verdicts    | the order's hash, the signature made again, what the contract says of both             |
| amounts                | maker and taker amount of each price and size, as `polymarket-client` rounds them       |
| a chain                | the domains of its exchanges, the type of an order, the wallets of each owner          |
| fills                  | the hash of each order in the call is that of the event, and each signature is right    |
| refused matches        | a match was refused for a signature exactly where we find one that is wrong            |
| orders and log-in      | EIP-712 hashes and signatures of any domain, log-in, HMAC                              |
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from copydesk.adapters.polymarket.orders.parse_vectors import amounts, calls, chain, logins, orders
from copydesk.domain.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable

    from copydesk.adapters.polymarket.orders.parse_vectors.found import Found

FORMS = "orders, amounts, a chain, fills, refused matches, or orders with log-in"


def check(document: Any, name: str) -> Found:
    """Check every vector of one file. Raises `BadInput` for a file that is none of the forms."""
    form = _form_of(document)
    if form is None:
        raise BadInput(f"vector file {name}", found="none of the known forms", allowed=FORMS)
    try:
        return form(document)
    except (KeyError, TypeError, ValueError, IndexError) as wrong:
        raise BadInput(
            f"vector file {name}", found=f"{type(wrong).__name__}: {wrong}", allowed="whole vectors of its form"
        ) from wrong


def _form_of(document: Any) -> Callable[[Any], Found] | None:
    if isinstance(document, dict):
        return chain.check if "wallet_derivation" in document else logins.check if "clob_auth" in document else None
    if not isinstance(document, list) or not document or not isinstance(document[0], dict):
        return None
    keys = Counter(document[0])
    for mark, form in (
        ("contract", orders.check),
        ("tick_size", amounts.check),
        ("transaction", calls.check_fills),
        ("revert_data", calls.check_refused),
    ):
        if mark in keys:
            return form
    return None
