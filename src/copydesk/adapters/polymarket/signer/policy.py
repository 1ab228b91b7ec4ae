"""What the signer signs: orders of its own wallet on the venue's exchanges, within its own caps (I32, T12).

It trusts nobody: a desk that was taken over can spend what the caps leave, and nothing else with the key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from copydesk.adapters.polymarket.orders.order import (
    EXCHANGES,
    Exchange,
    OrderSide,
    SignatureType,
    SignedFields,
    is_protocol_v2,
    struct_hash,
)
from copydesk.adapters.polymarket.orders.order import PROTOCOL_V2 as POSITIONS
from copydesk.domain.errors import CopydeskError
from copydesk.domain.money import Usdc, decimal_text

if TYPE_CHECKING:
    from collections.abc import Callable

DAY_MS = 86_400_000
REMEMBERED_MAX = 65_536
"""So many orders of a day may be signed again, for restarts, without counting twice; the caps end a day before."""


class Denied(CopydeskError):
    """The signer will not sign this, and says why."""


class Account(NamedTuple):
    """For whom is signed, and how much: `wallet` holds the funds, `order_max` bounds an order, `day_max` a UTC day.

    `owner` is the address of the key. A session key signs for a deposit wallet it does not own.
    """

    owner: str
    wallet: str
    kind: SignatureType
    is_session: bool
    order_max: Usdc
    day_max: Usdc


class Spent(NamedTuple):
    """How many dollars of buys were signed on one day, counted from 1970."""

    day: int
    micros: int


class Policy:
    """The account's rules and what was spent of them. `keep` makes a new sum durable before anything is signed."""

    def __init__(self, account: Account, spent: Spent, keep: Callable[[Spent], None]) -> None:
        self._account, self._spent, self._keep = account, spent, keep
        self._signed: set[bytes] = set()

    def admit(self, fields: SignedFields, exchange_name: str, now_ms: int) -> Exchange:
        """The exchange to sign for. Raises `Denied`; what is admitted is counted."""
        on = self._exchange(fields, exchange_name)
        self._check_wallet(fields)
        self._count(fields, now_ms // DAY_MS)
        return on

    def _exchange(self, fields: SignedFields, name: str) -> Exchange:
        on = next((each for each in EXCHANGES if each.name == name), None)
        if on is None:
            raise Denied(f"exchange {name!r} is none of the venue's: {', '.join(each.name for each in EXCHANGES)}")
        if is_protocol_v2(fields.token_id) is not (on is POSITIONS):
            raise Denied(f"token {fields.token_id} is not settled by the {on.name} exchange")
        return on

    def _check_wallet(self, fields: SignedFields) -> None:
        own = self._account
        signer = own.wallet if own.kind is SignatureType.DEPOSIT_WALLET else own.owner
        if (fields.maker.lower(), fields.signer.lower()) != (own.wallet.lower(), signer.lower()):
            raise Denied(f"maker {fields.maker}, signer {fields.signer}: only {own.wallet} by {signer} is signed for")
        if fields.signature_type is not own.kind:
            raise Denied(f"signature type {fields.signature_type.value}: the wallet is of type {own.kind.value}")

    def _count(self, fields: SignedFields, day: int) -> None:
        """A sale frees money, so it is bound by size alone (I18); a buy counts against the day, once."""
        is_buy = fields.side is OrderSide.BUY
        dollars = fields.maker_amount if is_buy else fields.taker_amount
        if dollars > int(self._account.order_max):
            raise Denied(f"order of {_dollars(dollars)}: one order may be {_dollars(int(self._account.order_max))}")
        if day != self._spent.day:
            if day < self._spent.day:
                raise Denied("the clock went back by a day or more")
            self._spent = Spent(day, 0)
            self._signed.clear()
        key = struct_hash(fields)
        if not is_buy or key in self._signed:
            return
        total = self._spent.micros + dollars
        if total > int(self._account.day_max) or len(self._signed) >= REMEMBERED_MAX:
            raise Denied(f"{_dollars(total)} of buys today: a day may have {_dollars(int(self._account.day_max))}")
        spent = Spent(day, total)
        self._keep(spent)
        self._spent = spent
        self._signed.add(key)


def _dollars(micros: int) -> str:
    return f"{decimal_text(Usdc(micros))} dollars"
