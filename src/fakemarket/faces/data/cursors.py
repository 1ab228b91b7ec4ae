"""Opaque cursors: where a page ended, bound to the filters it was asked with."""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from typing import Final

from fakemarket.faces.data.envelope import DataError

CURSOR_UNKNOWN: Final = "cursor is not one of ours"
CURSOR_OF_OTHER_FILTERS: Final = "cursor was made with other filters: send the same filters with it"


def fingerprint(path: str, filters: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps([path, sorted(filters.items())]).encode()).hexdigest()[:16]


def written(position: list[int], mark: str) -> str:
    raw = json.dumps({"f": mark, "k": position}, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def read(cursor: str, mark: str) -> list[int]:
    """Read a position back; raise when the text is not a cursor or the filters are not those it was made with."""
    try:
        document = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        known, position = document["f"], document["k"]
        numbers = [int(number) for number in position]
    except (binascii.Error, ValueError, KeyError, TypeError) as error:
        raise DataError(CURSOR_UNKNOWN) from error
    if known != mark:
        raise DataError(CURSOR_OF_OTHER_FILTERS)
    return numbers
