"""Moments as a person types them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from copydesk.domain.errors import BadInput
from copydesk.domain.ids import TimeMs

SECONDS_MAX = 10_000_000_000
UNITS_MS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(option: str, text: str) -> TimeMs:
    """Milliseconds of ISO 8601 (UTC if it names no zone) or Unix seconds. Raises `BadInput` for anything else."""
    if text.isdecimal():
        if int(text) >= SECONDS_MAX:
            raise BadInput(option, found=text, allowed="Unix seconds", remedy="these look like milliseconds")
        return TimeMs(int(text) * 1000)
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(option, found=text, allowed="2026-05-14, 2026-05-14T14:30:00Z or Unix seconds") from error
    return TimeMs(((at if at.tzinfo else at.replace(tzinfo=UTC)) - _EPOCH) // timedelta(milliseconds=1))


def moment_or_ago(option: str, text: str, now: TimeMs) -> TimeMs:
    """As `moment`, or so long before `now`: `90s`, `30m`, `12h`, `1d`, `2w`."""
    number, unit = text[:-1], text[-1:]
    if unit in UNITS_MS and number.isdecimal():
        return TimeMs(max(0, now - int(number) * UNITS_MS[unit]))
    try:
        return moment(option, text)
    except BadInput as error:
        raise BadInput(option, found=text, allowed=f"90s, 30m, 12h, 1d, 2w, or {error.allowed}") from error
