"""Typed data of any domain with its hash and signature, log-in, and the HMAC of a request."""

from __future__ import annotations

from typing import Any

from coincurve import PrivateKey

from copydesk.adapters.polymarket.orders.hashing import unhex
from copydesk.adapters.polymarket.orders.login import Credentials, Requester, login_digest
from copydesk.adapters.polymarket.orders.order import SignatureType, exchange
from copydesk.adapters.polymarket.orders.parse_vectors.found import Found, fields_of
from copydesk.adapters.polymarket.orders.signing import sign, sign_digest
from copydesk.adapters.polymarket.orders.typed_data import digest, domain_separator, struct_hash
from copydesk.domain.secret import Secret


def check(document: dict[str, Any]) -> Found:
    """Each order, the log-in and the HMAC."""
    found = Found()
    for vector in document["orders"]:
        _check_order(found, vector)
    _check_login(found, document["clob_auth"])
    said = document["hmac"]
    requester = Requester("", Credentials("", Secret(said["secret"]), Secret("none")))
    ours = requester.signature(said["method"], said["path"], said["body"].encode(), int(said["timestamp"]))
    found.same("HMAC of a request", said["name"], ours, said["signature"])
    found.left["fee of a formula the venue no longer has"] += len(document.get("platform_fee", ()))
    return found


def _check_order(found: Found, vector: dict[str, Any]) -> None:
    """An order of today is signed by the order's own encoder; one of before by the one for any typed data."""
    name, typed, key = vector["name"], vector["typed_data"], PrivateKey(unhex(vector["private_key"]))
    message, domain = typed["message"], typed["domain"]
    hashed = digest(domain_separator(domain), struct_hash(typed["types"], typed["primaryType"], message))
    if "order_hash" in vector:
        found.same("hash of typed data", name, "0x" + hashed.hex(), vector["order_hash"])
    if message["signatureType"] == SignatureType.DEPOSIT_WALLET:
        on = exchange("as signed", domain["version"], domain["verifyingContract"], domain["chainId"])
        signature = sign(fields_of(message), on, key)
    else:
        signature = sign_digest(hashed, key)
    found.same("signature", name, "0x" + signature.hex(), vector["signature"])


def _check_login(found: Found, vector: dict[str, Any]) -> None:
    message, chain_id = vector["typed_data"]["message"], vector["typed_data"]["domain"]["chainId"]
    hashed = login_digest(message["address"], int(message["timestamp"]), message["nonce"], chain_id)
    found.same("log-in", vector["name"], "0x" + hashed.hex(), vector["hash"])
    signature = sign_digest(hashed, PrivateKey(unhex(vector["private_key"])))
    found.same("log-in", vector["name"], "0x" + signature.hex(), vector["signature"])
