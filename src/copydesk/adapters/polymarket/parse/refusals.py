"""Why a row of a record is no event: a closed list of reasons, each with the one line that says what is allowed."""

from __future__ import annotations

from enum import StrEnum

_SHOWN_MAX = 80
_BITS_SHOWN = 256


class RefusedRow(StrEnum):
    """The rule that refused a row. Every member has its line in `ALLOWED`."""

    MISSING_FIELD = "missing_field"
    MISSING_SIDE = "missing_side"
    UNKNOWN_SIDE = "unknown_side"
    UNKNOWN_KIND = "unknown_kind"
    WRONG_TYPE = "wrong_type"
    NOT_A_NUMBER = "not_a_number"
    NOT_FINITE = "not_finite"
    TOO_LARGE = "too_large"
    NEGATIVE_AMOUNT = "negative_amount"
    ZERO_AMOUNT = "zero_amount"
    PRICE_RANGE = "price_range"
    TIMESTAMP_FORMAT = "timestamp_format"
    TIMESTAMP_UNIT = "timestamp_unit"
    TIMESTAMP_RANGE = "timestamp_range"
    BAD_HEX = "bad_hex"
    BAD_TOKEN_ID = "bad_token_id"
    BAD_LOG = "bad_log"
    FOREIGN_CONTRACT = "foreign_contract"
    REMOVED_LOG = "removed_log"
    NOT_A_FILL = "not_a_fill"
    NOT_A_TRADE = "not_a_trade"
    BAD_JSON = "bad_json"
    WRONG_COLUMNS = "wrong_columns"
    TRUNCATED_FILE = "truncated_file"


ALLOWED = {
    RefusedRow.MISSING_FIELD: "every field its shape needs, under the declared name",
    RefusedRow.MISSING_SIDE: "BUY or SELL on a row that claims to be a trade",
    RefusedRow.UNKNOWN_SIDE: "BUY or SELL (0 or 1 where the chain says it)",
    RefusedRow.UNKNOWN_KIND: "a kind of activity the venue is known to have",
    RefusedRow.WRONG_TYPE: "an object for a row, text or a number for a field",
    RefusedRow.NOT_A_NUMBER: "a plain decimal number",
    RefusedRow.NOT_FINITE: "a finite number",
    RefusedRow.TOO_LARGE: "at most 1,000,000,000,000 dollars or shares",
    RefusedRow.NEGATIVE_AMOUNT: "an amount above zero",
    RefusedRow.ZERO_AMOUNT: "shares and dollars of at least half a micro",
    RefusedRow.PRICE_RANGE: "a price above 0 and below 1",
    RefusedRow.TIMESTAMP_FORMAT: "Unix seconds, ISO 8601 or YYYY-MM-DD HH:MM:SS (UTC)",
    RefusedRow.TIMESTAMP_UNIT: "Unix time in seconds, not in milliseconds or finer",
    RefusedRow.TIMESTAMP_RANGE: "a time from 2020 to 2035",
    RefusedRow.BAD_HEX: "0x and 40 hex digits for a wallet, 0x and 64 for a hash or condition",
    RefusedRow.BAD_TOKEN_ID: "a token id in decimal digits, above 0 and below 2^256",
    RefusedRow.BAD_LOG: "an OrderFilled log as the exchange writes it",
    RefusedRow.FOREIGN_CONTRACT: "OrderFilled of a known exchange address",
    RefusedRow.REMOVED_LOG: "a log that is still on the chain",
    RefusedRow.NOT_A_FILL: "an OrderFilled log, alone or in a notification",
    RefusedRow.NOT_A_TRADE: "a frame of topic activity, type trades or orders_matched",
    RefusedRow.BAD_JSON: "JSON",
    RefusedRow.WRONG_COLUMNS: "as many fields as the header has columns",
    RefusedRow.TRUNCATED_FILE: "a file that is whole",
}


class Refused(Exception):
    """A row is no event: by which rule, and what was found there."""

    def __init__(self, reason: RefusedRow, found: str) -> None:
        self.reason, self.found = reason, found if len(found) <= _SHOWN_MAX else found[: _SHOWN_MAX - 1] + "…"
        super().__init__(f"{reason}: {self.found}")


def shown(value: object) -> str:
    """`value` as a person may see it in one line, cut where it is long. Never raises, however deep or large it is."""
    if isinstance(value, str):
        return repr(value[:_SHOWN_MAX])
    if isinstance(value, bool) or value is None:
        return repr(value)
    if isinstance(value, int):
        return str(value) if value.bit_length() <= _BITS_SHOWN else f"a whole number of {value.bit_length()} bits"
    if isinstance(value, list | tuple | dict):
        return f"a {type(value).__name__} of {len(value)}"
    return repr(value)[:_SHOWN_MAX]
