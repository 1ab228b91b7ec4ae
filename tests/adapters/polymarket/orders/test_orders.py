"""Orders by example: published hashes, each wallet's signature, rounded amounts, bodies, log-in; what is refused."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from coincurve import PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from copydesk.adapters.polymarket.orders.amounts import (
    AMOUNT_DECIMALS,
    FINEST_STEP,
    Amounts,
    check_price_kept,
    limit_amounts,
    market_buy,
    market_sell,
)
from copydesk.adapters.polymarket.orders.body import SALT_MAX, OrderType, Terms, batch_body, order_body
from copydesk.adapters.polymarket.orders.hashing import address_word
from copydesk.adapters.polymarket.orders.login import Credentials, Requester, login_headers
from copydesk.adapters.polymarket.orders.order import (
    EXCHANGES,
    NEG_RISK,
    ORDER_TYPE_HASH,
    PROTOCOL_V2,
    STANDARD,
    OrderSide,
    SignatureType,
    SignedFields,
    exchange_for,
    order_hash,
    struct_hash,
)
from copydesk.adapters.polymarket.orders.signing import address_of, opened, sign, sign_for_session
from copydesk.adapters.polymarket.orders.verdict import Refusal, order_refused, signature_refused
from copydesk.adapters.polymarket.orders.wallets import wallets_of
from copydesk.domain.errors import BadInput
from copydesk.domain.money import MICROS, Price, Shares, Usdc
from copydesk.domain.secret import Secret
from tests.builders import price, shares, usdc

KEY = PrivateKey(b"\x07" * 32)
OWNER = address_of(KEY)
CENT = price("0.01")
V1_TOKEN, V2_TOKEN = 10**70 + 7, (1 << 248) + 1
NOBODY = "0x" + "00" * 20
TICKS = [Price(tick) for tick in AMOUNT_DECIMALS]


def fields(kind: SignatureType = SignatureType.EOA, **said: Any) -> SignedFields:
    """A buy of 10 shares at 0.52 by one of the owner's wallets."""
    own = wallets_of(OWNER)
    maker = (OWNER, own.proxy, own.safe, own.deposit)[kind]
    plain = SignedFields(
        salt=1,
        maker=maker,
        signer=maker if kind is SignatureType.DEPOSIT_WALLET else OWNER,
        token_id=V1_TOKEN,
        maker_amount=5_200_000,
        taker_amount=10_000_000,
        side=OrderSide.BUY,
        signature_type=kind,
        timestamp_ms=1_795_132_800_123,
    )
    return plain._replace(**said)


def test_the_published_hashes_come_out() -> None:
    """S3.26: the type, the three domains, and one order under each (docs/venue.md, "Orders")."""
    order = SignedFields(
        1, NOBODY, NOBODY, 1, 1_000_000, 2_000_000, OrderSide.BUY, SignatureType.DEPOSIT_WALLET, 1_791_220_000
    )
    assert ORDER_TYPE_HASH.hex() == "bb86318a2138f5fa8ae32fbe8e659f8fcf13cc6ae4014a707893055433818589"
    assert [on.separator.hex() for on in EXCHANGES] == [
        "3264e159346253e26a64e00b69032db0e7d32f94628de3e6eecb50304d7af3d2",
        "9b858f53327b0bd13af8ec14cfb35234fb9eb7b0504d1a4e61f433840d30e81a",
        "466c63910185bbd55e8679264200c4e0abdcbb0c6264eb3d41d13326022e095b",
    ]
    assert struct_hash(order).hex() == "713fae3e4b0ad8eb0082a0a10a39fd0a994570d047af4f7ee83c84b565f9eaef"
    assert [order_hash(order, on).hex() for on in EXCHANGES] == [
        "0004c2340e56f061ce8874de6f5701775f323730f264e2c24780b845588400e2",
        "2837aa5bef3db9acc768ddcb8a3054cc892031b3930dfa4c439da7162c88f612",
        "529d440652102e5d9aea11536d90c0a43148fc1dc7e80c525de83cd0cfe14040",
    ]


@pytest.mark.parametrize(("token", "on"), [(V1_TOKEN, STANDARD), (V2_TOKEN, PROTOCOL_V2)])
def test_the_exchange_follows_from_the_token(token: int, on: Any) -> None:
    """Of the two old exchanges the market says which; a position of protocol v2 has one of its own."""
    assert exchange_for(token, is_neg_risk=False, version=on.version) is on
    assert exchange_for(token, is_neg_risk=True) is (NEG_RISK if on is STANDARD else PROTOCOL_V2)


