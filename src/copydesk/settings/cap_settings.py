"""The caps as settings: the most that may be at stake, in dollars and in basis points of the bankroll."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from copydesk.domain.topic import plain_words
from copydesk.settings.fields import Bps, Money, Part, Words


class GroupSettings(Part):
    """Markets that win and lose together: those whose title or slug has one of `words`, whole words, case aside."""

    name: Annotated[str, Field(min_length=1)]
    """What the group is called (N17)."""
    words: Annotated[Words, Field(min_length=1)]
    """Words or slugs; one of them in a title or slug is enough (N17)."""
    max_usdc: Money | None = None
    """The most in the group (N17)."""
    bps: Bps = 1_500
    """The most in the group, of the bankroll (N17)."""


class CapSettings(Part):
    """The most that may be at stake; basis points are of the bankroll.

    `event_*` binds all markets of one event, neg-risk siblings too; `category_bps` all of one category; `day_*` what
    the entries of one UTC day cost; `groups` markets that are correlated, by name. `null` is no cap.
    """

    trade_min_usdc: Money = Decimal(10)
    """The smallest stake worth placing; below it `below_minimum` decides (S3.17, S4.11)."""
    trade_max_usdc: Money | None = Decimal(200)
    """The most for one copy (S3.17, S4.9)."""
    trade_bps: Bps = 300
    """The most for one copy, of the bankroll (S2.13)."""
    market_max_usdc: Money | None = None
    """The most in one market (S4.9, S1.4)."""
    market_bps: Bps = 800
    """The most in one market, of the bankroll (S2.14)."""
    leader_bps: Bps = 2_000
    """The most behind one leader, of the bankroll (S3.21)."""
    total_max_usdc: Money | None = None
    """The most in all (S4.9)."""
    total_bps: Bps = 6_000
    """The most in all, of the bankroll (S2.15)."""
    reserve_bps: Bps = 1_000
    """What is never deployed, of what was deposited (S2.16)."""
    probation_bps: Bps = 100
    """The most for one copy of a leader of whom little is known, or of a trade of an unusual size, of the bankroll and
    at least the smallest stake (C22, S3.14)."""
    event_max_usdc: Money | None = None
    """The most in all markets of one event, neg-risk siblings together (I17)."""
    event_bps: Bps | None = None
    """The most in all markets of one event, of the bankroll (I17)."""
    category_bps: Bps | None = None
    """The most in all markets of one category, of the bankroll (C24)."""
    day_max_usdc: Money | None = None
    """The most that the entries of one UTC day may cost (C24)."""
    day_bps: Bps | None = None
    """The most that the entries of one UTC day may cost, of the bankroll (C24)."""
    groups: tuple[GroupSettings, ...] = ()
    """Markets that win and lose together (N17)."""

    @field_validator("groups")
    @classmethod
    def _are_words(cls, groups: tuple[GroupSettings, ...]) -> tuple[GroupSettings, ...]:
        """Punctuation alone is no word: it would be found in every title. A name stands for one group."""
        if len({group.name for group in groups}) < len(groups):
            raise PydanticCustomError("names", "each group by a name of its own")
        for group in groups:
            if any(not plain_words((word,)).strip() for word in group.words):
                raise PydanticCustomError("words", "words with letters or digits in group {name}", {"name": group.name})
        return groups
