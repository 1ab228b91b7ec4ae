"""`SampleFeed`: what the traders of the sample world do, as rows in order of time."""

from __future__ import annotations

from itertools import islice
from random import Random
from typing import TYPE_CHECKING, Final

from copydesk.adapters.sample.markets import BEGIN
from copydesk.adapters.sample.trading import Event, Trading
from copydesk.domain.ids import TimeMs
from copydesk.domain.trade import RowRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from copydesk.domain.trade import Sighting

BLOCK_MS: Final = 2_000
"""Rows carry the time of their block, of which there is one every two seconds."""
ROWS: Final = 5_000

_TWICE_OF_256, _BAD_OF_1024 = 2, 3
_BAD_ROWS: Final = (
    ("price_range", "price '1.0'", "a price above 0 and below 1"),
    ("timestamp_unit", "timestamp 1777896000000", "Unix time in seconds, not in milliseconds or finer"),
    ("negative_amount", "size '-40'", "an amount above zero"),
    ("bad_hex", "proxyWallet '0x12'", "0x and 40 hex digits for a wallet, 0x and 64 for a hash or condition"),
)


class SampleFeed:
    """The first `rows` rows of a seed's world, and the same rows however many are asked for.

    Trades and activities come in order of (happened_at, event_id). As in real records a few rows come twice and a few
    are refused. Memory does not grow with `rows`.
    """

    def __init__(self, seed: int, rows: int = ROWS) -> None:
        self._seed = seed
        self._rows = rows

    def sightings(self) -> Iterator[Sighting]:
        """Yield the rows, from the first one each time."""
        return islice(_endless(self._seed), self._rows)


def _endless(seed: int) -> Iterator[Sighting]:
    bits = Random(seed).getrandbits
    trading = Trading(seed, bits)
    file, given, now = f"sample:{seed}", 0, int(BEGIN)
    while True:
        now += BLOCK_MS
        block = trading.block(TimeMs(now))
        block.sort(key=_event_id)
        for event in block:
            yield event
            given += 1
            if bits(8) < _TWICE_OF_256:
                yield event
                given += 1
        if bits(10) < _BAD_OF_1024:
            given += 1
            reason, found, allowed = _BAD_ROWS[bits(2)]
            yield RowRefused(reason=reason, file=file, line=given, found=found, allowed=allowed)


def _event_id(event: Event) -> str:
    return event.event_id
