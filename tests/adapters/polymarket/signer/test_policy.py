"""The signer signs orders of its own wallet within its own caps, and nothing else whatever it is asked (I32, T12)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from coincurve import PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from copydesk.adapters.polymarket.orders.order import (
    EXCHANGES,
    NEG_RISK,
    PROTOCOL_V2,
    STANDARD,
    OrderSide,
    SignatureType,
    SignedFields,
)
from copydesk.adapters.polymarket.orders.signing import address_of
from copydesk.adapters.polymarket.orders.verdict import order_refused
from copydesk.adapters.polymarket.orders.wallets import wallets_of
from copydesk.adapters.polymarket.signer.messages import (
    AskLogin,
    AskOrder,
    AskWho,
    LoggedIn,
    Refused,
    SignedOrder,
    Who,
    encode,
)
from copydesk.adapters.polymarket.signer.policy import DAY_MS, Account, Denied, Policy, Spent
from copydesk.adapters.polymarket.signer.serving import Signing
from copydesk.adapters.polymarket.signer.spent_file import SpentFile
from copydesk.domain.errors import Unreadable
from copydesk.domain.ids import TimeMs
from tests.builders import NOON, usdc

KEY = PrivateKey(b"\x07" * 32)
OWNER = address_of(KEY)
STRANGER = "0x" + "11" * 20
WALLETS = (OWNER, wallets_of(OWNER).proxy, wallets_of(OWNER).safe, wallets_of(OWNER).deposit)
TODAY = NOON // DAY_MS
TOKEN = 10**70


class Clock:
    """A clock that stands still."""

    def now(self) -> TimeMs:
        return TimeMs(NOON)


class Kept(list[Spent]):
    """Where sums are kept."""


def account(kind: SignatureType = SignatureType.EOA, **said: Any) -> Account:
    plain = Account(OWNER, WALLETS[kind], kind, is_session=False, order_max=usdc(200), day_max=usdc(500))
    return plain._replace(**said)


def order(kind: SignatureType = SignatureType.EOA, **said: Any) -> SignedFields:
    """A buy for 100 dollars by one of the wallets."""
    signer = WALLETS[kind] if kind is SignatureType.DEPOSIT_WALLET else OWNER
    plain = SignedFields(1, WALLETS[kind], signer, TOKEN, 100_000_000, 200_000_000, OrderSide.BUY, kind, NOON)
    return plain._replace(**said)


def asked(fields: SignedFields, exchange: str = "standard") -> bytes:
    """The request for an order, as the desk sends it."""
    return encode(
        AskOrder(
            exchange=exchange,
            salt=fields.salt,
            maker=fields.maker,
            signer=fields.signer,
            token_id=str(fields.token_id),
            maker_amount=fields.maker_amount,
            taker_amount=fields.taker_amount,
            side=int(fields.side),
            signature_type=int(fields.signature_type),
            timestamp_ms=fields.timestamp_ms,
            metadata=fields.metadata,
            builder=fields.builder,
        )
    )


def a_signing(own: Account | None = None, spent: Spent | None = None, kept: Kept | None = None) -> Signing:
    own, kept = own or account(), Kept() if kept is None else kept
    return Signing(KEY, own, Policy(own, spent or Spent(TODAY, 0), kept.append), Clock())


@pytest.mark.parametrize("kind", SignatureType)
def test_an_order_of_the_wallet_is_signed_as_the_exchange_accepts_it(kind: SignatureType) -> None:
    answer = a_signing(account(kind)).answer(asked(order(kind), "neg-risk"))
    assert isinstance(answer, SignedOrder)
    assert order_refused(order(kind), answer.signature, NEG_RISK) is None


def test_a_session_key_signs_for_the_wallet_that_authorised_it() -> None:
    own = account(SignatureType.DEPOSIT_WALLET, wallet=STRANGER, is_session=True)
    fields = order(SignatureType.DEPOSIT_WALLET, maker=STRANGER, signer=STRANGER)
    answer = a_signing(own).answer(asked(fields))
    assert isinstance(answer, SignedOrder)
    assert order_refused(fields, answer.signature, STANDARD) is None


@pytest.mark.parametrize(
    ("changed", "exchange", "words"),
    [
        ({"maker": STRANGER}, "standard", "only .* is signed for"),
        ({"signer": STRANGER}, "standard", "only .* is signed for"),
        ({"signature_type": SignatureType.SAFE}, "standard", "the wallet is of type 0"),
        ({}, "protocol v2", "not settled by"),
        ({"token_id": 1}, "standard", "not settled by"),
        ({}, "an exchange of mine", "none of the venue's"),
        ({"maker_amount": 200_000_001}, "standard", "one order may be 200 dollars"),
        ({"side": OrderSide.SELL, "taker_amount": 200_000_001}, "standard", "one order may be 200 dollars"),
    ],
)
def test_an_order_of_others_or_beyond_the_cap_is_denied(changed: dict[str, Any], exchange: str, words: str) -> None:
    """T12, I32."""
    kept = Kept()
    with pytest.raises(Denied, match=words):
        Policy(account(), Spent(TODAY, 0), kept.append).admit(order(**changed), exchange, NOON)
    assert kept == []


def test_a_day_may_have_so_many_dollars_of_buys_and_any_number_of_sales() -> None:
    """I18: a sale frees money and is never held up by the day."""
    kept = Kept()
    policy = Policy(account(), Spent(TODAY, 0), kept.append)
    for salt in range(5):
        policy.admit(order(salt=salt), "standard", NOON)
    with pytest.raises(Denied, match="600 dollars of buys today: a day may have 500"):
        policy.admit(order(salt=9), "standard", NOON)
    for salt in range(9):
        policy.admit(order(salt=salt, side=OrderSide.SELL), "standard", NOON)
    assert [each.micros for each in kept] == [100_000_000 * n for n in range(1, 6)]
    policy.admit(order(salt=9), "standard", NOON + DAY_MS)
    assert kept[-1] == Spent(TODAY + 1, 100_000_000)


def test_the_same_order_signed_again_counts_once() -> None:
    """I2: after a crash the same bytes are asked for again."""
    kept = Kept()
    policy = Policy(account(), Spent(TODAY, 0), kept.append)
    for _ in range(20):
        policy.admit(order(), "standard", NOON)
    assert kept == [Spent(TODAY, 100_000_000)]


def test_what_was_spent_before_a_restart_counts() -> None:
    answer = a_signing(spent=Spent(TODAY, 450_000_000)).answer(asked(order()))
    assert isinstance(answer, Refused)
    assert "550 dollars" in answer.words


def test_a_clock_that_goes_back_a_day_gives_no_second_day() -> None:
    answer = a_signing(spent=Spent(TODAY + 1, 0)).answer(asked(order()))
    assert isinstance(answer, Refused)
    assert "clock went back" in answer.words


def test_nothing_is_signed_that_was_not_kept_first(tmp_path: Path) -> None:
    """A sum that cannot be written denies the order it is for."""
    own = account()
    nowhere = SpentFile(tmp_path / "none" / "spent")
    signing = Signing(KEY, own, Policy(own, Spent(TODAY, 0), nowhere.keep), Clock())
    assert isinstance(signing.answer(asked(order())), Refused)


def test_what_was_spent_is_read_again_and_damage_is_told(tmp_path: Path) -> None:
    file = SpentFile(tmp_path / "spent")
    assert file.read() == Spent(0, 0)
    file.keep(Spent(TODAY, 7))
    assert SpentFile(tmp_path / "spent").read() == Spent(TODAY, 7)
    (tmp_path / "spent").write_text("{")
    with pytest.raises(Unreadable, match="does not begin"):
        file.read()


@given(st.binary(max_size=300))
def test_whatever_else_is_sent_gets_no_signature(raw: bytes) -> None:
    """I32: hostile requests: bytes of any kind are refused, or say who is there, or log in."""
    assert not isinstance(a_signing().answer(raw), SignedOrder)


@given(
    st.sampled_from([each.name for each in EXCHANGES]),
    st.sampled_from([OWNER, STRANGER, "", "0x", "0x12"]),
    st.integers(-1, 1 << 62),
    st.integers(-1, 9),
    st.integers(-1, 9),
    st.binary(max_size=40),
)
def test_hostile_fields_get_a_signature_only_within_the_rules(
    exchange: str, maker: str, amount: int, side: int, kind: int, metadata: bytes
) -> None:
    """I32: 0 signatures beyond the wallet, the caps and the form of an order."""
    raw = encode(
        AskOrder(
            exchange=exchange, salt=1, maker=maker, signer=OWNER, token_id=str(TOKEN), maker_amount=amount,
            taker_amount=amount, side=side, signature_type=kind, timestamp_ms=NOON, metadata=metadata, builder=metadata,
        )
    )  # fmt: skip
    answer = a_signing().answer(raw)
    if isinstance(answer, SignedOrder):
        assert exchange in {"standard", "neg-risk"}
        assert (maker, side in {0, 1}, kind, len(metadata)) == (OWNER, True, 0, 32)
        assert 0 <= amount <= 200_000_000


def test_it_says_who_it_is_and_logs_its_own_key_in() -> None:
    signing = a_signing()
    assert signing.answer(encode(AskWho())) == Who(OWNER, OWNER)
    answer = signing.answer(encode(AskLogin(3)))
    assert isinstance(answer, LoggedIn)
    assert (answer.headers["POLY_ADDRESS"], answer.headers["POLY_NONCE"]) == (OWNER, "3")
    assert PROTOCOL_V2.name == "protocol v2"
