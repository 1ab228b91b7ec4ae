"""Who goes first when not everybody can: cancels, then sells, then buys, then everything else."""

from __future__ import annotations

from enum import IntEnum


class Lane(IntEnum):
    """What a request is for. A lower number goes first; cancels and sells are exits (I18)."""

    CANCEL = 0
    SELL = 1
    BUY = 2
    BACKFILL = 3

    @property
    def is_exit(self) -> bool:
        """Whether the request makes us smaller: a share of every budget is kept for it."""
        return self <= Lane.SELL
