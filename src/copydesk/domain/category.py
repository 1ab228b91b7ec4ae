"""Twenty-five stable categories: what a market is about (C32)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Category(StrEnum):
    """What a market is about. The ids are stored in ledgers and settings: none is ever renamed or reused."""

    CRYPTO_UPDOWN = "crypto_updown"
    CRYPTO = "crypto"
    SOCCER = "soccer"
    AMERICAN_FOOTBALL = "american_football"
    BASKETBALL = "basketball"
    BASEBALL = "baseball"
    HOCKEY = "hockey"
    TENNIS = "tennis"
    COMBAT = "combat"
    MOTORSPORT = "motorsport"
    CRICKET = "cricket"
    GOLF = "golf"
    ESPORTS = "esports"
    SPORTS_OTHER = "sports_other"
    POLITICS_US = "politics_us"
    POLITICS_WORLD = "politics_world"
    ELECTIONS = "elections"
    GEOPOLITICS = "geopolitics"
    ECONOMICS = "economics"
    FINANCE = "finance"
    TECH = "tech"
    SCIENCE = "science"
    MENTIONS = "mentions"
    CULTURE = "culture"
    WEATHER = "weather"


CATEGORIES: Final = tuple(category.value for category in Category)
UNKNOWN: Final = "unknown"
UNKNOWN_CATEGORIES: Final = frozenset(("", UNKNOWN))
"""What a market's category is where nobody can say what it is about."""
