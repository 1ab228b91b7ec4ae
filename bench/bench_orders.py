"""What an order costs until it can be sent: its hash and signature, and the whole request, beside the official clients.

Prints JSON lines {name, value, unit, ratio, limit, ok}. Seven rounds, each measuring everything once beside raw
libsecp256k1 signatures with a key that is kept; medians of the rounds. The two limits of the clients are how many
times ours they take at least: their ratio is above the limit where it is ok.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from coincurve import PrivateKey
from eth_account import Account
from polymarket._internal.actions.orders.typed_data import build_order_signature, build_order_typed_data
from polymarket._internal.actions.orders.types import UnsignedOrder
from py_clob_client_v2.order_utils import ExchangeOrderBuilderV2  # type: ignore[import-untyped]
from py_clob_client_v2.order_utils.model.order_data_v2 import OrderV2  # type: ignore[import-untyped]
from py_clob_client_v2.signer import Signer  # type: ignore[import-untyped]

from copydesk.adapters.polymarket.orders.amounts import limit_amounts
from copydesk.adapters.polymarket.orders.body import Terms, order_body
from copydesk.adapters.polymarket.orders.login import Credentials, Requester
from copydesk.adapters.polymarket.orders.order import CHAIN_ID, STANDARD, OrderSide, SignatureType, SignedFields
from copydesk.adapters.polymarket.orders.signing import address_of, sign
from copydesk.adapters.polymarket.orders.wallets import wallets_of
from copydesk.domain.money import Price, Shares
from copydesk.domain.secret import Secret

ROUNDS, OURS, THEIRS = 7, 4_000, 60
SIGNED_MAX, REQUEST_MAX, FASTER_MIN = 1.6, 2.0, 10.0
KEY = PrivateKey(b"\x07" * 32)
OWNER = address_of(KEY)
MESSAGE = b"\x02" * 32
TOKEN = 69_612_178_298_612_804_165_339_868_007_805_041_788_188_254_307_126_703_432_168_796_497_171_909_692_806


def fields(kind: SignatureType, number: int) -> SignedFields:
    """A buy of one of the owner's wallets, amounts worked out anew."""
    amounts = limit_amounts(OrderSide.BUY, Price(520_000), Shares(10_000_000 + number % 7 * 10_000), Price(10_000))
    maker = MAKERS[kind]
    signer = maker if kind is SignatureType.DEPOSIT_WALLET else OWNER
    return SignedFields(
        number, maker, signer, TOKEN, amounts.maker, amounts.taker, OrderSide.BUY, kind, 1_795_132_800_000 + number
    )


MAKERS = (OWNER, wallets_of(OWNER).proxy, wallets_of(OWNER).safe, wallets_of(OWNER).deposit)
READY = {kind: [fields(kind, number) for number in range(64)] for kind in SignatureType}
REQUESTER = Requester(OWNER, Credentials("id", Secret("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="), Secret("words")))


def raw(number: int) -> None:
    """One libsecp256k1 signature."""
    KEY.sign_recoverable(MESSAGE, hasher=None)


def signed(kind: SignatureType) -> Callable[[int], None]:
    """Hash and signature."""
    ready = READY[kind]
    return lambda number: void(sign(ready[number % 64], STANDARD, KEY))


def requested(kind: SignatureType) -> Callable[[int], None]:
    """Amounts, hash, signature, body and headers."""

    def once(number: int) -> None:
        order = fields(kind, number)
        body = order_body(order, sign(order, STANDARD, KEY), "id", Terms())
        REQUESTER.headers("POST", "/order", body, 1_795_132_800)

    return once


def polymarket_client(number: int) -> None:
    """The same signature by `polymarket-client`."""
    order = READY[SignatureType.DEPOSIT_WALLET][number % 64]
    made: Any = UnsignedOrder
    theirs = made(
        chain_id=CHAIN_ID, builder="0x" + order.builder.hex(), exchange_address=STANDARD.contract, expiration=0,
        maker=order.maker, maker_amount=order.maker_amount, metadata="0x" + order.metadata.hex(), order_type="FAK",
        salt=order.salt, side="BUY", signature_type=3, signer=order.signer, taker_amount=order.taker_amount,
        timestamp=order.timestamp_ms, token_id=str(order.token_id),
    )  # fmt: skip
    plain: Any = Account.sign_typed_data(KEY.secret, full_message=build_order_typed_data(theirs))
    build_order_signature(theirs, "0x" + plain.signature.hex())


def py_clob_client(number: int) -> None:
    """The same signature by `py-clob-client-v2`."""
    order = READY[SignatureType.DEPOSIT_WALLET][number % 64]
    typed = CLOB_BUILDER.build_order_typed_data(
        OrderV2(
            salt=str(order.salt), maker=order.maker, signer=order.signer, tokenId=str(order.token_id),
            makerAmount=str(order.maker_amount), takerAmount=str(order.taker_amount), side=0, signatureType=3,
            timestamp=str(order.timestamp_ms), metadata="0x" + order.metadata.hex(), builder="0x" + order.builder.hex(),
        )
    )  # fmt: skip
    CLOB_BUILDER.build_order_signature(typed)


CLOB_BUILDER: Any = ExchangeOrderBuilderV2(STANDARD.contract, CHAIN_ID, Signer("0x" + KEY.secret.hex(), CHAIN_ID))


def void(_: object) -> None:
    """Drop a result."""


def spent_us(work: Callable[[int], None], count: int) -> float:
    """CPU of one call, in microseconds."""
    began = time.thread_time()
    for number in range(count):
        work(number)
    return (time.thread_time() - began) / count * 1e6


def line(name: str, value: float, ratio: float, limit: float, *, is_ok: bool) -> None:
    """One result."""
    told = {"name": name, "value": round(value, 2), "unit": "us", "ratio": round(ratio, 3), "limit": limit, "ok": is_ok}
    print(json.dumps(told))


def main() -> None:
    """Rounds of everything, then a line each."""
    plain, wallet = SignatureType.EOA, SignatureType.DEPOSIT_WALLET
    ours = {
        "order_signed_plain": (signed(plain), SIGNED_MAX),
        "order_signed_deposit_wallet": (signed(wallet), SIGNED_MAX),
        "order_request_plain": (requested(plain), REQUEST_MAX),
        "order_request_deposit_wallet": (requested(wallet), REQUEST_MAX),
    }
    theirs = {"order_signed_by_polymarket_client": polymarket_client, "order_signed_by_py_clob_client": py_clob_client}
    rounds: list[dict[str, float]] = []
    for _ in range(ROUNDS):
        took = {"raw": spent_us(raw, OURS)}
        took |= {name: spent_us(work, OURS) for name, (work, _) in ours.items()}
        took |= {name: spent_us(work, THEIRS) for name, work in theirs.items()}
        rounds.append(took)
    for name, (_, limit) in ours.items():
        ratio = median(each[name] / each["raw"] for each in rounds)
        line(name, median(each[name] for each in rounds), ratio, limit, is_ok=ratio <= limit)
    for name in theirs:
        ratio = median(each[name] / each["order_signed_deposit_wallet"] for each in rounds)
        line(name, median(each[name] for each in rounds), ratio, FASTER_MIN, is_ok=ratio >= FASTER_MIN)


if __name__ == "__main__":
    main()
