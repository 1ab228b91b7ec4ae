"""How the venue is to be reached from here: each of its faces, its clock, and whether it lets one trade from here."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class FaceHealth(msgspec.Struct, frozen=True, kw_only=True):
    """One face of the venue: how long it took to answer, or in `words` why it did not."""

    face: str
    url: str
    latency_ms: int | None
    words: str = ""
    is_forbidden: bool = False


class Standing(StrEnum):
    """What the venue lets people in a place do."""

    OPEN = "open"
    SITE_CLOSE_ONLY = "site_close_only"
    """Its own site only closes positions there; programs are not restricted."""
    CLOSE_ONLY = "close_only"
    BLOCKED = "blocked"


class Location(msgspec.Struct, frozen=True, kw_only=True):
    """Where the venue sees us, what it said of that, and what the list of `reviewed` says of it (C41)."""

    country: str
    region: str
    is_refused: bool
    standing: Standing
    reviewed: str
    review_age_days: int

    @property
    def place(self) -> str:
        """`US-NY`, `IE`, or `an unknown place`."""
        return "-".join(part for part in (self.country, self.region) if part) or "an unknown place"


class VenueHealth(msgspec.Struct, frozen=True, kw_only=True):
    """Everything at once. `skew_ms` is our clock less the venue's, to about a second; None if that is not known."""

    faces: tuple[FaceHealth, ...]
    skew_ms: int | None
    location: Location | None
