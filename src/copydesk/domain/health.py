"""How a live source is doing: what `status`, `doctor` and the screen say of it."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from copydesk.domain.ids import TimeMs


class FeedState(StrEnum):
    """What a source is doing now."""

    CONNECTING = "connecting"
    LIVE = "live"
    SILENT = "silent"
    """Connected, or answering, and yet what should come does not come."""
    OFF = "off"
    """Switched off by its breaker for a while; other sources go on (S4.24)."""


class FeedHealth(msgspec.Struct, frozen=True, kw_only=True):
    """One source at one moment. Counts are since the start; `words` says what is wrong, empty if nothing is.

    `received` counts frames or answers, `shown` what was put into the inbox, `refused` what could not be read, `gaps`
    how often something must have been missed, `shed` what a full inbox turned away.
    """

    name: str
    state: FeedState
    last_data_at: TimeMs | None
    received: int
    shown: int
    refused: int
    reconnects: int
    gaps: int
    shed: int
    words: str = ""
