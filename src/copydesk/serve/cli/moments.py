"""Moments as a person types them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from copydesk.domain.errors import BadInput
from copydesk.domain.ids import TimeMs

SECONDS_MAX = 10_000_000_000
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
