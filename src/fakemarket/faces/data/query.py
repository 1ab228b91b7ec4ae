"""The parameters of the Data API, read strictly where the venue is strict and loosely where it is loose."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

from fakemarket.faces.data import cursors
from fakemarket.faces.data.envelope import DataError

LIMIT_DEFAULT: Final = 100
LIMIT_MAX: Final = 1000
CONDITIONS_MAX: Final = 20
MICROS: Final = 1_000_000
YEARS_3_S: Final = 3 * 365 * 86_400
HEX: Final = re.compile(r"0x[0-9a-fA-F]+\Z")
ADDRESS: Final = re.compile(r"0x[0-9a-fA-F]{40}\Z")
CONDITION_KEYS: Final = ("condition", "condition_id", "conditionId")
KNOWN: Final = frozenset(
    {
        *CONDITION_KEYS,
        *("user", "event_id", "question_id", "token_id", "side", "status", "title", "type", "category"),
        *("taker_only", "filter_type", "filter_amount", "include_archived", "include_pnl", "min_balance"),
        *("exclude_deposits_withdrawals", "sort_by", "sort_direction", "time_period", "interval", "fidelity"),
        *("start", "end", "as_of", "bucket_seconds", "updated_after", "updated_before"),
    }
)


class Query:
    """The parameters of one request; unknown ones are ignored, which is what makes a cache-buster work."""

    def __init__(self, path: str, raw: Mapping[str, str]) -> None:
        if "offset" in raw:
            raise DataError("offset is not supported: page with cursor")
        self._raw = raw
        filters = {key: value for key, value in raw.items() if key in KNOWN}
        self.mark = cursors.fingerprint(path, filters)

    # --- paging ------------------------------------------------------------------------------------------------------

    def limit(self, *, top: int = LIMIT_MAX) -> int:
        value = self.integer("limit", LIMIT_DEFAULT)
        if not 1 <= value <= top:
            raise DataError(f"limit must be between 1 and {top}")
        return value

    def position(self) -> list[int] | None:
        cursor = self._raw.get("cursor", "")
        return cursors.read(cursor, self.mark) if cursor else None

    # --- values ------------------------------------------------------------------------------------------------------

    def text(self, key: str) -> str:
        return self._raw.get(key, "")

    def listed(self, key: str) -> list[str]:
        return list(dict.fromkeys(item.strip() for item in self.text(key).split(",") if item.strip()))

    def integer(self, key: str, default: int) -> int:
        value = self._raw.get(key)
        if value is None or value == "":
            return default
        if not re.fullmatch(r"-?[0-9]{1,18}", value):
            raise DataError(f"{key} must be an integer")
        return int(value)

    def micros(self, key: str) -> int | None:
        """Read a decimal amount into micros; ``None`` when it was not given."""
        value = self._raw.get(key)
        if value is None or value == "":
            return None
        try:
            amount = Decimal(value)
        except InvalidOperation as error:
            raise DataError(f"{key} must be a number") from error
        if not amount.is_finite() or amount < 0:
            raise DataError(f"{key} must be a finite non-negative number")
        return int(amount * MICROS)

    def is_set(self, key: str, *, default: bool) -> bool:
        value = self._raw.get(key, "").lower()
        if value == "":
            return default
        if value not in {"true", "false", "1", "0"}:
            raise DataError(f"{key} must be true or false")
        return value in {"true", "1"}

    def choice(self, key: str, allowed: tuple[str, ...], default: str = "") -> str:
        """Read one of the allowed words, whatever its case; the default when it was not given."""
        value = self.text(key)
        if value == "":
            return default
        for word in allowed:
            if word.lower() == value.lower():
                return word
        raise DataError(f"{key} must be one of {', '.join(allowed)}")

    # --- who, what, when ---------------------------------------------------------------------------------------------

    def user(self, *, is_required: bool) -> str | None:
        """Read the one wallet asked for, in lower case.

        A list of wallets is not refused: the venue looks for the whole text as one wallet, and finds nothing.
        """
        value = self.text("user").strip().lower()
        if value == "":
            if is_required:
                raise DataError("user is required")
            return None
        if "," not in value and not ADDRESS.match(value):
            raise DataError("user must be a 0x-prefixed address")
        return value

    def conditions(self, *, top: int = CONDITIONS_MAX) -> list[str]:
        """Read the conditions under any of their three names, padded on the right to 32 bytes."""
        found: dict[str, None] = {}
        for key in CONDITION_KEYS:
            for item in self.listed(key):
                if not HEX.match(item) or len(item) not in {64, 66}:
                    raise DataError("condition must be a 31-byte or 32-byte hex string")
                found.setdefault(item.lower().ljust(66, "0"))
        if len(found) > top:
            raise DataError(f"condition accepts at most {top} distinct values")
        if found and self.text("event_id"):
            raise DataError("condition and event_id are mutually exclusive")
        return list(found)

    def event_ids(self, *, top: int = CONDITIONS_MAX) -> list[int]:
        items = self.listed("event_id")
        if any(not re.fullmatch(r"[0-9]{1,10}", item) or int(item) == 0 for item in items):
            raise DataError("event_id must be a positive integer")
        if len(items) > top:
            raise DataError(f"event_id accepts at most {top} distinct values")
        return [int(item) for item in items]

    def window(self, now_s: int) -> tuple[int, int]:
        """Read start and end in Unix seconds: no start, or 0, means three years back, 1 means everything."""
        start = self.integer("start", 0)
        end = self.integer("end", 0)
        if start < 0 or end < 0:
            raise DataError("start and end must be positive")
        return (start or max(1, now_s - YEARS_3_S), end or now_s + YEARS_3_S)
