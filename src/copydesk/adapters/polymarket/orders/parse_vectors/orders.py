"""Orders with signatures and the contract's verdict."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from coincurve import PrivateKey

from copydesk.adapters.polymarket.orders.hashing import unhex
from copydesk.adapters.polymarket.orders.order import exchange, order_hash
from copydesk.adapters.polymarket.orders.parse_vectors.found import Found, exchange_at, fields_of
from copydesk.adapters.polymarket.orders.signing import opened, sign, sign_for_session
from copydesk.adapters.polymarket.orders.verdict import order_refused, signature_refused

VERDICTS = ("validateOrderSignature", "validateOrder")
ACCEPTED = ("limit", "market")
NOT_DECODED = "order that does not decode is refused"


def check(vectors: list[dict[str, Any]]) -> Found:
    """Hash, signature and verdict of each vector."""
    found, by_chain = Found(), _decided_by_the_chain(vectors)
    for vector in vectors:
        contract = vector["contract"]
        try:
            fields = fields_of(vector["order"])
        except ValueError:
            found.same(NOT_DECODED, vector["id"], None, contract["hashOrder"])
            continue
        on = exchange_at(contract["address"])
        if on is None:
            found.differs.append(f"{vector['id']}: no exchange at {contract['address']}")
            continue
        found.same("order hash", vector["id"], "0x" + order_hash(fields, on).hex(), contract["hashOrder"])
        signature = unhex(vector["signature"])
        if vector["kind"] in ACCEPTED and signature:
            found.same("signature", vector["id"], _signed(vector).hex(), signature.hex())
        if _bytes_of(vector) in by_chain:
            found.left["verdict that follows from the state of the chain"] += 1
            continue
        ours = (signature_refused(fields, signature, on), order_refused(fields, signature, on))
        theirs = tuple(contract[each].get("error") for each in VERDICTS)
        found.same("verdict", vector["id"], tuple(None if each is None else str(each) for each in ours), theirs)
    return found


def _signed(vector: dict[str, Any]) -> bytes:
    """The signature made again, under the domain that was signed."""
    fields, domain = fields_of(vector["order"]), vector["domain"]
    on = exchange("as signed", domain["version"], domain["verifyingContract"], domain["chainId"])
    key = PrivateKey(unhex(vector["signer_private_key"]))
    return (sign if opened(unhex(vector["signature"])) is None else sign_for_session)(fields, on, key)


def _decided_by_the_chain(vectors: list[dict[str, Any]]) -> set[str]:
    """Orders whose verdict is said to depend on the chain, or is another in another vector with the same bytes."""
    verdicts = defaultdict(set)
    said = {_bytes_of(each) for each in vectors if each.get("needs_chain_state")}
    for each in vectors:
        verdicts[_bytes_of(each)].add(each["contract"]["validateOrder"]["accepted"])
    return said | {order for order, several in verdicts.items() if len(several) > 1}


def _bytes_of(vector: dict[str, Any]) -> str:
    return f"{vector['order']} {vector['signature']} {vector['contract']['address']}"
