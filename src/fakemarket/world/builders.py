"""Builder codes: who is named in an order, and what he takes on top of the venue's own fee."""

from dataclasses import dataclass
from typing import Final

from fakemarket.world.orders import ZERO_WORD

MAKER_MAX_BPS: Final = 50
TAKER_MAX_BPS: Final = 100
_WHOLE: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Builder:
    """One code with its rates, in bps of what the order spends or gets, and the wallet that is paid."""

    code: str
    maker_bps: int = 0
    taker_bps: int = 0
    wallet: str = ""


class Builders:
    """The codes that are known; an order with another one pays nothing for it."""

    def __init__(self) -> None:
        self._known: dict[str, Builder] = {}

    def add(self, builder: Builder) -> None:
        """Make a code known; ValueError for rates beyond what the venue allows."""
        if not 0 <= builder.maker_bps <= MAKER_MAX_BPS or not 0 <= builder.taker_bps <= TAKER_MAX_BPS:
            raise ValueError(f"a builder may take {MAKER_MAX_BPS} bps of makers and {TAKER_MAX_BPS} of takers")
        self._known[builder.code.lower()] = builder

    def find(self, code: str) -> Builder | None:
        return self._known.get(code.lower())

    def maker_fee(self, code: str, cash: int) -> int:
        return self._fee(code, cash, is_taker=False)

    def taker_fee(self, code: str, cash: int) -> int:
        return self._fee(code, cash, is_taker=True)

    def _fee(self, code: str, cash: int, *, is_taker: bool) -> int:
        """Give the fee on so much cash, rounded up to a micro."""
        builder = None if code == ZERO_WORD else self._known.get(code.lower())
        if builder is None:
            return 0
        return -(-cash * (builder.taker_bps if is_taker else builder.maker_bps) // _WHOLE)
