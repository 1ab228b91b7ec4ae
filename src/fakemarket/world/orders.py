"""Orders as they arrive, as they rest, and the words for what became of them."""

from dataclasses import dataclass, field
from typing import Literal

from fakemarket.world.money import ONE

Side = Literal["BUY", "SELL"]
OrderType = Literal["GTC", "GTD", "FOK", "FAK"]
OPEN_STATUSES = ("LIVE", "DELAYED")
ZERO_WORD = "0x" + "00" * 32


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOrder:
    """The eleven signed fields, the signature, and the expiration that is not signed."""

    salt: int
    maker: str
    signer: str
    token: str
    maker_amount: int
    taker_amount: int
    side: Side
    signature_type: int
    timestamp_ms: int
    metadata: str = ZERO_WORD
    builder: str = ZERO_WORD
    signature: str = "0x"
    expiration_s: int = 0

    @property
    def shares(self) -> int:
        return self.taker_amount if self.side == "BUY" else self.maker_amount

    @property
    def cash(self) -> int:
        return self.maker_amount if self.side == "BUY" else self.taker_amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How an order is to be handled: the unsigned part of the request."""

    order_type: OrderType = "GTC"
    post_only: bool = False
    owner: str = ""
    defer: bool = False


@dataclass(slots=True, kw_only=True)
class Order:
    """One order the venue knows; `price` is its limit on the grid, `cash` and `shares` the exact signed amounts."""

    id: str
    owner: str
    wallet: str
    condition: str
    token: str
    outcome: str
    side: Side
    price: int
    size: int
    cash: int
    order_type: OrderType
    post_only: bool
    status: str
    expiration_s: int
    signature_type: int
    created_ms: int = 0
    number: int = 0
    spend_max: int = 0
    filled: int = 0
    spent: int = 0
    reserved: int = 0
    builder: str = ZERO_WORD
    trade_ids: list[str] = field(default_factory=list)

    @property
    def remaining(self) -> int:
        return self.size - self.filled

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES

    def accepts(self, price: int) -> bool:
        """Say whether the signed amounts allow a fill at this price of the own token."""
        if self.side == "BUY":
            return price * self.size <= self.cash * ONE
        return price * self.size >= self.cash * ONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What the venue answers to an order that it took."""

    order_id: str
    status: Literal["live", "matched", "delayed", "unmatched"]
    making: int = 0
    taking: int = 0
    trade_ids: tuple[str, ...] = ()
    transaction_hashes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Canceled:
    """What the venue answers to a cancel: which are gone, and why others are not."""

    canceled: tuple[str, ...] = ()
    not_canceled: dict[str, str] = field(default_factory=dict)


class Refused(Exception):
    """An order that the venue did not take; the text is the venue's own."""

    def __init__(self, status: int, error: str, code: str = "", retry_after_s: int | None = None) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.code = code
        self.retry_after_s = retry_after_s
