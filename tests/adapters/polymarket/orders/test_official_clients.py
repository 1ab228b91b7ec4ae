"""Two thousand random orders, made by us and by the venue's own clients as they are: the same bytes, or a named reason.

`polymarket-client` rounds in decimals and agrees in everything. `py-clob-client-v2` rounds binary floats: it agrees in
hashes, signatures and fields, and in amounts but for the sizes that floats cannot hold.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from random import Random
from typing import Any, NamedTuple

import pytest
from coincurve import PrivateKey
from eth_account import Account
from polymarket._internal.actions.orders.limit import _compute_limit_order_amounts
from polymarket._internal.actions.orders.orders import create_signed_order
from polymarket._internal.actions.orders.post import _build_send_order_payload
from polymarket._internal.actions.orders.typed_data import build_order_signature, build_order_typed_data
from polymarket._internal.actions.orders.types import UnsignedOrder
from py_clob_client_v2.order_builder.builder import ROUNDING_CONFIG, OrderBuilder  # type: ignore[import-untyped]
from py_clob_client_v2.order_utils import ExchangeOrderBuilderV2  # type: ignore[import-untyped]
from py_clob_client_v2.order_utils.model.order_data_v2 import OrderV2  # type: ignore[import-untyped]
from py_clob_client_v2.signer import Signer  # type: ignore[import-untyped]

from copydesk.adapters.polymarket.orders.amounts import AMOUNT_DECIMALS, Amounts, limit_amounts
from copydesk.adapters.polymarket.orders.body import OrderType, Terms, order_body
from copydesk.adapters.polymarket.orders.order import (
    CHAIN_ID,
    NEG_RISK,
    PROTOCOL_V2,
    STANDARD,
    Exchange,
    OrderSide,
    SignatureType,
    SignedFields,
    order_hash,
)
from copydesk.adapters.polymarket.orders.signing import address_of, sign
from copydesk.adapters.polymarket.orders.wallets import wallets_of
from copydesk.domain.money import MICROS, Price, Shares, decimal_text

ORDERS = 2_000
OWNER = "11111111-2222-4333-8444-555555555555"
TOKEN_BITS, POSITION = 255, 1 << 248
HUNDREDTH = 10_000


class Wanted(NamedTuple):
    """An order to make, and what with."""

    key: PrivateKey
    on: Exchange
    price: Price
    shares: Shares
    tick: Price
    fields: SignedFields


def orders(count: int) -> Iterator[Wanted]:
    """Random orders over every tick, side, wallet kind and exchange."""
    dice = Random(5)
    for number in range(count):
        key, kind = PrivateKey(dice.randbytes(32)), SignatureType(number % 4)
        on = (STANDARD, NEG_RISK, PROTOCOL_V2)[number % 3]
        tick = Price(dice.choice(list(AMOUNT_DECIMALS)))
        price = Price(dice.randrange(1, MICROS // int(tick)) * int(tick))
        side, shares = OrderSide(dice.randrange(2)), Shares(dice.randrange(500, 100_000) * HUNDREDTH)
        amounts = limit_amounts(side, price, shares, tick)
        maker = wallet(key, kind)
        fields = SignedFields(
            salt=dice.getrandbits(53),
            maker=maker,
            signer=maker if kind is SignatureType.DEPOSIT_WALLET else address_of(key),
            token_id=POSITION + dice.getrandbits(30) if on is PROTOCOL_V2 else dice.getrandbits(TOKEN_BITS),
            maker_amount=amounts.maker,
            taker_amount=amounts.taker,
            side=side,
            signature_type=kind,
            timestamp_ms=1_795_000_000_000 + number,
            metadata=dice.randbytes(32),
            builder=dice.randbytes(32),
        )
        yield Wanted(key, on, price, shares, tick, fields)


def wallet(key: PrivateKey, kind: SignatureType) -> str:
    """The wallet of one kind of a key."""
    owner = address_of(key)
    own = wallets_of(owner)
    return (owner, own.proxy, own.safe, own.deposit)[kind]


def decimal(micros: Price | Shares) -> Decimal:
    return Decimal(decimal_text(micros))


def unsigned(wanted: Wanted) -> Any:
    """The order as `polymarket-client` holds it before it signs."""
    fields, words = wanted.fields, written(wanted.fields)
    made: Any = UnsignedOrder
    return made(
        chain_id=CHAIN_ID,
        builder=words["builder"],
        exchange_address=wanted.on.contract,
        expiration=0,
        maker=fields.maker,
        maker_amount=fields.maker_amount,
        metadata=words["metadata"],
        order_type="FAK",
        salt=fields.salt,
        side=fields.side.name,
        signature_type=int(fields.signature_type),
        signer=fields.signer,
        taker_amount=fields.taker_amount,
        timestamp=fields.timestamp_ms,
        token_id=str(fields.token_id),
        protocol_version=wanted.on.version,
    )


def written(fields: SignedFields) -> dict[str, Any]:
    """The fields as `py-clob-client-v2` holds them."""
    return {
        "salt": str(fields.salt),
        "maker": fields.maker,
        "signer": fields.signer,
        "tokenId": str(fields.token_id),
        "makerAmount": str(fields.maker_amount),
        "takerAmount": str(fields.taker_amount),
        "side": int(fields.side),
        "signatureType": int(fields.signature_type),
        "timestamp": str(fields.timestamp_ms),
        "metadata": "0x" + fields.metadata.hex(),
        "builder": "0x" + fields.builder.hex(),
    }


@pytest.mark.slow
def test_two_thousand_orders_are_those_of_polymarket_client_to_the_byte() -> None:
    """S3.26, S4.13: amounts, hash, signature and the body of the request."""
    amounts_of: Any = _compute_limit_order_amounts
    for wanted in orders(ORDERS):
        fields = wanted.fields
        offered, requested = amounts_of(
            price=decimal(wanted.price),
            size=decimal(wanted.shares),
            side=fields.side.name,
            tick_size=decimal(wanted.tick),
        )
        assert (fields.maker_amount, fields.taker_amount) == (offered, requested)
        theirs = unsigned(wanted)
        plain: Any = Account.sign_typed_data(wanted.key.secret, full_message=build_order_typed_data(theirs))
        signature: Any = build_order_signature(theirs, "0x" + plain.signature.hex())
        ours = sign(fields, wanted.on, wanted.key)
        assert "0x" + ours.hex() == signature
        payload = _build_send_order_payload(create_signed_order(theirs, signature), owner_api_key=OWNER)
        body = order_body(fields, ours, OWNER, Terms(OrderType.FAK))
        assert body == json.dumps(payload, separators=(",", ":")).encode()


@pytest.mark.slow
def test_two_thousand_orders_are_those_of_py_clob_client_but_for_its_floats() -> None:
    """S3.26: the same hash and signature for the same fields; other amounts only where a float lost a hundredth."""
    lost = 0
    for wanted in orders(ORDERS):
        fields = wanted.fields
        signer = Signer("0x" + wanted.key.secret.hex(), CHAIN_ID)
        builder = ExchangeOrderBuilderV2(wanted.on.contract, CHAIN_ID, signer, domain_version=wanted.on.version)
        typed = builder.build_order_typed_data(OrderV2(**written(fields)))
        assert builder.build_order_hash(typed) == "0x" + order_hash(fields, wanted.on).hex()
        assert builder.build_order_signature(typed) == "0x" + sign(fields, wanted.on, wanted.key).hex()
        if (theirs := floats(wanted)) != Amounts(fields.maker_amount, fields.taker_amount):
            lost += 1
            less = Shares(int(wanted.shares) - HUNDREDTH)
            assert theirs == limit_amounts(fields.side, wanted.price, less, wanted.tick)
    assert 0 < lost < ORDERS // 10


def floats(wanted: Wanted) -> Amounts:
    """The amounts that `py-clob-client-v2` makes of a price and a size."""
    made: Any = OrderBuilder(None)
    price, size = float(decimal(wanted.price)), float(decimal(wanted.shares))
    _, maker, taker = made.get_order_amounts(
        wanted.fields.side.name, size, price, ROUNDING_CONFIG[decimal_text(wanted.tick)]
    )
    return Amounts(int(maker), int(taker))
