"""`SampleWorld`: everything a run needs of a made-up world: who leads, what they do, the rules and the results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.adapters.sample.feed import ROWS, SampleFeed
from copydesk.adapters.sample.markets import SampleDirectory, SampleMarkets, SampleResults
from copydesk.adapters.sample.traders import SampleLeader, leaders_of

if TYPE_CHECKING:
    from copydesk.ports import LeaderFeed, MarketDirectory, ResultSource


class SampleWorld:
    """The world of one seed. The same seed is the same world, to the last row."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._markets = SampleMarkets(seed)

    @property
    def leaders(self) -> tuple[SampleLeader, ...]:
        """The six wallets worth watching, one of each style; everybody else is the crowd."""
        return leaders_of(self._seed)

    def feed(self, rows: int = ROWS) -> LeaderFeed:
        """The first `rows` rows of what happens."""
        return SampleFeed(self._seed, rows)

    def directory(self) -> MarketDirectory:
        """The rules of every market."""
        return SampleDirectory(self._markets)

    def results(self) -> ResultSource:
        """How every market ends."""
        return SampleResults(self._markets)
