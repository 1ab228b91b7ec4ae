"""A `Rest`: what copies of one leader in one token were too small for, put aside until it is enough for an order."""

from __future__ import annotations

import msgspec

from copydesk.domain.ids import TimeMs
from copydesk.domain.money import Usdc

PUT_ASIDE = "put aside"
"""The rule of the sizing line that says what is put aside from then on, in all."""


class Rest(msgspec.Struct, frozen=True, kw_only=True):
    """Dollars that were meant to be staked and never were, and when the first of them was put aside.

    It is a wish, not money: nothing is reserved for it, and every cap is asked anew when it is enough.
    """

    amount: Usdc
    since: TimeMs