def test_a_version_that_is_not_the_tokens_is_refused() -> None:
    """N21: a drifted venue gets no signature."""
    with pytest.raises(BadInput, match="found 3; allowed 2, for the standard exchange"):
        exchange_for(V1_TOKEN, is_neg_risk=False, version="3")


@pytest.mark.parametrize("kind", SignatureType)
@pytest.mark.parametrize("on", EXCHANGES)
def test_each_wallet_signs_what_the_exchange_accepts_and_nothing_else(kind: SignatureType, on: Any) -> None:
    """S3.44, S4.23: not another key's, another field's, another exchange's, nor one that was cut."""
    order = fields(kind)
    signature = sign(order, on, KEY)
    other = next(each for each in EXCHANGES if each is not on)
    assert order_refused(order, signature, on) is None
    assert signature_refused(order, signature, other) is Refusal.SIGNATURE
    assert signature_refused(order, signature[:-1] + bytes((signature[-1] ^ 1,)), on) is Refusal.SIGNATURE
    assert signature_refused(order, sign(order, on, PrivateKey(b"\x08" * 32)), on) is Refusal.SIGNATURE
    for name in ("salt", "token_id", "maker_amount", "taker_amount", "timestamp_ms"):
        changed = order._replace(**{name: getattr(order, name) + 1})
        assert signature_refused(changed, signature, on) is Refusal.SIGNATURE
    assert order_refused(order._replace(maker=NOBODY), signature, on) is Refusal.SIGNATURE


def test_an_order_that_gives_nothing_is_refused() -> None:
    order = fields(maker_amount=0)
    assert order_refused(order, sign(order, STANDARD, KEY), STANDARD) is Refusal.ZERO_MAKER_AMOUNT


def test_a_session_key_signs_in_an_envelope_with_its_name() -> None:
    """C12, C14: the wallet is the owner's, the signature the session key's."""
    order, session = fields(SignatureType.DEPOSIT_WALLET), PrivateKey(b"\x09" * 32)
    signature = sign_for_session(order, STANDARD, session)
    named, inner = opened(signature) or ("", b"")
    assert named == address_of(session)
    assert inner == sign(order, STANDARD, session)
    assert signature_refused(order, signature, STANDARD) is None
    assert signature_refused(order, sign(order, STANDARD, session), STANDARD) is Refusal.SIGNATURE
    forged = address_word(OWNER) + signature[32:]
    assert signature_refused(order, forged, STANDARD) is Refusal.SIGNATURE


def test_the_same_order_has_the_same_signature() -> None:
    """I2: a restart signs the bytes it signed before."""
    assert sign(fields(), STANDARD, KEY) == sign(fields(), STANDARD, KEY)


@pytest.mark.parametrize(
    ("amounts", "given_for"),
    [
        (limit_amounts(OrderSide.BUY, price("0.52"), shares("10.019"), CENT), (5_210_400 - 5_200, 10_010_000)),
        (limit_amounts(OrderSide.SELL, price("0.52"), shares("4.35"), CENT), (4_350_000, 2_262_000)),
        (market_buy(usdc("10"), price("0.52"), CENT), (10_000_000, 19_230_700)),
        (market_buy(usdc("10.019"), price("0.5"), CENT), (10_010_000, 20_020_000)),
        (market_sell(shares("64.1"), price("0.0001"), price("0.0001")), (64_100_000, 6_410)),
    ],
)
def test_amounts_round_down_to_what_the_venue_reads(amounts: Amounts, given_for: tuple[int, int]) -> None:
    """I7: 10 dollars at 0.52 are 19.2307 shares, so that an offer at 0.52 itself is taken."""
    assert amounts == given_for


