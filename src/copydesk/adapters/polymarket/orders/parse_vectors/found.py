"""What checking vectors found, and an order as vectors write it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from copydesk.adapters.polymarket.orders.hashing import unhex
from copydesk.adapters.polymarket.orders.order import EXCHANGES, OrderSide, SignatureType, SignedFields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from copydesk.adapters.polymarket.orders.order import Exchange


class Found:
    """How many of each check held, which did not, and what could not be checked from the file alone."""

    def __init__(self) -> None:
        self.held: Counter[str] = Counter()
        self.differs: list[str] = []
        self.left: Counter[str] = Counter()

    def same(self, what: str, vector: str, ours: object, theirs: object) -> None:
        """Count one check."""
        if ours == theirs:
            self.held[what] += 1
        else:
            self.differs.append(f"{vector}: {what}: ours {ours}, theirs {theirs}")


def fields_of(order: Mapping[str, str | int]) -> SignedFields:
    """The signed fields of an order. Raises `ValueError` for a side or a signature type that there is none of."""
    return SignedFields(
        salt=int(order["salt"]),
        maker=str(order["maker"]),
        signer=str(order["signer"]),
        token_id=int(order["tokenId"]),
        maker_amount=int(order["makerAmount"]),
        taker_amount=int(order["takerAmount"]),
        side=OrderSide(int(order["side"])),
        signature_type=SignatureType(int(order["signatureType"])),
        timestamp_ms=int(order["timestamp"]),
        metadata=unhex(str(order["metadata"])),
        builder=unhex(str(order["builder"])),
    )


def exchange_at(contract: str) -> Exchange | None:
    """The exchange at an address; None where there is none of ours."""
    return next((each for each in EXCHANGES if each.contract.lower() == contract.lower()), None)
