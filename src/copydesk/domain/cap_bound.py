"""A cap as a counter knows it: what it is called, and the most that may be counted against it."""

from __future__ import annotations

from typing import NamedTuple, NewType

from copydesk.domain.money import Usdc

CapKey = NewType("CapKey", str)
"""What a cap binds, as text: `desk/market/0xab…`, `desk/leader/0x1e…`, `desk/day/20777`."""


class CapBound(NamedTuple):
    """One cap that an order must fit under. `most` is that of the moment: a share of a bankroll moves with it."""

    key: CapKey
    most: Usdc