@given(st.sampled_from(TICKS), st.integers(1, 9_999), st.integers(1, 10**12), st.sampled_from(OrderSide))
def test_a_limit_order_keeps_its_price_exactly(tick: Price, steps: int, size: int, side: OrderSide) -> None:
    """I7: integers from end to end; on the grid nothing is lost to rounding."""
    at = Price(int(tick) * (1 + steps % (MICROS // int(tick) - 1)))
    try:
        maker, taker = limit_amounts(side, at, Shares(size), tick)
    except BadInput:
        assert size < 10_000
        return
    dollars, whole = (maker, taker) if side is OrderSide.BUY else (taker, maker)
    assert dollars * MICROS == whole * int(at)
    assert 0 <= size - whole < 10_000


@given(st.sampled_from(TICKS), st.integers(1, 9_999), st.integers(10_000, 10**10))
def test_a_market_buy_never_spends_more_nor_reaches_the_next_offer(tick: Price, steps: int, spend: int) -> None:
    """I7: the price it implies is at least the one named, and below the finest step above it, or it is refused."""
    at = Price(int(tick) * (1 + steps % (MICROS // int(tick) - 1)))
    bought = market_buy(Usdc(spend), at, tick)
    assert bought.maker <= spend
    assert bought.maker * MICROS >= bought.taker * int(at)
    is_kept = bought.maker * MICROS < bought.taker * (int(at) + FINEST_STEP)
    if is_kept:
        check_price_kept(bought, at)
    else:
        with pytest.raises(BadInput, match="still keep the price"):
            check_price_kept(bought, at)


@pytest.mark.parametrize(
    ("at", "tick", "words"),
    [
        ("0.525", "0.01", "a multiple of 0.01"),
        ("1", "0.01", "neither 0 nor 1"),
        ("0.5", "0.02", "read the market's rules again"),
    ],
)
def test_a_price_off_the_grid_is_refused(at: str, tick: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        limit_amounts(OrderSide.BUY, price(at), shares(10), price(tick))


def test_an_amount_that_rounds_to_nothing_is_refused() -> None:
    with pytest.raises(BadInput, match="rounds to nothing"):
        market_sell(shares("0.009"), price("0.5"), CENT)


def test_a_body_is_what_the_venue_reads() -> None:
    """Numbers, texts and words where the venue wants each (docs/venue.md, "Orders")."""
    order = fields(SignatureType.DEPOSIT_WALLET)
    body = json.loads(order_body(order, b"\x01\x02", "owner", Terms(OrderType.GTD, 1_795_140_000, is_post_only=True)))
    assert body["order"]["salt"] == 1
    assert body["order"]["makerAmount"] == "5200000"
    assert (body["order"]["side"], body["order"]["signatureType"]) == ("BUY", 3)
    assert (body["orderType"], body["order"]["expiration"], body["postOnly"]) == ("GTD", "1795140000", True)
    assert body["order"]["signature"] == "0x0102"
    several = msgspec.json.decode(batch_body([order_body(order, b"", "owner", Terms())] * 2))
    assert len(several) == 2
    assert "postOnly" not in several[0]


@pytest.mark.parametrize(
    ("changed", "terms", "words"),
    [
        ({"salt": SALT_MAX + 1}, Terms(), "salt"),
        ({}, Terms(OrderType.FAK, is_post_only=True), "GTC or GTD"),
        ({}, Terms(OrderType.FAK, 5), "a time on GTD"),
        ({}, Terms(OrderType.GTD), "a time on GTD"),
    ],
)
def test_terms_that_contradict_each_other_are_refused(changed: dict[str, Any], terms: Terms, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        order_body(fields(**changed), b"", "owner", terms)


@pytest.mark.parametrize("count", [0, 16])
def test_a_batch_has_one_to_fifteen_orders(count: int) -> None:
    with pytest.raises(BadInput, match="1 to 15"):
        batch_body([b"{}"] * count)


@pytest.mark.parametrize(
    ("method", "path", "body", "signature"),
    [
        ("POST", "/order", b'{"a":1}', "kMm9iUe7fbOMOJHWROY9lFGrSsohRwiHZboDf4m1U6c="),
        ("GET", "/data/orders", b"", "PFnXwqmNewNKmoz1T-EZ1HgiyG8v-wTh8DQZ2LPznR0="),
    ],
)
def test_a_request_is_signed_over_time_method_path_and_body(
    method: str, path: str, body: bytes, signature: str
) -> None:
    credentials = Credentials("id", Secret("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="), Secret("words"))
    headers = Requester(OWNER, credentials).headers(method, path, body, 1_791_220_000)
    assert headers["POLY_SIGNATURE"] == signature
    assert headers["POLY_ADDRESS"] == OWNER
    assert headers["POLY_TIMESTAMP"] == "1791220000"


def test_a_secret_that_is_none_is_refused_without_being_shown() -> None:
    """I29."""
    with pytest.raises(BadInput, match="as the venue gave it") as refused:
        Requester(OWNER, Credentials("id", Secret("ä" * 9), Secret("words")))
    assert "ä" not in str(refused.value)


def test_log_in_names_the_key_and_not_the_wallet() -> None:
    headers = login_headers(KEY, 1_791_220_000)
    assert headers["POLY_ADDRESS"] == OWNER
    assert len(headers["POLY_SIGNATURE"]) == 2 + 2 * 65
    assert headers["POLY_NONCE"] == "0"


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(BadInput, match="40 hex digits"):
        address_word("0x12")
