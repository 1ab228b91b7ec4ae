"""Numbers, times and ids of a record, made exact: micros, milliseconds, lower-case hex. What cannot be is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from copydesk.adapters.polymarket.parse.refusals import Refused, RefusedRow, shown
from copydesk.domain.ids import TimeMs, TokenId, Wallet

AMOUNT_MAX = 10**18
"""No amount in micros is above this: it fits 64 bits with room to add."""

_DIGITS_MAX = 80
_TINY = -40
_POWERS: tuple[int, ...] = tuple(10**places for places in range(4 * _DIGITS_MAX))
_TIME_MIN_S, _TIME_END_S = 1_577_836_800, 2_082_758_400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_WALLET_BYTES, _HASH_BYTES = 20, 32
_TOKENS_END = str(1 << 256)
_CONDITION_V2_LENGTH = 64

Parts = tuple[int, int]
"""A number as (digits, places): digits / 10**places, never negative."""


def exact(value: Any, field: str) -> Parts:
    """The number a cell holds, nothing lost: text in decimal or scientific notation, a whole number or a Decimal."""
    if type(value) is str:
        whole, _, fraction = value.partition(".")
        digits = whole + fraction
        if digits.isdecimal() and digits.isascii() and len(digits) <= _DIGITS_MAX:
            return int(digits), len(fraction)
    elif type(value) is int and 0 <= value <= AMOUNT_MAX:
        return value, 0
    return _unusual(value, field)


def _unusual(value: Any, field: str) -> Parts:
    number = _decimal(value, field)
    if not number.is_finite():
        reason = RefusedRow.NOT_A_NUMBER if number.is_nan() else RefusedRow.NOT_FINITE
        raise Refused(reason, f"{field} {shown(value)}")
    if number < 0:
        raise Refused(RefusedRow.NEGATIVE_AMOUNT, f"{field} {shown(value)}")
    if number and number.adjusted() > _DIGITS_MAX:
        raise Refused(RefusedRow.TOO_LARGE, f"{field} {shown(value)}")
    if not number or number.adjusted() < _TINY:
        return 0, 0
    _, digits, exponent = number.as_tuple()
    unscaled = int("".join(map(str, digits)))
    return (unscaled * _POWERS[int(exponent)], 0) if int(exponent) > 0 else (unscaled, -int(exponent))


def _decimal(value: Any, field: str) -> Decimal:
    if value is None or value == "":
        raise Refused(RefusedRow.MISSING_FIELD, f"{field} is empty")
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise Refused(RefusedRow.NOT_A_NUMBER, f"{field} {shown(value)}")
    if isinstance(value, int) and abs(value) > AMOUNT_MAX:
        raise Refused(RefusedRow.TOO_LARGE if value > 0 else RefusedRow.NEGATIVE_AMOUNT, f"{field} {shown(value)}")
    text = str(value).strip()
    if len(text) > _DIGITS_MAX or "_" in text or not text.isascii():
        raise Refused(RefusedRow.NOT_A_NUMBER, f"{field} {shown(value)}")
    try:
        return Decimal(text)
    except InvalidOperation:
        raise Refused(RefusedRow.NOT_A_NUMBER, f"{field} {shown(value)}") from None


def nearest(numerator: int, denominator: int) -> int:
    """The whole number nearest to a ratio of whole numbers, halves up."""
    return (2 * numerator + denominator) // (2 * denominator)


def power(places: int) -> int:
    """Ten to the `places`, for any places the functions here give."""
    return _POWERS[places]


def in_micros(digits: int, places: int, field: str) -> int:
    """digits / 10**places in whole micros, to the nearest, halves up."""
    scale = _POWERS[places]
    micros = (digits * 2_000_000 + scale) // (2 * scale)
    if micros > AMOUNT_MAX:
        raise Refused(RefusedRow.TOO_LARGE, f"{field} {micros} micros")
    return micros


def amount(value: Any, field: str) -> int:
    """The amount a cell holds, in micros to the nearest; zero is an amount."""
    digits, places = exact(value, field)
    return in_micros(digits, places, field)


def price_parts(value: Any, field: str) -> Parts:
    """The price a cell holds, exact, strictly between 0 and 1."""
    digits, places = exact(value, field)
    if 0 < digits < _POWERS[places]:
        return digits, places
    raise Refused(RefusedRow.PRICE_RANGE, f"{field} {shown(value)}")


def time_ms(value: Any, field: str) -> TimeMs:
    """The time a cell holds: Unix seconds, ISO 8601, or `YYYY-MM-DD HH:MM:SS`, read as UTC where it has no zone."""
    if type(value) is str:
        if not (value.isdecimal() and value.isascii()):
            return _time_in_text(value, field)
        value = int(value[:_DIGITS_MAX])
    if type(value) is not int:
        raise Refused(_empty_or(RefusedRow.TIMESTAMP_FORMAT, value), f"{field} {shown(value)}")
    if _TIME_MIN_S <= value < _TIME_END_S:
        return TimeMs(value * 1000)
    return _refuse_time(value, field)


def _time_in_text(text: str, field: str) -> TimeMs:
    if text[:1].isdigit() and text.replace(".", "", 1).isdecimal():
        digits, places = exact(text, field)
        return _within(digits * 1000 // _POWERS[places], field)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refused(_empty_or(RefusedRow.TIMESTAMP_FORMAT, text), f"{field} {shown(text)}") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return _within((moment - _EPOCH) // _MILLISECOND, field)


def _within(ms: int, field: str) -> TimeMs:
    if _TIME_MIN_S * 1000 <= ms < _TIME_END_S * 1000:
        return TimeMs(ms)
    return _refuse_time(ms // 1000, field)


def _refuse_time(seconds: int, field: str) -> TimeMs:
    """Refuse a number of seconds as the wrong unit where a finer unit would make sense of it, else as out of range."""
    finer = any(_TIME_MIN_S * scale <= seconds < _TIME_END_S * scale for scale in (1000, 10**6, 10**9))
    raise Refused(RefusedRow.TIMESTAMP_UNIT if finer else RefusedRow.TIMESTAMP_RANGE, f"{field} {shown(seconds)}")


def _empty_or(reason: RefusedRow, value: Any) -> RefusedRow:
    return RefusedRow.MISSING_FIELD if value is None or value == "" else reason


def _hex(value: Any, size: int, field: str) -> str:
    """`0x` and the hex digits of exactly `size` bytes, in lower case."""
    if type(value) is str and len(value) == 2 * size + 2 and value[:2] in {"0x", "0X"}:
        try:
            octets = bytes.fromhex(value[2:])
        except ValueError:
            octets = b""
        if len(octets) == size:
            return value.lower()
    raise Refused(_empty_or(RefusedRow.BAD_HEX, value), f"{field} {shown(value)}")


def hash_hex(value: Any, field: str) -> str:
    """A 32-byte hash, in lower case."""
    return _hex(value, _HASH_BYTES, field)


def condition_hex(value: Any, field: str) -> str:
    """A condition id, in lower case; the 31 bytes of a Protocol V2 condition get their zero byte on the right."""
    if type(value) is str and len(value) == _CONDITION_V2_LENGTH:
        return _hex(value + "00", _HASH_BYTES, field)
    return _hex(value, _HASH_BYTES, field)


@lru_cache(maxsize=16_384)
def _wallet(text: str, field: str) -> Wallet:
    return Wallet(_hex(text, _WALLET_BYTES, field))


def wallet(value: Any, field: str) -> Wallet:
    """A 20-byte address, in lower case; equal addresses are the same object."""
    if type(value) is str:
        return _wallet(value, field)
    raise Refused(_empty_or(RefusedRow.BAD_HEX, value), f"{field} {shown(value)}")


def token_id(value: Any, field: str) -> TokenId:
    """An outcome token's id in decimal digits; zero stands for money, never for a token."""
    text = str(value) if type(value) is int and 0 < value < 1 << 256 else value
    is_plain = type(text) is str and text.isdecimal() and text.isascii() and text[0] != "0"
    if is_plain and (len(text), text) < (len(_TOKENS_END), _TOKENS_END):
        return TokenId(text)
    raise Refused(_empty_or(RefusedRow.BAD_TOKEN_ID, value), f"{field} {shown(value)}")


def whole(value: Any, field: str) -> int:
    """A whole number of at least 0 as nodes and indexers write it: 12, "12" or "0xc"."""
    if type(value) is int and 0 <= value < 1 << 256:
        return value
    if type(value) is str and value.isascii() and value.isalnum() and len(value) <= len(_TOKENS_END):
        try:
            return int(value, 16) if value[:2] == "0x" else int(value)
        except ValueError:
            raise Refused(RefusedRow.NOT_A_NUMBER, f"{field} {shown(value)}") from None
    raise Refused(_empty_or(RefusedRow.NOT_A_NUMBER, value), f"{field} {shown(value)}")
