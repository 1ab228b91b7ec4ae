"""The body of an order request, read strictly: anything that is not exactly as the venue wants is no order."""

import json
import re

from fakemarket.world.orders import OrderType, Refused, SignedOrder, Terms

BAD_PAYLOAD = "Invalid order payload"
WRONG_VERSION = "order_version_mismatch"
_FIRST_EXCHANGE = {"taker", "nonce", "feeRateBps"}
"""What only an order of the first exchange has; it is refused by its version, not by its form."""
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_WORD = re.compile(r"0x[0-9a-fA-F]{64}")
_HEX = re.compile(r"0x([0-9a-fA-F]{2})*")
_DIGITS = re.compile(r"[0-9]{1,78}")
_TYPES: tuple[OrderType, ...] = ("GTC", "GTD", "FOK", "FAK")
_SALT_MAX = 2**256


def read_json(body: str) -> object:
    try:
        return json.loads(body)
    except ValueError as error:
        raise Refused(400, BAD_PAYLOAD) from error


def read_order(item: object) -> tuple[SignedOrder, Terms]:
    """Read one order request; raises Refused."""
    if not isinstance(item, dict) or not isinstance(item.get("order"), dict):
        raise Refused(400, BAD_PAYLOAD)
    order_type, post_only, owner = item.get("orderType"), item.get("postOnly", False), item.get("owner")
    defer = item.get("deferExec", False)
    known = next((name for name in _TYPES if name == order_type), None)
    if known is None or not isinstance(owner, str) or not isinstance(post_only, bool) or not isinstance(defer, bool):
        raise Refused(400, BAD_PAYLOAD)
    terms = Terms(order_type=known, post_only=post_only, owner=owner, defer=defer)
    return _signed(item["order"]), terms


def _signed(fields: dict[str, object]) -> SignedOrder:
    if fields.keys() >= _FIRST_EXCHANGE and "timestamp" not in fields:
        raise Refused(400, WRONG_VERSION)
    salt, kind, side = fields.get("salt"), fields.get("signatureType"), fields.get("side")
    if type(salt) is not int or not 0 <= salt < _SALT_MAX or type(kind) is not int or kind not in range(4):
        raise Refused(400, BAD_PAYLOAD)
    if side not in ("BUY", "SELL"):
        raise Refused(400, BAD_PAYLOAD)
    return SignedOrder(
        salt=salt,
        maker=_text(fields, "maker", _ADDRESS).lower(),
        signer=_text(fields, "signer", _ADDRESS).lower(),
        token=str(int(_text(fields, "tokenId", _DIGITS))),
        maker_amount=_whole(fields, "makerAmount"),
        taker_amount=_whole(fields, "takerAmount"),
        side="BUY" if side == "BUY" else "SELL",
        signature_type=kind,
        timestamp_ms=_whole(fields, "timestamp"),
        metadata=_text(fields, "metadata", _WORD),
        builder=_text(fields, "builder", _WORD),
        signature=_text(fields, "signature", _HEX),
        expiration_s=_whole(fields, "expiration"),
    )


def _text(fields: dict[str, object], name: str, form: re.Pattern[str]) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or form.fullmatch(value) is None:
        raise Refused(400, BAD_PAYLOAD)
    return value


def _whole(fields: dict[str, object], name: str) -> int:
    value = int(_text(fields, name, _DIGITS))
    if value >= _SALT_MAX:
        raise Refused(400, BAD_PAYLOAD)
    return value
